"""Leaves made of what is not known while planning: Pulumi outputs and secrets."""

from __future__ import annotations

from typing import Any

import pytest

from gitopssets_provider.errors import TemplateError
from gitopssets_provider.model.deferred import Deferred, Opaque
from gitopssets_provider.templating import Templating

PASSWORD = Opaque("hunter2", label="secrets.password", secret=True, known=True)
TOKEN = Opaque("t0ken", label="secrets.token", secret=True, known=True)
OUTPUT = Opaque(object(), label="a pulumi.Output", secret=False, known=False)

TEMPLATING = Templating({"secrets": {"password": PASSWORD, "token": TOKEN}, "values": {"host": "db"}})
NAMES = TEMPLATING.bind(
    {"env": "dev", "output": OUTPUT, "list": [{"name": "a", "value": OUTPUT}, {"name": "b", "value": 1}]}
)


def leaf(source: Any) -> Any:
    (made,) = TEMPLATING.structure({"kind": "X", "leaf": source}).render(NAMES)
    return made["leaf"]


def text_leaf(source: str) -> Any:
    (made,) = TEMPLATING.text_template(f"kind: X\nleaf: {source}\n", file="t").render(NAMES)
    return made["leaf"]


BOTH = pytest.mark.parametrize("render", [leaf, lambda source: text_leaf(f"'{source}'")], ids=["structure", "text"])


@BOTH
def test_an_opaque_value_makes_a_leaf_that_waits(render: Any) -> None:
    made = render("{{ secrets.password }}")
    assert isinstance(made, Deferred)
    assert made.inputs == (PASSWORD,) or made.inputs[0] is PASSWORD
    assert (made.secret, made.known, made.reveal()) == (True, True, "hunter2")


@BOTH
def test_text_around_it_and_other_data_are_joined_when_it_is_known(render: Any) -> None:
    made = render("postgres://{{ env }}:{{ secrets.password }}@{{ values.host }}")
    assert made.reveal() == "postgres://dev:hunter2@db"


@BOTH
def test_two_opaque_values_in_one_leaf_both_count(render: Any) -> None:
    made = render("{{ secrets.password }}-{{ output }}-{{ secrets.password }}")
    assert [opaque.label for opaque in made.inputs] == ["secrets.password", "a pulumi.Output"]
    assert (made.secret, made.known) == (True, False)
    assert made.evaluate(["p", 5]) == "p-5-p"


@BOTH
def test_filters_and_operators_are_applied_when_it_is_known(render: Any) -> None:
    assert render("{{ secrets.password | upper | b64encode }}").reveal() == "SFVOVEVSMg=="
    assert render("{{ output | int + 1 }}").evaluate(["41"]) in (42, "42")
    assert render("{{ secrets.token ~ env }}").reveal() == "t0kendev"
    assert render("{{ output | abs }}").evaluate([-1]) in (1, "1")
    assert render("{{ output.nested.key }}").evaluate([{"nested": {"key": "v"}}]) == "v"
    assert render("{{ output[0] }}").evaluate([["v"]]) == "v"
    assert render("{{ output.split(`,`) | first }}".replace("`", '"')).evaluate(["v,w"]) == "v"
    assert render("{{ env.startswith(output) }}").evaluate(["d"]) in (True, "true")
    assert render("{{ -output }}").evaluate([1]) in (-1, "-1")
    assert render("{{ output is string }}").evaluate(["d"]) in (True, "true")
    assert render("{{ 1 if output else 2 }}").evaluate([False]) in (2, "2")


@BOTH
def test_a_leaf_takes_only_the_values_that_its_expression_reads(render: Any) -> None:
    assert [opaque.label for opaque in render("{{ secrets.token | upper }}").inputs] == ["secrets.token"]
    assert [opaque.label for opaque in render("{{ secrets['token'] | upper }}").inputs] == ["secrets.token"]


@BOTH
def test_an_expression_that_could_read_any_of_them_takes_all(render: Any) -> None:
    made = render("{{ secrets | to_json }}")
    assert [opaque.label for opaque in made.inputs] == ["secrets.password", "secrets.token"]
    assert made.reveal() == '{"password":"hunter2","token":"t0ken"}'


def test_a_whole_leaf_keeps_the_type_of_the_value() -> None:
    assert leaf("{{ output }}").evaluate([5]) == 5
    assert text_leaf("{{ output }}").evaluate([{"a": 1}]) == {"a": 1}


def test_a_collection_has_leaves_that_wait_inside() -> None:
    made = leaf("{{ secrets }}")
    assert {key: item.reveal() for key, item in made.items()} == {"password": "hunter2", "token": "t0ken"}
    made = leaf("{{ list }}")
    assert made[1] == {"name": "b", "value": 1}
    assert made[0]["value"].inputs[0] is OUTPUT


def test_where_kubernetes_wants_text_the_value_becomes_text_when_it_is_known() -> None:
    content = {"kind": "ConfigMap", "data": {"a": "{{ output }}"}, "metadata": {"labels": "{{ {'b': output} }}"}}
    (made,) = TEMPLATING.structure(content).render(NAMES)
    assert made["data"]["a"].evaluate([5]) == "5"
    assert made["metadata"]["labels"]["b"].evaluate([True]) == "true"
    (made,) = TEMPLATING.text_template("kind: ConfigMap\ndata: {a: {{ output }}}").render(NAMES)
    assert made["data"]["a"].evaluate([5]) == "5"


def test_a_loop_of_a_text_may_hand_out_opaque_values() -> None:
    source = "env:\n{% for x in list %}\n- name: {{ x.name }}\n  value: 'v-{{ x.value ~ env }}'\n{% endfor %}\n"
    (made,) = TEMPLATING.text_template(source).render(NAMES)
    assert [item["name"] for item in made["env"]] == ["a", "b"]
    assert made["env"][0]["value"].evaluate(_values(made["env"][0]["value"], output=7)) == "v-7dev"
    assert made["env"][1]["value"] == "v-1dev"


def test_a_variable_of_a_text_may_be_made_of_an_opaque_value() -> None:
    (made,) = TEMPLATING.text_template(
        "{% set url = secrets.token %}\nurl: {{ url }}\nup: x{{ url | upper }}\n"
    ).render(NAMES)
    assert made["url"].reveal() == "t0ken"
    assert made["up"].evaluate(_values(made["up"])) == "xT0KEN"


def _values(leaf: Deferred, output: Any = None) -> list[Any]:
    return [output if opaque is OUTPUT else opaque.handle for opaque in leaf.inputs]


def test_a_report_shows_the_expression_and_no_value() -> None:
    assert leaf("x-{{ secrets.password }}").text == "x-{{ secrets.password }}"
    assert text_leaf('"{{ secrets.password }}"').text == 'leaf: "{{ secrets.password }}"'
    assert "hunter2" not in repr(leaf("x-{{ secrets.password }}"))


def test_a_fault_that_a_known_value_causes_is_told_while_planning_without_the_value() -> None:
    for render in (leaf, text_leaf):
        with pytest.raises(TemplateError) as caught:
            render("{{ secrets.password | from_json }}")
        assert "is no JSON" in str(caught.value)
        assert "hunter2" not in str(caught.value)


def test_a_fault_that_an_unknown_value_causes_is_told_when_it_is_known_with_its_place() -> None:
    with pytest.raises(TemplateError, match=r"^content.leaf: a list has no text"):
        leaf("a{{ output | list }}").evaluate([["x"]])
    with pytest.raises(TemplateError, match=r'^t:2: an integer has no "x"'):
        text_leaf("a{{ output.x.y }}").evaluate([1])
    with pytest.raises(TemplateError, match=r"^t:2: a list has no text"):
        text_leaf("a{{ output }}").evaluate([["x"]])
    (made,) = TEMPLATING.structure({"kind": "ConfigMap", "data": {"a": "{{ output }}"}}).render(NAMES)
    with pytest.raises(TemplateError, match=r"^content.data.a: yields a list where Kubernetes has a string"):
        made["data"]["a"].evaluate([["x"]])


def test_a_misspelt_secret_is_told_while_planning() -> None:
    with pytest.raises(TemplateError, match=r'^content\.leaf: there is no key "pasword"; did you mean "password"\?$'):
        leaf("{{ secrets.pasword }}")


def test_what_is_opaque_decides_nothing_in_a_text() -> None:
    for statement in ("{% if output %}{% endif %}", "{% for x in output %}{% endfor %}", "{% set x = output ~ 'a' %}"):
        with pytest.raises(TemplateError, match=r"^t:2: a pulumi.Output is not known while planning"):
            TEMPLATING.text_template(f"a: 1\n{statement}\n", file="t").render(NAMES)


def test_a_choice_that_does_not_depend_on_it_needs_no_waiting() -> None:
    assert leaf("{{ 'a' if env == 'dev' else secrets.password }}") == "a"
    assert leaf("{{ secrets | length }}") == 2
    assert leaf("{{ secrets.password is defined }}") is True
