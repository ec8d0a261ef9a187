"""The methods that expressions may call on data: those of strings and mappings that change nothing and stay small."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from gitopssets_provider.templating.fault import Fault
from gitopssets_provider.templating.limits import check_text
from gitopssets_provider.templating.results import join

__all__ = ["LIST_METHODS", "LOOP_ATTRIBUTES", "MAPPING_METHODS", "STRING_METHODS", "join_text", "replace_text"]


def replace_text(text: str, old: str, new: str, count: int = -1) -> str:
    """Return the text with one part replaced; the result is measured before it is made."""
    found = text.count(old)
    check_text(len(text) + max(0, (found if count < 0 else min(found, count)) * (len(new) - len(old))))
    return text.replace(old, new, count)


def join_text(separator: str, items: Any) -> str:
    """Return items with a separator between them, numbers and booleans as YAML spells them."""
    if isinstance(items, str | Mapping):
        raise Fault("join needs a list")
    parts: list[Any] = []
    for item in items:
        parts += (separator, item)
    return join(parts[1:])


STRING_METHODS: Final[Mapping[str, Callable[..., Any]]] = {
    "capitalize": str.capitalize,
    "count": str.count,
    "endswith": str.endswith,
    "find": str.find,
    "index": str.index,
    "isalnum": str.isalnum,
    "isalpha": str.isalpha,
    "isdecimal": str.isdecimal,
    "isdigit": str.isdigit,
    "islower": str.islower,
    "isnumeric": str.isnumeric,
    "isupper": str.isupper,
    "join": join_text,
    "lower": str.lower,
    "lstrip": str.lstrip,
    "partition": str.partition,
    "removeprefix": str.removeprefix,
    "removesuffix": str.removesuffix,
    "replace": replace_text,
    "rfind": str.rfind,
    "rindex": str.rindex,
    "rpartition": str.rpartition,
    "rsplit": str.rsplit,
    "rstrip": str.rstrip,
    "split": str.split,
    "splitlines": str.splitlines,
    "startswith": str.startswith,
    "strip": str.strip,
    "swapcase": str.swapcase,
    "title": str.title,
    "upper": str.upper,
}
MAPPING_METHODS: Final[Mapping[str, Callable[..., Any]]] = {
    "get": dict.get,
    "items": dict.items,
    "keys": dict.keys,
    "values": dict.values,
}
LIST_METHODS: Final[Mapping[str, Callable[..., Any]]] = {"count": list.count, "index": list.index}
LOOP_ATTRIBUTES: Final = frozenset(
    {"changed", "cycle", "first", "index", "index0", "last", "length", "nextitem", "previtem", "revindex", "revindex0"}
)
