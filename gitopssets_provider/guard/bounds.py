"""Bounds: how many elements and objects a set may have."""

from __future__ import annotations

from typing import NamedTuple

from gitopssets_provider.errors import DefinitionError, PlanError, Problems

__all__ = ["DEFAULT_ELEMENTS", "DEFAULT_OBJECTS", "Bounds", "bound", "check_elements", "check_objects"]

DEFAULT_ELEMENTS = 1_000
DEFAULT_OBJECTS = 5_000


class Bounds(NamedTuple):
    """The most elements and objects; None where nobody said so."""

    elements: int | None = None
    objects: int | None = None


def bound(own: Bounds, stack: Bounds) -> tuple[int, int]:
    """Return the most elements and objects of a set: its own word, which the stack's bounds; else the stack's."""
    problems = Problems()
    result = []
    for key, mine, theirs, default in (
        ("maxElements", own.elements, stack.elements, DEFAULT_ELEMENTS),
        ("maxObjects", own.objects, stack.objects, DEFAULT_OBJECTS),
    ):
        if mine is not None and theirs is not None and mine > theirs:
            fact = f"is {mine:,}, above the stack's {theirs:,}"
            problems.add(
                DefinitionError(fact, remedy=f"lower it, or raise gitopssets:limits.{key}", path=f"limits.{key}")
            )
        result.append(mine or theirs or default)
    problems.raise_if_any()
    return result[0], result[1]


def check_elements(count: int, least: int, *, allow_empty: bool | None) -> None:
    """Raise where a set has fewer elements than it must have."""
    if count < least:
        fact = f"{count:,} elements, at least {least:,} are expected"
        raise PlanError(fact, remedy="lower limits.minElements if that is meant", path="generators")
    if not count and allow_empty is False:
        raise PlanError("yield no element, and limits.allowEmpty is false", path="generators")


def check_objects(count: int, elements: int, *, allow_empty: bool | None) -> None:
    """Raise where elements come out as no object at all."""
    if elements and not count and not allow_empty:
        things = "1 element" if elements == 1 else f"{elements:,} elements"
        remedy = "say limits.allowEmpty: true if that is meant"
        raise PlanError(f"make no object of {things}", remedy=remedy, path="templates")
