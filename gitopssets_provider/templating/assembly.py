"""Trees with holes: how the values of expressions get into the leaves of an object, fast and without a second look."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeGuard, cast

from gitopssets_provider.errors import TemplateError
from gitopssets_provider.model.deferred import Deferred
from gitopssets_provider.templating.deferral import deferred_join, mapped
from gitopssets_provider.templating.fault import Fault, kind_of
from gitopssets_provider.templating.results import OMIT, Encoded, join, spell

__all__ = ["Build", "Leaf", "assemble", "has_holes"]

Build = Callable[[Sequence[Any]], Any]
Form = Literal["native", "node", "string", "text"]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf with holes: literal pieces and the numbers of the values between them.

    ``native`` is one hole that keeps its type, ``node`` likewise where YAML would read what is encoded, ``text`` is
    put together of its parts, ``string`` is one hole whose numbers and booleans become text, because Kubernetes wants
    text there. ``source`` is what a report shows, ``path`` and ``file`` are its place.
    """

    parts: tuple[str | int, ...]
    form: Form
    source: str
    path: str = ""
    file: str = ""

    @property
    def index(self) -> int:
        """The number of the one value that a ``native`` or ``string`` leaf is."""
        return cast("int", self.parts[0])

    def error(self, fault: Fault) -> TemplateError:
        """Return the error that this leaf is at fault."""
        return fault.at(self.path, file=self.file)


def has_holes(tree: Any) -> bool:
    """Say whether a tree changes with the values."""
    if isinstance(tree, Leaf):
        return True
    items = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    return any(has_holes(item) for item in items)


def assemble(tree: Any) -> Build:
    """Return the function that fills a tree; what has no holes is shared between all it returns."""
    if isinstance(tree, Leaf):
        return _leaf(tree)
    if not has_holes(tree):
        return lambda _: tree
    return _mapping(tree) if isinstance(tree, dict) else _sequence(tree)


def _mapping(tree: dict[str, Any]) -> Build:
    base = {key: None if has_holes(item) else item for key, item in tree.items()}
    holes = [(key, item.index) for key, item in tree.items() if _is_native(item)]
    others = [(key, assemble(item)) for key, item in tree.items() if has_holes(item) and not _is_native(item)]

    def build(values: Sequence[Any]) -> dict[str, Any]:
        made: dict[str, Any] = base.copy()
        for key, index in holes:
            value = values[index]
            if value is OMIT:
                del made[key]
            else:
                made[key] = value
        for key, fill in others:
            value = fill(values)
            if value is OMIT:
                del made[key]
            else:
                made[key] = value
        return made

    return build


def _sequence(tree: list[Any]) -> Build:
    fills = [assemble(item) for item in tree]

    def build(values: Sequence[Any]) -> list[Any]:
        return [item for fill in fills if (item := fill(values)) is not OMIT]

    return build


def _is_native(item: Any) -> TypeGuard[Leaf]:
    return isinstance(item, Leaf) and item.form == "native"


def _leaf(leaf: Leaf) -> Build:
    if leaf.form == "text":
        return _text(leaf)
    index = leaf.index
    if leaf.form == "native":
        return lambda values: values[index]
    if leaf.form == "node":
        return lambda values: _node(values[index])

    def build(values: Sequence[Any]) -> Any:
        value = values[index]
        return value if type(value) is str else _string(leaf, value)

    return build


def _node(value: Any) -> Any:
    return value.value if isinstance(value, Encoded) else value


def _text(leaf: Leaf) -> Build:
    fill = _parts(leaf)
    holes = [part for part in leaf.parts if isinstance(part, int)]
    if len(holes) > 1:
        return fill
    # By far the most have one hole, and text in it.
    index = holes[0]
    at = leaf.parts.index(index)
    before, after = (join(side) for side in (leaf.parts[:at], leaf.parts[at + 1 :]))

    def build(values: Sequence[Any]) -> Any:
        value = values[index]
        return before + value + after if type(value) is str else fill(values)

    return build


def _parts(leaf: Leaf) -> Build:
    def build(values: Sequence[Any]) -> Any:
        parts = [part if isinstance(part, str) else values[part] for part in leaf.parts]
        try:
            return join(parts)
        except Fault as fault:
            if any(isinstance(part, Deferred) for part in parts):
                return deferred_join(parts, leaf.source, leaf.error)
            raise leaf.error(fault) from None

    return build


def _string(leaf: Leaf, value: Any) -> Any:
    if value is None or value is OMIT:
        return value
    if isinstance(value, Deferred):
        return mapped(value, lambda known: _string(leaf, known))
    try:
        return str(spell(value))
    except Fault:
        fault = Fault(f"yields {kind_of(value)} where Kubernetes has a string", "use | to_json or | to_yaml")
        raise leaf.error(fault) from None
