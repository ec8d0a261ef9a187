"""Declarations: what the project's ``config:`` says about one key of its stacks' configuration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from gitopssets_provider.errors import StackError, did_you_mean

__all__ = ["Declaration", "Items"]

#: The type of an array's elements: ``{type: string}``, ``{type: array, items: ...}``.
Items = Mapping[str, Any]

_TYPES: Final = ("array", "boolean", "integer", "object", "string")
_KEYS: Final = ("default", "description", "items", "secret", "type", "value")
_INTEGER: Final = re.compile(r"[-+]?[0-9]+")


@dataclass(frozen=True, slots=True)
class Declaration:
    """One key of the project's ``config:``: its type and default, or, in another namespace, its value.

    ``type`` is empty where none is declared. ``fallback`` is what a stack that does not set the key gets; without one
    (``None``) a key of the project's own namespace is required.
    """

    type: str = ""
    items: Items | None = None
    fallback: Any = None
    secret: bool = False

    @classmethod
    def parse(cls, value: Any, *, own: bool) -> Declaration:
        """Read a declaration, or the value that stands for one; ``own`` means a key of the project's namespace."""
        if isinstance(value, float):
            raise StackError("a fraction cannot be given in short", remedy=f"write {{default: {value}}}")
        content = value if isinstance(value, dict) else {"default" if own else "value": value}
        for key in content:
            if key not in _KEYS:
                raise StackError(f'unknown key "{key}"', remedy=did_you_mean(key, _KEYS))
        default, fixed = content.get("default"), content.get("value")
        if default is not None and fixed is not None:
            raise StackError('has both "default" and "value"', remedy="keep one")
        if not own and (content.get("type") or default is not None or fixed is None):
            raise StackError(
                "belongs to another namespace than the project's, so it takes a value, not a type or a default",
                remedy="write {value: ...}",
            )
        kind, items = content.get("type") or "", content.get("items")
        _check_type(kind, items)
        if kind and default is not None and not _fits(default, kind, items):
            raise StackError(f"the default is not of type {_type_name(kind, items)}", path="default")
        return cls(kind, items, fixed if default is None else default, content.get("secret") is True)

    @property
    def type_name(self) -> str:
        """Return the type as Pulumi's messages spell it: ``array<string>``."""
        return _type_name(self.type, self.items)

    def accepts(self, value: Any) -> bool:
        """Say whether a value is of the type, as Pulumi sees it: a text may spell a number or a boolean."""
        return not self.type or _fits(value, self.type, self.items)


def _check_type(kind: str, items: Any) -> None:
    if kind and kind not in _TYPES:
        raise StackError(f'unknown type "{kind}"', remedy=did_you_mean(str(kind), _TYPES), path="type")
    if kind == "array":
        if not isinstance(items, dict) or not items.get("type"):
            raise StackError("is an array of nothing", remedy="name the type of its elements: {items: {type: string}}")
        _check_type(items["type"], items.get("items"))


def _fits(value: Any, kind: str, items: Items | None) -> bool:
    if kind == "integer":
        if isinstance(value, str):
            return _INTEGER.fullmatch(value) is not None
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "boolean":
        return isinstance(value, bool) or value in ("true", "false")
    if kind == "array" and items is not None:
        return isinstance(value, list) and all(_fits(item, items["type"], items.get("items")) for item in value)
    return isinstance(value, dict if kind == "object" else str)


def _type_name(kind: str, items: Items | None) -> str:
    return f"array<{_type_name(items['type'], items.get('items'))}>" if kind == "array" and items else kind
