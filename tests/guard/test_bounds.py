"""Bounds: a set's own word below the stack's, and nothing beyond either."""

from __future__ import annotations

import pytest

from gitopssets_provider.errors import DefinitionError, PlanError
from gitopssets_provider.guard.bounds import Bounds, bound, check_elements, check_objects


@pytest.mark.parametrize(
    ("own", "stack", "result"),
    [
        (Bounds(), Bounds(), (1_000, 5_000)),
        (Bounds(7), Bounds(), (7, 5_000)),
        (Bounds(2_000, 9_000), Bounds(), (2_000, 9_000)),
        (Bounds(), Bounds(2_000, 9_000), (2_000, 9_000)),
        (Bounds(5), Bounds(5, 3), (5, 3)),
    ],
)
def test_a_set_has_its_own_bounds_then_the_stacks_then_defaults(
    own: Bounds, stack: Bounds, result: tuple[int, int]
) -> None:
    assert bound(own, stack) == result


def test_a_set_cannot_raise_the_stacks_bounds() -> None:
    with pytest.raises(DefinitionError) as raised:
        bound(Bounds(6, 4), Bounds(5, 3))
    assert [problem.path for problem in raised.value.problems] == ["limits.maxElements", "limits.maxObjects"]


@pytest.mark.parametrize("allow_empty", [None, True])
def test_no_element_is_fine_where_nobody_forbids_it(allow_empty: bool | None) -> None:
    check_elements(0, 0, allow_empty=allow_empty)


def test_fewer_elements_than_expected_are_refused_whatever_is_said_of_emptiness() -> None:
    with pytest.raises(PlanError, match="0 elements, at least 1 are expected"):
        check_elements(0, 1, allow_empty=True)


def test_no_object_of_some_elements_is_refused_unless_allowed() -> None:
    check_objects(0, 0, allow_empty=None)
    check_objects(0, 3, allow_empty=True)
    with pytest.raises(PlanError, match="make no object of 1 element;"):
        check_objects(0, 1, allow_empty=None)
