"""YAML as sigs.k8s.io/yaml writes it, byte for byte: what kubectl prints and what the kubernetes provider renders.

Block style, keys in natural order, sequences not indented below their key, lines folded at 80 columns.
How a single string is written is decided in ``yaml_strings``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cmp_to_key, lru_cache
from typing import Any, Final

from gitopssets_provider.documents.yaml_strings import key_string, string

__all__ = ["write_yaml", "write_yaml_documents"]

# A longer key stands behind a "?", as does one with a line break.
_MAX_SIMPLE_KEY: Final = 128
_BREAKS: Final = frozenset("\n\r\x85\u2028\u2029")


def write_yaml(value: Any) -> str:
    """Return the canonical YAML text of a JSON value; equal values give equal bytes."""
    out: list[str] = []
    if isinstance(value, dict) and value:
        _mapping(value, 0, out, inline=False)
    elif isinstance(value, list | tuple) and value:
        _sequence(value, 0, out, inline=False)
    else:
        out += (_leaf(value, 0, 2), "\n")
    return "".join(out)


def write_yaml_documents(values: Iterable[Any]) -> str:
    """Return several documents, separated by ``---``."""
    return "---\n".join(write_yaml(value) for value in values)


def _mapping(value: Mapping[str, Any], indent: int, out: list[str], *, inline: bool) -> None:
    """Write the lines of a mapping; ``inline``: the first one continues a line that stands at ``indent`` already."""
    pad = " " * indent
    for key in _ordered(tuple(value)):
        if not inline:
            out.append(pad)
        inline = False
        if _is_simple(key):
            written = key_string(key)
            out.append(written)
            _value(value[key], indent, indent + len(written) + 1, out)
        else:
            out += ("? ", string(key, indent + 2, indent + 2), "\n", pad)
            _explicit_value(value[key], indent, out)


def _value(item: Any, indent: int, column: int, out: list[str]) -> None:
    """Write what stands behind a key, from the colon to the end of the line or lines."""
    if isinstance(item, dict) and item:
        out.append(":\n")
        _mapping(item, indent + 2, out, inline=False)
    elif isinstance(item, list | tuple) and item:
        out.append(":\n")
        _sequence(item, indent, out, inline=False)
    else:
        out += (": ", _leaf(item, column + 1, indent + 2), "\n")


def _explicit_value(item: Any, indent: int, out: list[str]) -> None:
    """Write what belongs to a key behind a "?": its own colon begins the line."""
    if isinstance(item, dict) and item:
        out.append(": ")
        _mapping(item, indent + 2, out, inline=True)
    elif isinstance(item, list | tuple) and item:
        out.append(": ")
        _sequence(item, indent + 2, out, inline=True)
    else:
        out += (": ", _leaf(item, indent + 2, indent + 2), "\n")


def _sequence(items: Sequence[Any], indent: int, out: list[str], *, inline: bool) -> None:
    pad = " " * indent
    for item in items:
        out.append("- " if inline else f"{pad}- ")
        inline = False
        if isinstance(item, dict) and item:
            _mapping(item, indent + 2, out, inline=True)
        elif isinstance(item, list | tuple) and item:
            _sequence(item, indent + 2, out, inline=True)
        else:
            out += (_leaf(item, indent + 2, indent + 2), "\n")


def _leaf(value: Any, column: int, indent: int) -> str:
    """Return a scalar or an empty collection, which begins at ``column`` and goes on at ``indent``."""
    if type(value) is str or isinstance(value, str):
        return string(value, column, indent)
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, dict | list | tuple):
        return "{}" if isinstance(value, dict) else "[]"
    raise TypeError(f"{type(value).__name__} is no JSON value")


def _float(value: float) -> str:
    """Return a number as Go prints it: whole ones that JSON writes without exponent as integers, others in ``%g``."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is no JSON value")
    digits = Decimal(repr(value)).normalize()
    # Go writes JSON first, with the fewest digits that name the number, and reads that again.
    if value.is_integer() and -(2**63) <= int(digits) < 2**64:
        return str(int(digits))
    exponent = digits.adjusted()
    if -4 <= exponent < 21 and (exponent < 6 or digits == digits.to_integral()):
        return format(digits, "f") if exponent < 6 else _exponential(digits, exponent)
    return _exponential(digits, exponent)


def _exponential(digits: Decimal, exponent: int) -> str:
    mantissa = format(digits.scaleb(-exponent).normalize(), "f")
    return f"{mantissa}e{exponent:+03d}"


def _is_simple(key: str) -> bool:
    return len(key) <= _MAX_SIMPLE_KEY and len(key.encode()) <= _MAX_SIMPLE_KEY and _BREAKS.isdisjoint(key)


@lru_cache(maxsize=4096)
def _ordered(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Return keys in go-yaml's order; templates repeat the same few sets of keys, hence the cache."""
    if all(map(str.isalpha, keys)):
        return tuple(sorted(keys))
    return tuple(sorted(keys, key=cmp_to_key(_compare)))


def _compare(left: str, right: str) -> int:
    """Order as people do: at the first difference letters after others, and runs of digits by their number."""
    for at, (a, b) in enumerate(zip(left, right, strict=False)):
        if a != b:
            return _compare_at(left, right, at)
    return len(left) - len(right)


def _compare_at(left: str, right: str, at: int) -> int:
    a, b = left[at], right[at]
    if a.isalpha() and b.isalpha():
        return ord(a) - ord(b)
    if a.isalpha() or b.isalpha():
        return -1 if b.isalpha() else 1
    start = 1 if "0" in (a, b) and _follows_a_number(left, at) else 0
    left_number, left_end = _digits(left, at, start)
    right_number, right_end = _digits(right, at, start)
    return left_number - right_number or left_end - right_end or ord(a) - ord(b)


def _follows_a_number(text: str, at: int) -> bool:
    """Say whether the digits in front of a place hold another digit than zero, so that a zero there counts."""
    for char in reversed(text[:at]):
        if not char.isdecimal():
            return False
        if char != "0":
            return True
    return False


def _digits(text: str, at: int, number: int) -> tuple[int, int]:
    """Return the number that the digits from a place on make behind ``number``, in 64 bits, and where they end."""
    while at < len(text) and text[at].isdecimal():
        number = (number * 10 + ord(text[at]) - ord("0") + 2**63) % 2**64 - 2**63
        at += 1
    return number, at
