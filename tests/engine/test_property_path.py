from __future__ import annotations

from typing import Any

import pytest

from gitopssets_provider.engine.property_path import PathError, contains, format_path, parse_path, reset
from gitopssets_provider.engine.values import Secret


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("spec", ("spec",)),
        ("spec.containers[0].image", ("spec", "containers", 0, "image")),
        ('data["a.b"]', ("data", "a.b")),
        ('data["say \\"hi\\""]', ("data", 'say "hi"')),
        ("spec.*.image", ("spec", "*", "image")),
        ("list[*]", ("list", "*")),
        ("metadata.annotations.a/b", ("metadata", "annotations", "a/b")),
        ("", ()),
    ],
)
def test_a_path_is_read(text: str, path: tuple[str | int, ...]) -> None:
    assert parse_path(text) == path


@pytest.mark.parametrize("text", [".a", "a.", "a[", "a[x]", 'a["b]', 'a["b"'])
def test_a_broken_path_is_refused(text: str) -> None:
    with pytest.raises(PathError):
        parse_path(text)


def test_only_keys_that_need_it_are_quoted() -> None:
    assert format_path(("data", "a.b", 0, "c-d", 'q"')) == 'data["a.b"][0].c-d["q\\""]'


@pytest.mark.parametrize(
    ("outer", "inner", "inside"),
    [
        ("spec", "spec.replicas", True),
        ("spec.replicas", "spec", False),
        ("spec.*.image", "spec.containers.image", True),
        ("spec.containers[*].image", "spec.containers[3].image", True),
        ("data", "metadata", False),
    ],
)
def test_a_path_contains_what_is_below_it(outer: str, inner: str, inside: bool) -> None:
    assert contains(parse_path(outer), parse_path(inner)) is inside


@pytest.mark.parametrize(
    ("path", "old", "new", "result"),
    [
        ("a", {"a": 1}, {"a": 2}, {"a": 1}),
        ("a", {"a": 1}, {}, {"a": 1}),
        ("a", {}, {"a": 2}, {}),
        ("a.b", {"a": {"b": 1}}, {"a": {"b": 2, "c": 3}}, {"a": {"b": 1, "c": 3}}),
        ("a[1]", {"a": [1, 2]}, {"a": [3, 4]}, {"a": [3, 2]}),
        (
            "a[*].b",
            {"a": [{"b": 1}, {"b": 2}]},
            {"a": [{"b": 8, "c": 1}, {"b": 9}]},
            {"a": [{"b": 1, "c": 1}, {"b": 2}]},
        ),
        ("a.*", {"a": {"x": 1}}, {"a": {"x": 2, "y": 3}}, {"a": {"x": 1}}),
        ("a.b", {"a": Secret({"b": 1})}, {"a": Secret({"b": 2})}, {"a": Secret({"b": 1})}),
    ],
)
def test_a_property_is_set_back_to_its_old_value(
    path: str, old: dict[str, Any], new: dict[str, Any], result: dict[str, Any]
) -> None:
    assert reset(parse_path(path), old, new)
    assert new == result


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("a[2]", {"a": [1, 2, 3]}, {"a": [1]}),
        ("a.b.c", {"a": {"b": {"c": 1}}}, {"a": {}}),
    ],
)
def test_what_has_no_place_in_the_new_value_cannot_be_set_back(
    path: str, old: dict[str, Any], new: dict[str, Any]
) -> None:
    assert not reset(parse_path(path), old, new)
