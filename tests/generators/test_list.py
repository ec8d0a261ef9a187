"""The list generator yields what is written."""

from __future__ import annotations

from typing import Any

import pytest

from gitopssets_provider.errors import DefinitionError, PlanError, SourceError
from gitopssets_provider.generators import Context, List, expand_all


def test_elements_are_yielded_as_they_are_written_in_their_order(expand: Any) -> None:
    items = [{"env": "dev", "replicas": 1}, {"env": "prod", "nested": {"a": [1, "x", None]}}, {}]
    elements = expand({"list": {"elements": items}})
    assert [dict(element.parameters) for element in elements] == items
    assert str(elements[1].origin) == "generators[0].list.elements[1]"


def test_elements_are_data_whatever_they_look_like(expand: Any) -> None:
    items = [{"a": "{{ 7*7 }}", "b": "{% for x in y %}", "c": "{# note #}", "d": {"e": ["{{ set.name }}"]}}]
    (element,) = expand({"list": {"elements": items}})
    assert dict(element.parameters) == items[0]


def test_all_elements_may_come_from_an_expression(expand: Any) -> None:
    (element,) = expand({"list": {"elements": "{{ values.apps }}"}})
    assert element.parameters == {"app": "web"}


def test_an_expression_that_yields_no_list_is_an_error_with_its_place(expand: Any) -> None:
    with pytest.raises(DefinitionError, match=r"^generators\[0\].list.elements: must be a list, not a string$"):
        expand({"list": {"elements": "{{ set.name }}"}})
    with pytest.raises(DefinitionError, match=r'^generators\[0\].list.elements: .*"nope" is not known'):
        expand({"list": {"elements": "{{ nope }}"}})


def test_an_empty_list_is_an_error_unless_it_is_allowed(expand: Any) -> None:
    with pytest.raises(SourceError, match=r"generators\[0\].list: yields no element; say allowEmpty: true"):
        expand({"list": {"elements": []}})
    assert expand({"list": {"elements": [], "allowEmpty": True}}) == []
    assert expand({"list": {"elements": []}, "allowEmpty": True}) == []


def test_where_keeps_the_elements_for_which_it_is_true(expand: Any) -> None:
    items = [{"env": "dev", "size": 1}, {"env": "prod", "size": 3}]
    for condition in ("size > 2", "{{ size > 2 }}"):
        elements = expand({"list": {"elements": items}, "where": condition})
        assert [element.parameters["env"] for element in elements] == ["prod"]
    assert len(expand({"list": {"elements": items, "where": True}})) == 2


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("size > 9", r"generators\[0\].list: where keeps none of 1 elements; say allowEmpty"),
        ("size", r"generators\[0\].list.where: .*yields an integer, not true or false"),
        ("siz > 1", r'generators\[0\].list.where: "siz" is not known'),
        ("size >", r"generators\[0\].list.where: "),
        (False, r"generators\[0\].list: where keeps none of 1 elements"),
    ],
)
def test_a_condition_that_is_wrong_or_keeps_nothing_names_its_place(
    expand: Any, condition: str | bool, message: str
) -> None:
    with pytest.raises((DefinitionError, SourceError), match=message):
        expand({"list": {"elements": [{"size": 1}], "where": condition}})


def test_a_name_puts_all_parameters_under_one_key(expand: Any) -> None:
    (element,) = expand({"list": {"elements": [{"env": "dev"}], "where": "env == 'dev'"}, "name": "app"})
    assert element.parameters == {"app": {"env": "dev"}}


def test_more_elements_than_the_limit_are_refused(context: Context) -> None:
    items = [{"n": index} for index in range(1001)]
    with pytest.raises(PlanError, match=r"generators\[0\].list: 1,001 elements are more than the limit of 1,000"):
        expand_all([List(elements=items)], context)
    with pytest.raises(PlanError, match="1,200 elements are more"):
        expand_all([List(elements=items[:600]), List(elements=items[:600])], context)
    assert len(expand_all([List(elements=items[:600]), List(elements=items[:400])], context)) == 1000
