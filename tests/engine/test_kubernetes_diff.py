from __future__ import annotations

from typing import Any

import pytest

from gitopssets_provider.engine.kubernetes_diff import compare
from gitopssets_provider.engine.property_path import format_path
from gitopssets_provider.engine.values import UNKNOWN


def kinds(old: dict[str, Any], new: dict[str, Any], *force_new: str) -> dict[str, str]:
    found = compare(old, new, force_new)
    return {
        format_path(path): f"{kind} (input)" if path in found.inputs else kind for path, kind in found.kinds.items()
    }


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": 1}, {"a": 1.0}, {}),
        ({"a": 1}, {"a": True}, {"a": "update"}),
        ({"a": "1"}, {"a": 1}, {"a": "update"}),
        ({"a": 1}, {"a": 1, "b": {"c": 2}}, {"b": "add"}),
        ({"a": 1, "b": {"c": 2}}, {"a": 1}, {"b": "delete (input)"}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, {"a.c": "update"}),
        ({"a": [1, 2]}, {"a": [1, 2, 3]}, {"a[2]": "add"}),
        ({"a": [1, 2]}, {"a": [2]}, {"a[0]": "update", "a[1]": "delete (input)"}),
        ({"a": [{"n": 1, "m": 2}]}, {"a": [{"n": 1}]}, {"a[0].m": "delete (input)"}),
        ({"a": {"b": 1}}, {"a": "text"}, {"a": "update"}),
        ({"a": {"x.y": 1}}, {"a": {"x.y": 2}}, {'a["x.y"]': "update"}),
    ],
)
def test_each_property_that_differs_is_told(old: dict[str, Any], new: dict[str, Any], expected: dict[str, str]) -> None:
    assert kinds(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": 1}, {"a": UNKNOWN}, {"a": "update"}),
        ({}, {"a": UNKNOWN}, {"a": "add"}),
        ({"a": [1]}, {"a": UNKNOWN}, {"a": "update"}),
        ({"a": {"b": 1, "c": 2}}, {"a": UNKNOWN}, {"a.b": "delete (input)", "a.c": "delete (input)"}),
        ({"a": [{"b": 1}]}, {"a": [UNKNOWN]}, {"a[0].b": "delete (input)"}),
    ],
)
def test_a_value_that_is_not_known_yet_has_no_members(
    old: dict[str, Any], new: dict[str, Any], expected: dict[str, str]
) -> None:
    assert kinds(old, new) == expected


@pytest.mark.parametrize(
    ("field", "old", "new", "expected"),
    [
        (".spec", {"spec": {"a": 1}}, {"spec": {"a": 2}}, {"spec.a": "update-replace"}),
        (".spec.a.b", {"spec": {}}, {"spec": {"a": {"b": 1}}}, {"spec.a": "add-replace"}),
        (".spec.a.b", {"spec": {}}, {"spec": {"a": {"c": 1}}}, {"spec.a": "add"}),
        (".data", {"data": {"k": 1}}, {}, {"data": "delete-replace (input)"}),
        (
            ".spec.c[*].image",
            {"spec": {"c": [{"image": 1}]}},
            {"spec": {"c": [{"image": 2}]}},
            {"spec.c[0].image": "update-replace"},
        ),
        (
            ".spec.c[*].image",
            {"spec": {"c": [{"name": 1}]}},
            {"spec": {"c": [{"name": 2}]}},
            {"spec.c[0].name": "update"},
        ),
    ],
)
def test_a_change_at_below_or_above_a_field_that_cannot_change_needs_a_new_object(
    field: str, old: dict[str, Any], new: dict[str, Any], expected: dict[str, str]
) -> None:
    assert kinds(old, new, field) == expected
    assert bool(compare(old, new, [field]).replacing()) is any("replace" in kind for kind in expected.values())
