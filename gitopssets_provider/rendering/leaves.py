"""Leaves: what may stand in a manifest, whoever made it.

Values come from files, from expressions and from Python. Each is walked once, where it enters: tuples become lists,
integral floats integers, and what JSON or Pulumi's wire cannot carry is refused with its path.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from operator import is_, itemgetter
from typing import Any

from gitopssets_provider.errors import Problems, TemplateError
from gitopssets_provider.model.deferred import Deferred, Opaque
from gitopssets_provider.model.validation import path_text

__all__ = ["MAX_DEPTH", "Wrap", "canonical", "canonical_parameters"]

MAX_DEPTH = 64
"""How deep an object may be nested, as deep as a template: the schema in a custom resource definition is."""

_EXACT = 2**53

Wrap = Callable[[Any], Opaque | None]
"""Turns a value that only its owner knows (a ``pulumi.Output``) into an ``Opaque``, and anything else into None."""

# A path from its end: (key, the path before it). It costs one small tuple a level, and is text only where it is needed.
_Path = tuple[Any, Any] | None


def canonical(value: Mapping[str, Any], wrap: Wrap | None = None) -> dict[str, Any]:
    """Return an object whose leaves are JSON or ``Deferred``, the same one where nothing had to change.

    Raises all that is wrong with it.
    """
    return _Walk(wrap, defer=True).whole(value)


def canonical_parameters(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of an element with JSON leaves; what is ``Opaque`` stays so, for templates to use."""
    return _Walk(None, defer=False).whole(value)


class _Walk:
    """One walk over an object; the common leaves are passed over in :meth:`mapping` itself, for speed."""

    __slots__ = ("_defer", "_problems", "_wrap")

    def __init__(self, wrap: Wrap | None, *, defer: bool) -> None:
        self._problems = Problems()
        self._wrap = wrap
        self._defer = defer

    def whole(self, value: Mapping[str, Any]) -> dict[str, Any]:
        result = self.mapping(value, None, 0)
        self._problems.raise_if_any()
        return result

    def mapping(self, value: Mapping[str, Any], path: _Path, depth: int) -> dict[str, Any]:
        changed: dict[str, Any] | None = None
        for key, item in value.items():
            if type(key) is not str:
                self._refuse(f"a key must be a string, not {key!r}", path)
            kind = type(item)
            if (kind is str and item.isascii()) or kind is bool or item is None:
                continue
            clean = self.value(item, (key, path), depth + 1)
            if clean is not item:
                changed = {**value} if changed is None else changed
                changed[key] = clean
        if changed is not None:
            return changed
        return value if type(value) is dict else dict(value)

    def value(self, value: Any, path: _Path, depth: int) -> Any:
        kind = type(value)
        if depth > MAX_DEPTH:
            self._refuse(f"lies deeper than {MAX_DEPTH} levels", path)
        elif kind is dict:
            return self.mapping(value, path, depth)
        elif kind is list:
            return self._list(value, path, depth)
        elif kind is int:
            if not -_EXACT <= value <= _EXACT:
                self._refuse("is an integer beyond 2**53", path, "write it as a string")
        elif kind is str:
            self._check_text(value, path)
        elif kind is not bool and value is not None and kind is not Deferred:
            return self._rare(value, path, depth)
        return value

    def _list(self, value: list[Any], path: _Path, depth: int) -> list[Any]:
        clean = [self.value(item, (index, path), depth + 1) for index, item in enumerate(value)]
        return value if all(map(is_, clean, value)) else clean

    def _rare(self, value: Any, path: _Path, depth: int) -> Any:
        if isinstance(value, Mapping):
            return self.mapping(value, path, depth)
        if isinstance(value, tuple):
            return self._list(list(value), path, depth)
        if isinstance(value, Enum):
            return self.value(value.value, path, depth)
        if isinstance(value, float):
            return self._float(value, path)
        for plain in (str, int):
            if isinstance(value, plain):
                return self.value(plain(value), path, depth)
        return self._opaque(value, path)

    def _float(self, value: float, path: _Path) -> Any:
        if value.is_integer() and abs(value) <= _EXACT:
            return int(value)
        if value - value != 0:
            self._refuse(f"is {value}, which JSON does not have", path)
        return value

    def _opaque(self, value: Any, path: _Path) -> Any:
        opaque = value if isinstance(value, Opaque) else self._wrap(value) if self._wrap else None
        if opaque is not None:
            return Deferred((opaque,), itemgetter(0), opaque.label) if self._defer else opaque
        self._refuse(f"is a Python {type(value).__name__}, which JSON does not have", path, "make it a string")
        return value

    def _check_text(self, value: str, path: _Path) -> None:
        try:
            value.encode()
        except UnicodeEncodeError:
            self._refuse("holds half of a surrogate pair, which is no Unicode text", path)

    def _refuse(self, fact: str, path: _Path, remedy: str = "") -> None:
        steps: list[str | int] = []
        while path is not None:
            key, path = path
            steps.append(key if isinstance(key, int) else str(key))
        self._problems.add(TemplateError(fact, remedy=remedy, path=path_text(reversed(steps))))
