"""Leaves that wait: what an expression makes of opaque values is computed when those are known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from gitopssets_provider.errors import TemplateError
from gitopssets_provider.model.deferred import Deferred, Opaque
from gitopssets_provider.templating.expressions import Path
from gitopssets_provider.templating.fault import Fault
from gitopssets_provider.templating.results import join

__all__ = ["defer", "deferred_join", "deferred_leaves", "mapped", "reached"]


def reached(names: Mapping[str, Any], paths: Iterable[Path]) -> tuple[Opaque, ...]:
    """Return the opaque values that an expression can see, each once."""
    found: dict[int, Opaque] = {}
    for path in sorted(paths):
        _collect(_descend(names, path), found)
    return tuple(found.values())


def _descend(names: Any, path: Path) -> Any:
    value = names
    for key in path:
        if isinstance(value, Opaque):
            return value
        if not isinstance(value, Mapping) or key not in value:
            # A method, or nothing: the expression sees all of what it is called on.
            return None if value is names else value
        value = value[key]
    return value


def _collect(value: Any, found: dict[int, Opaque]) -> None:
    if isinstance(value, Opaque):
        found[id(value)] = value
    elif isinstance(value, Mapping):
        for item in value.values():
            _collect(item, found)
    elif isinstance(value, list | tuple):
        for item in value:
            _collect(item, found)


def defer(
    evaluate: Callable[[Mapping[str, Any]], Any], names: Mapping[str, Any], inputs: tuple[Opaque, ...], text: str
) -> Deferred:
    """Return a leaf that evaluates again once the values of ``inputs`` are there, in place of them."""

    def resolve(values: Sequence[Any]) -> Any:
        known = {id(opaque): value for opaque, value in zip(inputs, values, strict=True)}
        return evaluate({name: _reveal(value, known) for name, value in names.items()})

    return Deferred(inputs, resolve, text)


def _reveal(value: Any, known: Mapping[int, Any]) -> Any:
    if isinstance(value, Opaque):
        return known.get(id(value), value)
    if isinstance(value, Mapping):
        return {key: _reveal(item, known) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_reveal(item, known) for item in value]
    return value


def deferred_leaves(value: Any, text: str) -> Any:
    """Return a result with each opaque value in it, or itself, as a leaf that waits."""
    if isinstance(value, Opaque):
        return Deferred((value,), _only, text)
    if isinstance(value, dict):
        return {key: deferred_leaves(item, text) for key, item in value.items()}
    if isinstance(value, list):
        return [deferred_leaves(item, text) for item in value]
    return value


def _only(values: Sequence[Any]) -> Any:
    return values[0]


def mapped(leaf: Deferred, change: Callable[[Any], Any]) -> Deferred:
    """Return a leaf that waits for the same, and whose value is changed afterwards."""
    return Deferred(leaf.inputs, lambda values: change(leaf.evaluate(values)), leaf.text)


def deferred_join(parts: Sequence[Any], text: str, error: Callable[[Fault], TemplateError]) -> Deferred:
    """Return the text that waits for the parts that do; ``error`` knows the place of what goes wrong then."""
    inputs = {id(opaque): opaque for part in parts if isinstance(part, Deferred) for opaque in part.inputs}

    def resolve(values: Sequence[Any]) -> str:
        known = dict(zip(inputs, values, strict=True))
        try:
            return join(_resolved(part, known) for part in parts)
        except Fault as fault:
            raise error(fault) from None

    return Deferred(tuple(inputs.values()), resolve, text)


def _resolved(part: Any, known: Mapping[int, Any]) -> Any:
    return part.evaluate([known[id(opaque)] for opaque in part.inputs]) if isinstance(part, Deferred) else part
