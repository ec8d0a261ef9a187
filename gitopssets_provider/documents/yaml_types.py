"""The types of YAML scalars as go-yaml reads them, which is how kubectl and the API server's clients read them.

``no`` and ``y`` are booleans, ``010`` is 8, ``1e3`` is 1000; dates and ``1:30`` stay strings. A number whose value is
whole is an ``int``, since JSON, which everything becomes, knows no other difference.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from decimal import Decimal
from typing import Final

__all__ = ["Scalar", "ScalarError", "key_text", "number_text", "number_value", "plain_value", "tagged_value"]

Scalar = str | int | float | bool | None


class ScalarError(ValueError):
    """Signals a scalar that no type can hold; the reader knows the place and turns it into an error for the user."""


_WORDS: Final[dict[str, Scalar]] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
_MAYBE_NUMBER: Final = re.compile(r"[-+.0-9]")
_INTEGER: Final = re.compile(
    r"(?P<sign>[-+]?)(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<bin>[01]+)|0[oO]?(?P<oct>[0-7]+)|(?P<dec>0|[1-9][0-9]*))"
)
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
# Behind a leading point Go wants underscores between digits; anywhere else go-yaml drops them all.
_BEHIND_POINT: Final = re.compile(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?")
_BASES: Final = {"hex": 16, "bin": 2, "oct": 8, "dec": 10}
_INT64: Final = range(-(2**63), 2**63)
# No 64-bit integer has more digits, in any base; what is longer is a float, or no number.
_MAX_DIGITS: Final = 70


def plain_value(text: str) -> Scalar:
    """Return the value of a scalar written without quotes and tag."""
    if text in _WORDS:
        return _WORDS[text]
    if not _MAYBE_NUMBER.match(text) or (text[0] == "." and not _BEHIND_POINT.fullmatch(text)):
        return text
    number = number_value(text.replace("_", ""))
    return text if number is None else number


def number_value(digits: str) -> int | float | None:
    """Return the number that the digits say, None where they say none; what is whole and has 64 bits is an ``int``."""
    if (match := _INTEGER.fullmatch(digits)) and len(digits) <= _MAX_DIGITS:
        kind = match.lastgroup or "dec"
        value = int(match[kind], _BASES[kind]) * (-1 if match["sign"] == "-" else 1)
        if -(2**63) <= value < 2**64:
            return value if value in _INT64 else float(value)
    if _FLOAT.fullmatch(digits):
        number = float(digits)
        if math.isfinite(number):
            return int(number) if number.is_integer() and int(number) in _INT64 else number
    return None


def tagged_value(tag: str, text: str) -> Scalar:
    """Return the value of a scalar with an explicit tag; an unknown tag says nothing."""
    name = tag.removeprefix("tag:yaml.org,2002:")
    if name == "binary":
        return _binary(text)
    if name == tag or name in ("str", "timestamp"):
        return text
    value = plain_value(text)
    fits = {
        "null": value is None,
        "bool": isinstance(value, bool),
        "int": isinstance(value, int) and not isinstance(value, bool),
        "float": isinstance(value, int | float) and not isinstance(value, bool),
    }
    if not fits.get(name, True):
        raise ScalarError(f"the value is no !!{name}")
    return value if name in fits else text


def _binary(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        raise ScalarError("!!binary does not hold text in base64") from None


def key_text(value: Scalar) -> str:
    """Return the key that JSON has in place of a scalar of YAML; raises ``ScalarError`` where there is none."""
    if isinstance(value, str):
        return value
    if value is None:
        raise ScalarError("a key is null")
    return number_text(value)


def number_text(value: bool | float) -> str:  # noqa: FBT001  a boolean is a value here, no switch
    """Return a number or boolean as YAML and JSON spell it: ``true``, ``8080``, ``1234567.5``, ``1e+21``."""
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, float) and (not math.isfinite(value) or abs(value) >= 1e21):
        return _SPECIAL.get(repr(value)) or repr(value)
    return str(int(value)) if value == int(value) else _plain_digits(value)


_SPECIAL: Final = {"nan": ".nan", "inf": ".inf", "-inf": "-.inf"}


def _plain_digits(value: float) -> str:
    """Return the shortest digits that read back, without an exponent down to a millionth."""
    return format(Decimal(repr(value)), "f") if abs(value) >= 1e-6 else repr(value)
