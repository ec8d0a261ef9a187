"""Property paths (``spec.containers[0].image``, ``data["a.b"]``, ``spec.*``): their text, and their work on values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gitopssets_provider.engine.values import Secret

__all__ = ["PathError", "PropertyPath", "contains", "format_path", "parse_path", "reset"]

PropertyPath = tuple[str | int, ...]


class PathError(ValueError):
    """Signals that a text is no property path; whoever knows where it stands turns it into an error for the user."""


def parse_path(text: str) -> PropertyPath:
    """Read a property path as loosely as the engine does: anything up to the next ``.`` or ``[`` is a name."""
    if text.startswith("."):
        raise PathError("expected property path to start with a name or index")
    elements: list[str | int] = []
    position = 0
    while position < len(text):
        if text[position] == ".":
            position += 1
            if position == len(text):
                raise PathError("expected property path to end with a name or index")
        elif text[position] == "[":
            element, position = _bracket(text, position)
            elements.append(element)
        else:
            end = position
            while end < len(text) and text[end] not in ".[":
                end += 1
            elements.append(text[position:end])
            position = end
    return tuple(elements)


def _bracket(text: str, start: int) -> tuple[str | int, int]:
    if text.startswith('"', start + 1):
        return _quoted(text, start + 2)
    end = text.find("]", start)
    if end < 0:
        raise PathError("missing closing bracket in array index")
    inside = text[start + 1 : end]
    if inside == "*":
        return "*", end + 1
    try:
        return int(inside), end + 1
    except ValueError:
        raise PathError(f"invalid array index: {inside!r}") from None


def _quoted(text: str, position: int) -> tuple[str, int]:
    key = ""
    while position < len(text) and text[position] != '"':
        position += text.startswith('\\"', position)
        key += text[position]
        position += 1
    if position >= len(text):
        raise PathError("missing closing quote in property name")
    if not text.startswith("]", position + 1):
        raise PathError("missing closing bracket in property access")
    return key, position + 2


def format_path(path: PropertyPath) -> str:
    """Write a path as the kubernetes provider does: only names with ``.``, quotes or brackets are quoted."""
    text = ""
    for element in path:
        if isinstance(element, int):
            text += f"[{element}]"
        elif any(character in '."[]' for character in element):
            escaped = element.replace('"', '\\"')
            text += f'["{escaped}"]'
        else:
            text += f".{element}" if text else element
    return text


def contains(outer: PropertyPath, inner: PropertyPath) -> bool:
    """Tell whether ``inner`` is the place ``outer`` or lies below it; ``*`` stands for any one element."""
    return len(inner) >= len(outer) and all(
        a == "*" or (a == b and isinstance(a, int) == isinstance(b, int)) for a, b in zip(outer, inner, strict=False)
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    """The same place in two values, and what must be done to carry the old one over."""

    old: Any
    new: Any
    old_secret: bool = False
    new_secret: bool = False

    def opened(self) -> _Pair:
        old, new, old_secret, new_secret = self.old, self.new, self.old_secret, self.new_secret
        while isinstance(old, Secret):
            old, old_secret = old.value, True
        while isinstance(new, Secret):
            new, new_secret = new.value, True
        return _Pair(old, new, old_secret, new_secret)

    def at(self, key: str | int) -> _Pair:
        return _Pair(self.old[key], self.new[key], self.old_secret, self.new_secret)

    def both(self, kind: type) -> bool:
        return isinstance(self.old, kind) and isinstance(self.new, kind)

    def neither(self, kind: type) -> bool:
        return not isinstance(self.old, kind) and not isinstance(self.new, kind)

    def carry(self, key: str | int) -> bool:
        """Overwrite the new member with the old one; a secret stays one."""
        wrap = self.old_secret and not self.new_secret
        self.new[key] = Secret(self.old[key]) if wrap else self.old[key]
        return True


def reset(path: PropertyPath, old: Any, new: Any) -> bool:
    """Put the value that ``old`` has at the path into ``new``, in place; tell whether that was possible.

    Impossible are changes that would have to add or remove an element of a list, or a mapping on the way.
    """
    return _reset(path, _Pair(old, new))


def _reset(path: PropertyPath, pair: _Pair) -> bool:
    pair = pair.opened()
    key, rest = path[0], path[1:]
    if key == "*":
        return _reset_all(rest, pair)
    if isinstance(key, int):
        return _reset_index(key, rest, pair)
    if not rest:
        return _reset_key(key, pair)
    if not pair.both(dict):
        return pair.neither(dict)
    if key not in pair.new:
        return key not in pair.old
    return _reset(rest, _Pair(pair.old.get(key), pair.new[key], pair.old_secret, pair.new_secret))


def _reset_key(key: str, pair: _Pair) -> bool:
    if isinstance(pair.old, dict) and key in pair.old:
        return isinstance(pair.new, dict) and pair.carry(key)
    if isinstance(pair.new, dict):
        pair.new.pop(key, None)
    return True


def _reset_index(key: int, rest: PropertyPath, pair: _Pair) -> bool:
    if not pair.both(list):
        return key >= 0 and pair.neither(list)
    if key < 0 or key >= len(pair.old) or key >= len(pair.new):
        return not rest and key >= len(pair.old) and key >= len(pair.new)
    return _reset(rest, pair.at(key)) if rest else pair.carry(key)


def _reset_all(rest: PropertyPath, pair: _Pair) -> bool:
    if isinstance(pair.new, dict):
        return _reset_keys(rest, pair)
    if not isinstance(pair.new, list):
        return False
    if not isinstance(pair.old, list):
        return not rest
    for index in range(min(len(pair.old), len(pair.new))):
        if not (_reset(rest, pair.at(index)) if rest else pair.carry(index)):
            return False
    return len(pair.old) == len(pair.new)


def _reset_keys(rest: PropertyPath, pair: _Pair) -> bool:
    if not isinstance(pair.old, dict):
        return not rest
    if rest:
        return all(key in pair.new and _reset(rest, pair.at(key)) for key in pair.old)
    for key in set(pair.new) - set(pair.old):
        del pair.new[key]
    return all(pair.carry(key) for key in pair.old)
