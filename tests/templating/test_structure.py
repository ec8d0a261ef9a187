"""Structure: leaves filled with data that stays data."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitopssets_provider.errors import TemplateError
from gitopssets_provider.templating import Templating

TEMPLATING = Templating({"set": {"name": "podinfo", "namespace": "apps"}, "stack": {"name": "dev"}, "values": {"a": 1}})


def leaf(source: Any, **parameters: Any) -> Any:
    """Return what one leaf becomes."""
    (made,) = TEMPLATING.structure({"kind": "X", "spec": {"leaf": source}}).render(TEMPLATING.bind(parameters))
    return made["spec"].get("leaf", "left out")


def refusal(source: Any, **parameters: Any) -> str:
    with pytest.raises(TemplateError) as caught:
        leaf(source, **parameters)
    return str(caught.value)


def test_a_template_becomes_the_object_it_draws() -> None:
    template = TEMPLATING.structure(
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "podinfo-{{ env }}", "namespace": "{{ set.namespace }}"},
            "spec": {
                "replicas": "{{ replicas }}",
                "paused": False,
                "template": {
                    "spec": {"containers": [{"name": "c", "image": "ghcr.io/x/{{ app.name }}:{{ app.tag }}"}]}
                },
            },
        }
    )
    names = TEMPLATING.bind({"env": "eu-west", "replicas": 3, "app": {"name": "podinfo", "tag": "6.5"}})
    assert template.render(names) == [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "podinfo-eu-west", "namespace": "apps"},
            "spec": {
                "replicas": 3,
                "paused": False,
                "template": {"spec": {"containers": [{"name": "c", "image": "ghcr.io/x/podinfo:6.5"}]}},
            },
        }
    ]


def test_a_list_of_mappings_becomes_several_objects() -> None:
    template = TEMPLATING.structure([{"kind": "A", "n": "{{ x }}"}, {"kind": "B"}])
    assert template.render({"x": 1}) == [{"kind": "A", "n": 1}, {"kind": "B"}]


@pytest.mark.parametrize(
    "value", [1, 0, True, False, None, 1.5, "text", "1e3", "true", "", [1, "a"], {"a": {"b": [None]}}]
)
def test_a_leaf_that_is_one_expression_keeps_its_type(value: Any) -> None:
    made = leaf("{{ x }}", x=value)
    assert (made, type(made)) == (value, type(value))


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)


@given(JSON)
def test_whatever_the_data_is_it_stays_what_it_is(value: Any) -> None:
    assert leaf("{{ x }}", x=value) == value


@given(st.text(), st.text(), st.text().filter(lambda text: "{" not in text))
def test_whatever_the_text_is_nothing_but_text_comes_of_it(one: str, other: str, between: str) -> None:
    assert leaf("{{ x }}" + between + "{{ y }}", x=one, y=other) == one + between + other


def test_data_that_looks_like_a_template_is_not_looked_at_again() -> None:
    assert (
        leaf("a{{ x }}", x="{{ 7 * 7 }}{% raw %}\n  injected: {{ y }}") == "a{{ 7 * 7 }}{% raw %}\n  injected: {{ y }}"
    )


def test_a_leaf_with_text_around_its_expression_is_a_string() -> None:
    assert leaf("{{ a }}{{ b }}", a=1, b=2) == "12"
    assert leaf("v{{ a }}", a=1.5) == "v1.5"
    assert leaf("{{ a }} ", a=True) == "true "
    assert leaf("{{ a }}\n", a=False) == "false\n"


def test_line_breaks_of_a_leaf_are_kept_as_they_are() -> None:
    assert leaf("a\r\n{{ x }}\rb\n\n", x="\r\n") == "a\r\n\r\n\rb\n\n"


def test_dashes_at_the_braces_take_the_blanks_beside_them() -> None:
    assert leaf("a  {{- x -}}  b", x=1) == "a1b"


def test_null_and_collections_have_no_text() -> None:
    assert refusal("a-{{ x }}", x=None) == 'content.spec.leaf: null has no text; give it one: default("...", true)'
    assert refusal("a-{{ x }}", x={}).startswith("content.spec.leaf: a mapping has no text; use | to_json")
    assert refusal("a-{{ x }}", x=[]).startswith("content.spec.leaf: a list has no text")


def test_keys_are_literal() -> None:
    (made,) = TEMPLATING.structure({"kind": "X", "{{ x }}": 1, "{% y %}": "{{ x }}"}).render({"x": 2})
    assert made == {"kind": "X", "{{ x }}": 1, "{% y %}": 2}


def test_a_statement_is_an_error_that_names_the_remedies() -> None:
    assert refusal("{% if x %}a{% endif %}") == (
        "content.spec.leaf: holds a statement, {% %}, and structure has none; "
        "write if and for in a text template, or set other delimiters for this template to keep braces as they are"
    )
    assert leaf("{{ '{%' }}") == "{%"


def test_other_delimiters_free_the_braces() -> None:
    template = TEMPLATING.structure(
        {"kind": "X", "a": "{{ .Go }} {% raw %} {# c #} << x >>", "b": "<< x >>"}, ("<<", ">>")
    )
    assert template.render({"x": 1}) == [{"kind": "X", "a": "{{ .Go }} {% raw %} {# c #} 1", "b": 1}]


def test_braces_that_hold_no_expression_are_left_alone() -> None:
    assert leaf("{a} {# b #} }} ${x}") == "{a} {# b #} }} ${x}"


def test_omit_leaves_out_a_key_and_an_item() -> None:
    assert leaf("{{ x | default(omit) }}") == "left out"
    assert leaf("{{ x | default(omit) }}", x=1) == 1
    assert leaf(["a", "{{ omit }}", "b"]) == ["a", "b"]
    assert leaf("{{ {'a': omit, 'b': [omit, 1]} }}") == {"b": [1]}
    assert "not for a part of a text" in refusal("a{{ omit }}")


def test_a_label_can_be_left_out() -> None:
    template = TEMPLATING.structure({"kind": "X", "metadata": {"labels": {"a": "{{ x | default(omit) }}", "b": "1"}}})
    assert template.render({}) == [{"kind": "X", "metadata": {"labels": {"b": "1"}}}]


def test_parts_without_expressions_are_as_they_were_written() -> None:
    content = {"kind": "X", "spec": {"a": [1, {"b": None}], "c": "{{ x }}"}}
    assert TEMPLATING.structure(content).render({"x": 1}) == [{"kind": "X", "spec": {"a": [1, {"b": None}], "c": 1}}]
    assert content["spec"] == {"a": [1, {"b": None}], "c": "{{ x }}"}


def test_two_renderings_share_no_mapping_that_one_of_them_could_change_at_the_top() -> None:
    for content in ({"kind": "X"}, {"kind": "X", "a": "{{ x }}"}):
        template = TEMPLATING.structure(content)
        (one,), (other,) = template.render({"x": 1}), template.render({"x": 1})
        assert one == other
        assert one is not other


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{{ envv }}", '"envv" is not known; did you mean "env"?'),
        (
            "{{ nothing_like_it }}",
            '"nothing_like_it" is not known; known are: cluster, element, env, set, stack, values',
        ),
        ("a-{{ cluster.nam }}", 'there is no key "nam"; did you mean "name"?'),
        ("{{ cluster.labels.region.zone }}", 'there is no key "labels"; known are: name'),
        ("{{ cluster['x'] }}", 'there is no key "x"; known are: name'),
        ("{{ [1][5] }}", "a list has no element 5"),
        ("{{ env.nope }}", 'a string has no "nope"'),
        ("{{ [missing, 1] }}", '"missing" is not known'),
        ("{{ {'a': missing} }}", '"missing" is not known'),
        ("{{ env | uper }}", 'there is no filter "uper"; did you mean "upper"?'),
        ("{{ env is strnig }}", 'there is no test "strnig"; did you mean "string"?'),
        ("{{ env", "is no template: unexpected end of template, expected 'end of print statement'."),
        ("{{ }}", "is no template: Expected an expression, got 'end of print statement'"),
        ("{{ 1 + 'a' }}", "an integer + a string cannot be computed; join texts with ~"),
        ("{{ 1 / 0 }}", "divides by zero"),
        ("{{ env() }}", "calls a string, which is no function"),
        ("{{ missing() }}", '"missing" is not known'),
        ("{{ range }}", "yields no JSON value; a function is called with parentheses"),
        ("{{ {1: 2} }}", "yields a mapping with a key that is no string"),
    ],
)
def test_a_fault_names_its_path_and_a_remedy(source: str, message: str) -> None:
    assert refusal(source, env="dev", cluster={"name": "c"}).startswith(f"content.spec.leaf: {message}")


def test_all_faults_are_told_at_once() -> None:
    content = {"kind": "X", "a": ["{{ x | nope }}", "{{"], "metadata": {"annotations": {"x/y": "{% z %}"}}}
    with pytest.raises(TemplateError) as caught:
        TEMPLATING.structure([content, {"b": "{{ 1 +"}])
    assert [problem.path for problem in caught.value.problems] == [
        "content[0].a[0]",
        "content[0].a[1]",
        'content[0].metadata.annotations["x/y"]',
        "content[1].b",
    ]
    template = TEMPLATING.structure([{"a": "{{ x }}", "b": "{{ y }}"}, {"c": "{{ 1 / z }}", "d": "{{ one }}"}])
    with pytest.raises(TemplateError) as caught:
        template.render({"one": 1, "z": 0})
    assert [problem.path for problem in caught.value.problems] == ["content[0].a", "content[0].b", "content[1].c"]


def test_asking_whether_something_exists_is_no_fault() -> None:
    assert leaf("{{ x is defined }}") is False
    assert leaf("{{ 1 if x is defined else 2 }}") == 2
    assert leaf("{{ x.y.z | default('d') }}") == "d"
    assert leaf("{{ x.y | default('d') }}", x={}) == "d"


def test_a_parameter_may_have_any_name() -> None:
    names = {"result": 1, "context": 2, "environment": 3, "range": 4, "loop": 5, "omit": 6}
    assert (
        leaf("{{ result }}-{{ context }}-{{ environment }}-{{ range }}-{{ loop }}-{{ omit }}", **names) == "1-2-3-4-5-6"
    )
    assert leaf("{{ x.items }}/{{ x.keys }}/{{ x.get }}", x={"items": 1, "keys": 2, "get": 3}) == "1/2/3"


def test_whole_numbers_that_division_makes_are_integers() -> None:
    made = leaf("{{ 6 / 2 }}")
    assert (made, type(made)) == (3, int)


def test_lazy_results_become_lists() -> None:
    assert leaf("{{ x | map('upper') }}", x=["a"]) == ["A"]
    assert leaf("{{ x.items() }}", x={"a": 1}) == [["a", 1]]
    assert leaf("{{ range(3) }}") == [0, 1, 2]
    assert leaf("{{ (1, 2) }}") == [1, 2]


def test_nesting_without_end_is_refused() -> None:
    deep: Any = "x"
    for _ in range(70):
        deep = [deep]
    assert "is nested deeper than 64 levels" in refusal(deep)
