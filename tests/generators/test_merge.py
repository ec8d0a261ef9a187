"""What the merge generator makes one element of, what it leaves out, and what it tells about both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from gitopssets_provider.errors import DefinitionError, GitOpsSetsError, SourceError
from gitopssets_provider.generators import Context, parse
from gitopssets_provider.model.deferred import Opaque
from gitopssets_provider.model.element import Element

Expand = Callable[..., list[Element]]

ALL = [{"env": "dev", "replicas": 1}, {"env": "staging", "replicas": 2}, {"env": "prod", "replicas": 2}]
SOME = [{"env": "prod", "replicas": 5, "zone": "b"}, {"env": "qa", "replicas": 1}]


def rows(*elements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"list": {"elements": list(elements)}, **more}


def merge(*generators: Any, keys: Any = ("env",), **fields: Any) -> dict[str, Any]:
    return {"merge": {"mergeKeys": list(keys), "generators": list(generators), **fields}}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ["dev 1", "staging 2", "prod 5"]),
        ({"join": "left"}, ["dev 1", "staging 2", "prod 5"]),
        ({"join": "inner"}, ["prod 5"]),
        ({"join": "outer"}, ["dev 1", "staging 2", "prod 5", "qa 1"]),
    ],
)
def test_the_join_says_whose_keys_are_kept(expand: Expand, fields: Any, expected: list[str]) -> None:
    elements = expand(merge(rows(*ALL), rows(*SOME), **fields))
    assert [f"{row.parameters['env']} {row.parameters['replicas']}" for row in elements] == expected


def test_later_generators_win_and_mappings_are_merged_key_by_key(expand: Expand) -> None:
    base = rows({"id": 1, "values": {"image": {"tag": "1", "name": "web"}, "ports": [80, 443]}})
    first = rows({"id": 1, "values": {"image": {"tag": "2"}, "ports": [8080]}})
    second = rows({"id": 1, "values": {"image": {"tag": "3"}}, "extra": True})
    (element,) = expand(merge(base, first, second, keys=["id"]))
    assert element.parameters == {
        "id": 1,
        "values": {"image": {"tag": "3", "name": "web"}, "ports": [8080]},
        "extra": True,
    }


def test_a_null_replaces_a_value_and_is_one(expand: Expand) -> None:
    (element,) = expand(merge(rows({"env": "dev", "n": 1}), rows({"env": "dev", "n": None})))
    assert element.parameters["n"] is None


@pytest.mark.parametrize("key", ["app.name", "{{ app.name }}", 'app["name"]'])
def test_a_key_may_lie_deeper(expand: Expand, key: str) -> None:
    (element,) = expand(merge(rows({"app": {"name": "a"}}), rows({"app": {"name": "a"}, "n": 1}), keys=[key]))
    assert element.parameters["n"] == 1


def test_a_key_is_an_expression_so_that_sources_may_name_it_differently(expand: Expand) -> None:
    key = "cluster.name if cluster is defined else site"
    elements = expand(merge({"clusters": {}}, rows({"site": "dev-1", "zone": "a"}), keys=[key], join="inner"))
    assert [(row.parameters["cluster"]["name"], row.parameters["zone"]) for row in elements] == [("dev-1", "a")]


def test_several_keys_count_together(expand: Expand) -> None:
    base = rows({"env": "dev", "app": "a"}, {"env": "dev", "app": "b"})
    elements = expand(merge(base, rows({"env": "dev", "app": "b", "n": 1}), keys=["env", "app"]))
    assert [row.parameters.get("n") for row in elements] == [None, 1]


def test_a_number_and_its_digits_are_different_keys(expand: Expand) -> None:
    with pytest.raises(SourceError, match="yields no element"):
        expand(merge(rows({"id": 1}), rows({"id": "1"}), keys=["id"], join="inner"))


def test_two_rows_with_one_key_in_one_generator_are_an_error_that_names_both(expand: Expand) -> None:
    with pytest.raises(DefinitionError) as error:
        expand(merge(rows(*ALL), rows({"env": "dev", "n": 1}, {"env": "dev", "n": 2})))
    assert 'generators[0].merge.generators[1].list: two rows have the key "dev"' in str(error.value)


def test_a_row_without_the_key_is_an_error_that_names_it(expand: Expand) -> None:
    with pytest.raises(GitOpsSetsError, match=r"generators\[0\]\.merge\.mergeKeys.*generators\[1\]\.list"):
        expand(merge(rows(*ALL), rows({"environment": "dev"})))
    with pytest.raises(SourceError, match="env is null"):
        expand(merge(rows(*ALL), rows({"env": None})))


def test_a_secret_is_no_key_and_is_not_shown(expand: Expand) -> None:
    secret = Opaque("hunter2", label="secrets.env", secret=True, known=True)
    with pytest.raises(GitOpsSetsError) as error:
        expand(merge(rows(*ALL), rows({"env": secret})))
    assert "secrets.env" in str(error.value)
    assert "hunter2" not in str(error.value)


def test_a_secret_value_passes_through(expand: Expand) -> None:
    secret = Opaque("hunter2", label="secrets.password", secret=True, known=True)
    (element,) = expand(merge(rows({"env": "dev", "p": "x"}), rows({"env": "dev", "p": secret})))
    assert element.parameters["p"] is secret


def test_an_empty_generator_is_an_error_unless_it_may_be_empty(expand: Expand) -> None:
    with pytest.raises(SourceError, match=r"merge\.generators\[1\]\.list"):
        expand(merge(rows(*ALL), rows(*SOME, where="env == 'nowhere'")))
    assert len(expand(merge(rows(*ALL), rows(*SOME, where="env == 'nowhere'", allowEmpty=True)))) == 3


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"generators": [rows(*ALL)]}, "two generators or more"),
        ({"mergeKeys": []}, "must not be empty"),
        ({"join": "right"}, "inner"),
    ],
)
def test_what_is_no_merge_is_refused_when_it_is_read(fields: Any, told: str) -> None:
    body = {"mergeKeys": ["env"], "generators": [rows(*ALL), rows(*SOME)], **fields}
    with pytest.raises(DefinitionError, match=told):
        parse({"merge": body})


def test_an_element_remembers_all_that_it_was_merged_from(expand: Expand) -> None:
    element = expand(merge(rows(*ALL), rows(*SOME)))[2]
    assert [origin.generator for origin in element.origin.flatten()] == [
        "generators[0].merge.generators[0].list.elements[2]",
        "generators[0].merge.generators[1].list.elements[0]",
    ]


def test_what_is_left_out_and_what_is_overridden_is_reported(expand: Expand, context: Context) -> None:
    expand(merge(rows(*ALL), rows(*SOME)), using=context)
    assert list(context.notes) == [
        'generators[0].merge.generators[1].list: 1 row left out, whose keys the first generator lacks: "qa"',
        'generators[0].merge.generators[1].list: overrides replicas in 1 row: "prod"',
    ]


def test_an_inner_join_reports_rows_of_every_generator(expand: Expand, context: Context) -> None:
    expand(merge(rows(*ALL), rows(*SOME), join="inner"), using=context)
    assert list(context.notes)[:2] == [
        'generators[0].merge.generators[0].list: 2 rows left out, whose keys another generator lacks: "dev", "staging"',
        'generators[0].merge.generators[1].list: 1 row left out, whose keys another generator lacks: "qa"',
    ]


def test_nothing_is_reported_where_nothing_is_lost(expand: Expand, context: Context) -> None:
    expand(merge(rows(*ALL), rows(*({"env": row["env"], "zone": "a"} for row in ALL))), using=context)
    assert not context.notes


def test_a_merge_is_a_factor_of_a_matrix_and_sees_earlier_parameters(expand: Expand, context: Context) -> None:
    later = merge(rows({"app": "web", "n": 1}), rows({"app": "web", "host": "web.{{ env }}"}), keys=["app"])
    elements = expand({"matrix": {"generators": [rows({"env": "dev"}, {"env": "prod"}), later]}})
    assert [row.parameters["host"] for row in elements] == ["web.dev", "web.prod"]


def test_the_cap_holds_for_what_is_merged(expand: Expand, context: Context) -> None:
    with pytest.raises(GitOpsSetsError, match="more than the limit"):
        expand(merge(rows(*ALL), rows(*SOME), join="outer"), using=replace(context, max_elements=3))
