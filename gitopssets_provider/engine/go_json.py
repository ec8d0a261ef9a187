"""Write JSON as Go's encoder does, so that a state or a payload is the same text whichever engine wrote it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any, Final

__all__ = ["number_text", "write_go_json"]

_HTML: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
_SEPARATORS: Final = str.maketrans({"\u2028": "\\u2028", "\u2029": "\\u2029"})
_SURROGATES: Final = str.maketrans(dict.fromkeys(range(0xD800, 0xE000), "\\ufffd"))


def write_go_json(value: Any, *, indent: int = 0, html: bool = False) -> str:
    """Return the JSON text of a value; keys stay in the order of their dicts.

    ``html`` escapes ``<``, ``>`` and ``&``: Go's default, which the CLI switches off for its state files but not for
    the text inside a secret or a configuration value.
    """
    parts: list[str] = []
    _write(value, parts.append, "\n" if indent else "", " " * indent)
    text = "".join(parts)
    # Outside of strings none of these characters occurs in JSON, so the whole text can be searched at once.
    if not text.isascii():
        text = text.translate(_SEPARATORS).translate(_SURROGATES)
    return text.translate(_HTML) if html else text


def number_text(number: float) -> str:
    """Return a number as Go prints it in JSON: no exponent between 1e-6 and 1e21."""
    if isinstance(number, int):
        return int.__repr__(number)
    size = abs(number)
    if size and not 1e-6 <= size < 1e21:
        mantissa, exponent = float.__repr__(number).split("e")
        return f"{mantissa.removesuffix('.0')}e{exponent[0]}{exponent[1:].lstrip('0')}"
    return format(Decimal(float.__repr__(number)), "f").removesuffix(".0")


def _write(value: Any, put: Callable[[str], None], newline: str, step: str) -> None:
    if isinstance(value, str):
        put(encode_basestring(value))
    elif isinstance(value, dict):
        _object(value, put, newline, step)
    elif isinstance(value, list | tuple):
        _array(value, put, newline, step)
    elif value is None:
        put("null")
    elif isinstance(value, bool):
        put("true" if value else "false")
    else:
        put(number_text(value))


def _object(value: dict[str, Any], put: Callable[[str], None], newline: str, step: str) -> None:
    if not value:
        put("{}")
        return
    inner = newline + step
    colon = ": " if newline else ":"
    lead = "{" + inner
    for key, item in value.items():
        put(f"{lead}{encode_basestring(key)}{colon}")
        _write(item, put, inner, step)
        lead = "," + inner
    put(newline + "}")


def _array(value: Sequence[Any], put: Callable[[str], None], newline: str, step: str) -> None:
    if not value:
        put("[]")
        return
    inner = newline + step
    lead = "[" + inner
    for item in value:
        put(lead)
        _write(item, put, inner, step)
        lead = "," + inner
    put(newline + "]")
