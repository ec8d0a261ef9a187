"""What a set does with its expressions: names, conditions, lists, texts, values."""

from __future__ import annotations

from typing import Any

import pytest

from gitopssets_provider.errors import TemplateError
from gitopssets_provider.model.deferred import Opaque
from gitopssets_provider.templating import Templating

SECRET = Opaque("hunter2", label="secrets.password", secret=True, known=True)
TEMPLATING = Templating({"set": {"name": "podinfo"}, "values": {"x": "constant"}, "secrets": {"password": SECRET}})


def test_constants_win_over_parameters_which_stay_reachable_under_element() -> None:
    names = TEMPLATING.bind({"values": {"x": "mine"}, "target": "t", "item": "i", "env": "dev"})
    text = TEMPLATING.text("{{ values.x }} {{ element['values'].x }} {{ target }} {{ item }} {{ env }}")
    assert text(names) == "constant mine t i dev"


def test_target_and_item_win_over_parameters_where_there_are_any() -> None:
    names = TEMPLATING.bind({"target": "t", "item": "i"}, target={"name": "c1"}, item=None)
    assert TEMPLATING.text("{{ target.name }} {{ item is none }} {{ element.item }}")(names) == "c1 true i"


@pytest.mark.parametrize("source", ["env == 'dev'", "{{ env == 'dev' }}", " {{env=='dev'}} ", "{{- env == 'dev' -}}"])
def test_a_condition_has_braces_or_has_none(source: str) -> None:
    condition = TEMPLATING.condition(source)
    assert condition({"env": "dev"}) is True
    assert condition({"env": "x"}) is False


def test_a_condition_may_be_a_boolean() -> None:
    assert TEMPLATING.condition(True)({}) is True
    assert TEMPLATING.condition("false")({}) is False


@pytest.mark.parametrize(
    ("value", "kind"), [("true", "a string"), (1, "an integer"), (0, "an integer"), (None, "null"), ([], "a list")]
)
def test_a_condition_that_is_no_boolean_is_an_error(value: Any, kind: str) -> None:
    with pytest.raises(TemplateError, match=f'^"x" yields {kind}, not true or false; compare it, or use | bool$'):
        TEMPLATING.condition("x")({"x": value})


@pytest.mark.parametrize("source", ["", "{{ a }} and {{ b }}", "{{ a }} text", "a b", "{% if a %}true{% endif %}"])
def test_what_is_no_single_expression_is_no_condition(source: str) -> None:
    with pytest.raises(TemplateError):
        TEMPLATING.condition(source)({"a": True, "b": True})


def test_items_are_any_list() -> None:
    assert TEMPLATING.items("teams")({"teams": ["a", 1]}) == ["a", 1]
    assert TEMPLATING.items("{{ range(2) }}")({}) == [0, 1]
    assert TEMPLATING.items("ports | selectattr('open')")({"ports": [{"open": True}, {"open": False}]}) == [
        {"open": True}
    ]


@pytest.mark.parametrize(
    ("value", "kind"), [("abc", "a string"), ({"a": 1}, "a mapping"), (None, "null"), (3, "an integer")]
)
def test_items_that_are_no_list_are_an_error(value: Any, kind: str) -> None:
    with pytest.raises(TemplateError, match=f'^"x" yields {kind}, not a list$'):
        TEMPLATING.items("x")({"x": value})


def test_a_text_is_always_a_string() -> None:
    assert TEMPLATING.text("{{ n }}")({"n": 5}) == "5"
    assert TEMPLATING.text("{{ n }}")({"n": True}) == "true"
    assert TEMPLATING.text("plain")({}) == "plain"
    with pytest.raises(TemplateError, match="null has no text"):
        TEMPLATING.text("{{ n }}")({"n": None})


def test_a_value_is_filled_at_every_depth_and_keeps_types() -> None:
    tree = {
        "matchLabels": {"env": "{{ env }}", "n": "{{ n }}"},
        "files": ["{{ env }}/*.yaml", "x"],
        "limit": 5,
        "none": None,
    }
    assert TEMPLATING.value(tree)({"env": "dev", "n": 1}) == {
        "matchLabels": {"env": "dev", "n": 1},
        "files": ["dev/*.yaml", "x"],
        "limit": 5,
        "none": None,
    }
    assert TEMPLATING.value("{{ x }}")({"x": {"a": 1}}) == {"a": 1}
    assert TEMPLATING.value(5)({}) == 5


def test_a_value_names_the_path_of_its_fault() -> None:
    with pytest.raises(TemplateError) as caught:
        TEMPLATING.value({"a": {"b": ["{{ x }}"]}})({})
    assert caught.value.problems[0].path == "a.b[0]"


@pytest.mark.parametrize(
    "delimiters", [("", "}}"), ("{{", ""), ("##", "##"), ("< <", ">>"), ("{%", "%}"), ("{#", "#}"), ("<<", "<<")]
)
def test_delimiters_that_cannot_enclose_anything_are_refused(delimiters: tuple[str, str]) -> None:
    for compile_with in (
        lambda: TEMPLATING.structure({"kind": "X"}, delimiters),
        lambda: TEMPLATING.text_template("a: 1", delimiters=delimiters),
    ):
        with pytest.raises(
            TemplateError, match=r"^delimiters: .* cannot enclose expressions; write two different signs"
        ):
            compile_with()


@pytest.mark.parametrize(
    "delimiters", [("<<", ">>"), ("[[", "]]"), ("${{", "}}"), ("((", "))"), ("<", ">"), ("$[", "]")]
)
def test_delimiters_may_be_anything_else(delimiters: tuple[str, str]) -> None:
    left, right = delimiters
    assert TEMPLATING.structure({"a": f"{left} x {right}"}, delimiters).render({"x": 1}) == [{"a": 1}]
    text = TEMPLATING.text_template(f"a: '{left} x {right}'\nb: {left} x {right}", delimiters=delimiters)
    assert text.render({"x": 1}) == [{"a": "1", "b": 1}]


def test_an_object_that_is_no_mapping_is_refused() -> None:
    with pytest.raises(TemplateError, match=r"^content\[1\]: is no mapping$"):
        TEMPLATING.structure([{}, "{{ x }}"])  # type: ignore[list-item]


REMEDY = "it can stand in a leaf of a template, but decide nothing: no name, no key, no condition"


def test_what_is_not_known_while_planning_decides_nothing() -> None:
    names = TEMPLATING.bind({"output": Opaque(object(), label="a pulumi.Output", secret=False, known=False)})
    with pytest.raises(TemplateError, match=rf"^secrets.password is not known while planning; {REMEDY}$"):
        TEMPLATING.condition("secrets.password == 'x'")(names)
    with pytest.raises(TemplateError, match=r"^a pulumi.Output is not known while planning"):
        TEMPLATING.condition("output")(names)
    with pytest.raises(TemplateError, match=r"^a pulumi.Output is not known while planning"):
        TEMPLATING.text("{{ output }}")(names)
    with pytest.raises(TemplateError, match=r"^a pulumi.Output is not known while planning"):
        TEMPLATING.items("[output]")(names)
    with pytest.raises(TemplateError, match=r"^a.b: secrets.password is not known while planning"):
        TEMPLATING.value({"a": {"b": "{{ secrets }}"}})(names)
