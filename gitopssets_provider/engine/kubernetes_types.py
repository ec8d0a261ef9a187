"""Kubernetes' built-in kinds as its Go types see them: what the provider does to every object before it compares it.

The provider reads an object into the Go type of its kind and writes it out again. What the type does not know falls
away, and so do zero values of fields that are left out when empty; quantities come out in their canonical form. An
object that does not fit its type stays as it is. ``kubernetes_types.json`` holds the types: for each kind the number of
its struct, and for each struct its fields. In a field ``?`` says it is left out when empty, ``*`` a pointer, ``[]`` a
list, ``{}`` a map with string keys; then follows the number of a struct or a letter: (s)tring, (b)oolean, (i)nteger,
(q)uantity, (t)ime, (m)icrosecond time, x for a number or a string, y for bytes, (a)nything. ``namespaced`` has the
scopes of the kinds that the provider knows by heart.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

from gitopssets_provider.engine.quantity import canonical_quantity

__all__ = ["is_known_group_version", "known_scope", "through_go_type"]

_Converter = Callable[[Any], Any]
# When a field falls away although it was given: never, when it is nil, when it is empty.
_NEVER, _NIL, _EMPTY = range(3)


def is_known_group_version(api_version: str) -> bool:
    """Tell whether the group and version is one of Kubernetes' own; those of custom resources are not."""
    return api_version in _group_versions()


def known_scope(group: str, version: str, kind: str) -> bool | None:
    """Tell whether a kind is namespaced; ``None`` for one the provider has no table for."""
    group = "" if group == "core" else group
    if not is_known_group_version(f"{group}/{version}" if group else version):
        return None
    scopes: dict[str, bool] = _table()["namespaced"]
    return scopes.get(kind.removesuffix("Patch").removesuffix("List"))


def through_go_type(obj: dict[str, Any]) -> dict[str, Any]:
    """Return the object as its Go type would write it, cut down to the keys it came with."""
    number = _table()["kinds"].get(obj.get("apiVersion"), {}).get(obj.get("kind"))
    if number is None:
        return obj
    try:
        converted: dict[str, Any] = _struct(number)(obj)
    except ValueError:
        return obj
    return converted


@cache
def _table() -> dict[str, Any]:
    text = files(__package__).joinpath("kubernetes_types.json").read_text(encoding="utf-8")
    table: dict[str, Any] = json.loads(text)
    return table


@cache
def _group_versions() -> frozenset[str]:
    return frozenset(_table()["groupVersions"])


class _Struct:
    """Converts a mapping to what one struct writes; fields are looked up when first used, for structs may recur."""

    def __init__(self, number: int) -> None:
        self._codes: dict[str, str] = _table()["types"][number]
        self._fields: dict[str, tuple[_Converter, Callable[[], Any], int]] = {}

    def __call__(self, value: Any) -> Any:
        if not isinstance(value, dict):
            raise ValueError("not an object")
        written = {}
        for key, item in value.items():
            field = self._fields.get(key) or self._field(key)
            if field is None:
                continue
            convert, zero, omit = field
            result = zero() if item is None else convert(item)
            if not (omit and (result is None or (omit == _EMPTY and not result))):
                written[key] = result
        return written

    def _field(self, key: str) -> tuple[_Converter, Callable[[], Any], int] | None:
        code = self._codes.get(key)
        if code is None:
            return None
        kind = code.lstrip("?!")
        field = (_converter(kind), lambda: _zero(kind), _omission(code, kind))
        self._fields[key] = field
        return field

    def zero(self) -> dict[str, Any]:
        kinds = {key: code.lstrip("?!") for key, code in self._codes.items()}
        return {
            key: zero
            for key, kind in kinds.items()
            if (zero := _zero(kind)) or _omission(self._codes[key], kind) == _NEVER
        }


@cache
def _struct(number: int) -> _Struct:
    return _Struct(number)


def _omission(code: str, kind: str) -> int:
    if code == kind or kind.isdigit() or kind in "qxa":
        return _NEVER
    if kind.startswith("*") or "!" in code:
        return _NIL
    return _NEVER if kind in "tm" else _EMPTY


@cache
def _converter(kind: str) -> _Converter:
    if kind.startswith("*"):
        return _converter(kind[1:])
    if kind.startswith("[]"):
        return _list_converter(kind[2:])
    if kind.startswith("{}"):
        return _map_converter(kind[2:])
    return _struct(int(kind)) if kind.isdigit() else _SCALARS[kind]


def _list_converter(kind: str) -> _Converter:
    convert = _converter(kind)

    def convert_list(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise ValueError("not a list")
        return [_zero(kind) if item is None else convert(item) for item in value]

    return convert_list


def _map_converter(kind: str) -> _Converter:
    convert = _converter(kind)

    def convert_map(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValueError("not a map")
        return {key: _zero(kind) if item is None else convert(item) for key, item in value.items()}

    return convert_map


def _zero(kind: str) -> Any:
    if kind.isdigit():
        return _struct(int(kind)).zero()
    return {"s": "", "b": False, "i": 0, "x": 0, "q": "0"}.get(kind)


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("not a string")
    return value


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("not a boolean")
    return value


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise ValueError("not an integer")
    return int(value)


def _quantity(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("not a quantity")
    return canonical_quantity(str(value).strip())


def _integer_or_string(value: Any) -> int | str:
    return value if isinstance(value, str) else _integer(value)


def _bytes(value: Any) -> str:
    try:
        decoded = base64.b64decode(_string(value).replace("\r", "").replace("\n", ""), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    return base64.b64encode(decoded).decode("ascii")


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_string(value))
    if moment.tzinfo is None:
        raise ValueError("no time zone")
    return moment.astimezone(UTC)


def _time(value: Any) -> str:
    return _moment(value).strftime("%Y-%m-%dT%H:%M:%SZ")


def _microsecond_time(value: Any) -> str:
    return _moment(value).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


_SCALARS: Final[dict[str, _Converter]] = {
    "s": _string,
    "b": _boolean,
    "i": _integer,
    "q": _quantity,
    "x": _integer_or_string,
    "y": _bytes,
    "t": _time,
    "m": _microsecond_time,
    "a": lambda value: value,
}
