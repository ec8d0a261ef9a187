"""Composition of elements: pure functions that take elements and give elements, none of them changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from gitopssets_provider.errors import DefinitionError
from gitopssets_provider.model.element import Element, Origin

__all__ = ["merge", "named", "same"]


def named(name: str, elements: Sequence[Element]) -> list[Element]:
    """Put all parameters of each element under one key."""
    return [Element({name: parameters}, origin) for parameters, origin in elements]


def merge(row: Element, element: Element) -> Element:
    """Return the row (a combination already) with the parameters of one more element.

    One key with two values is an error that names both origins.
    """
    parameters = {**row.parameters, **element.parameters}
    if len(parameters) != len(row.parameters) + len(element.parameters):
        _refuse_two_values(row, element)
    return Element(parameters, Origin(row.origin.generator, parts=(*row.origin.parts, element.origin)))


def _refuse_two_values(row: Element, element: Element) -> None:
    keys = [
        key
        for key, value in element.parameters.items()
        if key in row.parameters and not same(row.parameters[key], value)
    ]
    if keys:
        shown = ", ".join(f'"{key}"' for key in keys)
        raise DefinitionError(
            f"two factors give {shown} different values: {row.origin} and {element.origin}",
            remedy="name one of the factors (name: app), so that its parameters stand under that key",
        )


def same(one: Any, other: Any) -> bool:
    """Say whether two parameters are equal as JSON: 1 is not true; what cannot be looked at equals only itself."""
    if one is other:
        return True
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    try:
        return json.dumps(one) == json.dumps(other)
    except TypeError:
        return False
