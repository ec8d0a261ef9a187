"""Filters that work on lists, mappings and numbers, and those between data and text."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from jinja2.filters import FILTERS as BUILTIN_FILTERS

from gitopssets_provider.documents.json_reader import read_json
from gitopssets_provider.documents.yaml_reader import read_yaml
from gitopssets_provider.documents.yaml_writer import write_yaml
from gitopssets_provider.errors import DefinitionError
from gitopssets_provider.model.deferred import Opaque, OpaqueUsedError
from gitopssets_provider.templating.fault import Fault, kind_of
from gitopssets_provider.templating.limits import check_integer, check_items, check_text
from gitopssets_provider.templating.results import Encoded, plain, seeing, spell

__all__ = ["DATA_FILTERS"]

# Jinja2's own that only look, choose or order.
_KEPT: Final = frozenset(
    {
        "abs", "count", "dictsort", "first", "float", "groupby", "items", "last", "length", "list",
        "map", "max", "min", "reject", "rejectattr", "reverse", "round", "select", "selectattr", "sort", "truncate",
        "unique", "urlencode", "wordcount",
    }
)  # fmt: skip


def _integer(value: Any, default: int = 0, base: int = 10) -> int:
    """Return the whole number that a text says, or ``default``."""
    if isinstance(value, str) and len(value) > 70:
        raise Fault("has too many digits for a number")
    number: int = BUILTIN_FILTERS["int"](value, default, base)
    check_integer(number)
    return number


def _sum(value: Iterable[Any], attribute: str | None = None, start: float = 0) -> float:
    """Return the sum of the numbers of a list; of mappings, take one attribute of each."""
    total = start
    for item in value:
        number = item if attribute is None else item[attribute]
        if not isinstance(number, int | float):
            raise Fault(f"sum needs numbers, not {kind_of(number)}")
        total += number
    return total


def _boolean(value: Any) -> bool:
    """Return the boolean that a text says in YAML's words, as ``true``, ``no`` or ``on``."""
    words = {"true": True, "yes": True, "on": True, "y": True, "1": True}
    words |= {"false": False, "no": False, "off": False, "n": False, "0": False}
    said = words.get(spell(value).lower())
    if said is None:
        raise Fault(f"{kind_of(value)} says neither true nor false")
    return said


def _data(value: Any) -> Any:
    """Return JSON without anything opaque in it, for what writes all of it out."""
    data = plain(value)
    _refuse_opaque(data)
    return data


def _refuse_opaque(data: Any) -> None:
    if isinstance(data, Opaque):
        raise OpaqueUsedError(data)
    for item in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        _refuse_opaque(item)


def _to_json(value: Any, indent: int | None = None) -> str:
    """Return the value as JSON, keys in their order; ``indent`` spreads it over lines."""
    data = _data(value)
    separators = (",", ":") if indent is None else (",", ": ")
    text = json.dumps(data, ensure_ascii=False, indent=indent, separators=separators, allow_nan=False)
    check_text(len(text))
    return Encoded(text, data)


def _to_yaml(value: Any) -> str:
    """Return the value as YAML with sorted keys, without a line break at its end."""
    data = _data(value)
    text = write_yaml(data).removesuffix("\n")
    check_text(len(text))
    return Encoded(text, data)


def _from_json(value: str) -> Any:
    """Return the value that a text says in JSON."""
    try:
        return read_json(spell(value))
    except DefinitionError as error:
        raise Fault(f"the text {error.problems[0].fact}") from None


def _from_yaml(value: str) -> Any:
    """Return the value that a text says in YAML, of its one document."""
    try:
        documents = read_yaml(spell(value))
    except DefinitionError as error:
        raise Fault(f"the text {error.problems[0].fact}") from None
    if len(documents) > 1:
        raise Fault(f"the text holds {len(documents)} documents")
    return documents[0].value if documents else None


def _b64encode(value: Any) -> str:
    """Return the text's UTF-8 in base64."""
    return base64.b64encode(spell(value).encode()).decode("ascii")


def _b64decode(value: Any) -> str:
    """Return the text whose UTF-8 is given in base64."""
    try:
        return base64.b64decode(spell(value), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise Fault("the text is no base64 of a text") from None


def _combine(value: Mapping[str, Any], *others: Mapping[str, Any], recursive: bool = False) -> dict[str, Any]:
    """Return the keys of all mappings; a later one wins, with ``recursive=true`` inside of nested mappings as well."""
    merged = dict(value)
    for other in others:
        for key, item in other.items():
            mine = merged.get(key)
            both = recursive and isinstance(mine, Mapping) and isinstance(item, Mapping)
            merged[key] = _combine(mine, item, recursive=True) if both else item  # type: ignore[arg-type]
    return merged


def _flatten(value: Iterable[Any]) -> list[Any]:
    """Return the items of a list of lists in one list, one level down."""
    flat: list[Any] = []
    for item in value:
        flat += item if isinstance(item, list | tuple) else [item]
        check_items(len(flat))
    return flat


def _dict_to_items(value: Mapping[str, Any], key_name: str = "key", value_name: str = "value") -> list[dict[str, Any]]:
    """Return a mapping as a list of ``{key, value}``."""
    return [{key_name: key, value_name: item} for key, item in value.items()]


def _items_to_dict(
    value: Iterable[Mapping[str, Any]], key_name: str = "key", value_name: str = "value"
) -> dict[str, Any]:
    """Return a list of ``{key, value}`` as a mapping."""
    return {item[key_name]: item[value_name] for item in value}


def _ternary(value: Any, yes: Any, no: Any) -> Any:
    """Return one of two values: the first where the condition holds."""
    return yes if value else no


def _zip(value: Iterable[Any], *others: Iterable[Any]) -> list[list[Any]]:
    """Return lists of items that stand at the same place, up to the end of the shortest list."""
    return [list(row) for row in zip(value, *others, strict=False)]


def _union(value: list[Any], other: list[Any]) -> list[Any]:
    """Return the different items of two lists, in their order."""
    return _distinct([*value, *other])


def _intersect(value: list[Any], other: list[Any]) -> list[Any]:
    """Return the different items that stand in both lists."""
    return [item for item in _distinct(value) if item in other]


def _difference(value: list[Any], other: list[Any]) -> list[Any]:
    """Return the different items that stand in the first list only."""
    return [item for item in _distinct(value) if item not in other]


def _distinct(items: list[Any]) -> list[Any]:
    check_items(len(items) * len(items) // 100)
    found: list[Any] = []
    for item in items:
        if item not in found:
            found.append(item)
    return found


DATA_FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "d": BUILTIN_FILTERS["default"],
    "default": BUILTIN_FILTERS["default"],
    **{name: seeing(BUILTIN_FILTERS[name]) for name in _KEPT},
    "b64decode": _b64decode,
    "b64encode": _b64encode,
    "bool": _boolean,
    "combine": _combine,
    "dict2items": _dict_to_items,
    "difference": _difference,
    "flatten": _flatten,
    "from_json": _from_json,
    "from_yaml": _from_yaml,
    "int": _integer,
    "intersect": _intersect,
    "items2dict": _items_to_dict,
    "sum": _sum,
    "ternary": _ternary,
    "to_json": _to_json,
    "to_yaml": _to_yaml,
    "tojson": _to_json,
    "union": _union,
    "zip": _zip,
}
