"""Leaves: JSON, or values that wait; everything else is refused with its path."""

from __future__ import annotations

import datetime as dt
import math
from enum import Enum, IntEnum
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitopssets_provider.errors import TemplateError
from gitopssets_provider.model.deferred import Deferred, Opaque
from gitopssets_provider.rendering.leaves import canonical, canonical_parameters

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=20,
)


@given(st.dictionaries(st.text(max_size=3), JSON, max_size=4))
def test_json_is_returned_as_it_is(value: dict[str, Any]) -> None:
    assert canonical(value) is value


class Colour(Enum):
    RED = "red"


class Level(IntEnum):
    HIGH = 3


class Text(str):
    __slots__ = ()


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ((1, (2, 3)), [1, [2, 3]]),
        (8080.0, 8080),
        (-0.0, 0),
        (1.5, 1.5),
        (1e300, 1e300),
        ([1.0, [2.0]], [1, [2]]),
        (Colour.RED, "red"),
        (Level.HIGH, 3),
        (Text("x"), "x"),
        (MappingProxyType({"a": (1,)}), {"a": [1]}),
    ],
)
def test_python_values_that_mean_json_become_it(value: Any, result: Any) -> None:
    original = {"deep": {"x": value}, "same": {"y": 1}}
    clean = canonical(original)
    assert clean == {"deep": {"x": result}, "same": {"y": 1}}
    assert repr(clean["deep"]["x"]) == repr(result)
    assert clean["same"] is original["same"]
    assert original["deep"]["x"] is value


@pytest.mark.parametrize(
    ("value", "fact"),
    [
        (dt.date(2024, 1, 1), "is a Python date, which JSON does not have"),
        ({1}, "is a Python set, which JSON does not have"),
        (b"x", "is a Python bytes, which JSON does not have"),
        (math.nan, "is nan, which JSON does not have"),
        (math.inf, "is inf, which JSON does not have"),
        (2**53 + 1, "is an integer beyond 2**53"),
        (object(), "is a Python object, which JSON does not have"),
        ("\ud800", "holds half of a surrogate pair, which is no Unicode text"),
        ({1: "x"}, "a key must be a string, not 1"),
    ],
)
def test_what_json_does_not_have_is_refused_with_its_path(value: Any, fact: str) -> None:
    with pytest.raises(TemplateError) as raised:
        canonical({"spec": {"items": ["fine", value]}})
    (problem,) = raised.value.problems
    assert (problem.path, problem.fact) == ("spec.items[1]", fact)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(TemplateError) as raised:
        canonical({"a": {1}, "b": {"odd key": [math.nan]}})
    assert [problem.path for problem in raised.value.problems] == ["a", 'b["odd key"][0]']


def test_what_is_nested_too_deep_or_in_itself_is_refused() -> None:
    value: dict[str, Any] = {}
    value["a"] = value
    with pytest.raises(TemplateError, match="lies deeper than 64 levels"):
        canonical(value)


def test_an_opaque_value_waits_as_a_leaf_and_stays_what_it_is_as_a_parameter() -> None:
    opaque = Opaque("x", label="secrets.x", secret=True, known=True)
    leaf = canonical({"a": [opaque]})["a"][0]
    assert isinstance(leaf, Deferred)
    assert (leaf.text, leaf.secret, leaf.reveal()) == ("secrets.x", True, "x")
    assert canonical_parameters({"a": [opaque]})["a"][0] is opaque


def test_a_leaf_that_waits_already_is_left_alone() -> None:
    leaf = Deferred((), lambda values: 1, "x")
    value = {"a": leaf}
    assert canonical(value) is value
