"""Kubernetes quantities (``100m``, ``1.5Gi``) in the canonical form in which the API's types write them."""

from __future__ import annotations

import re
from decimal import ROUND_UP, Context, Decimal
from functools import lru_cache
from typing import Final

__all__ = ["canonical_quantity"]

_DECIMAL: Final = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY: Final = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL_NAMES: Final = {exponent: suffix for suffix, exponent in _DECIMAL.items()}
_BINARY_NAMES: Final = {exponent: suffix for suffix, exponent in _BINARY.items()}
_SHAPE: Final = re.compile(r"([+-]?)([0-9]*)(\.[0-9]*)?((?:[eE][+-]?[0-9]+)|[numkMGTPE]|[KMGTPE]i|)")
_EXACT: Final = Context(prec=100)
_NANO: Final = Decimal("1e-9")
_LARGEST: Final = 2**63 - 1
_FAST_DIGITS: Final = 18


@lru_cache(maxsize=4096)
def canonical_quantity(text: str) -> str:
    """Return the text the API's types would write for a quantity; raise ValueError for one they would not read."""
    match = _SHAPE.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        raise ValueError(f"{text!r} is no quantity")
    sign, whole, fraction, suffix = match[1], match[2].lstrip("0") or "0", (match[3] or "")[1:], match[4]
    if _stays(whole, fraction, suffix):
        return text
    number = Decimal(f"{sign}{whole}.{fraction or '0'}")
    if suffix in _BINARY:
        return _binary(_EXACT.multiply(number, Decimal(2 ** _BINARY[suffix])))
    exponent = int(suffix[1:]) if suffix not in _DECIMAL else _DECIMAL[suffix]
    amount = _rounded(number.scaleb(exponent, _EXACT))
    return _decimal(amount, with_suffix=suffix in _DECIMAL)


def _stays(whole: str, fraction: str, suffix: str) -> bool:
    """Tell whether the types keep the text as it was written, which they do for much that merely looks canonical."""
    digits = len(whole) + len(fraction)
    if suffix in _BINARY:
        exponent = _BINARY[suffix]
        precision = 15 - len(whole) - int(exponent * 3 / 10) - 1
        return not fraction and precision >= 0 and int(whole) & 7 != 0
    exponent = int(suffix[1:]) if suffix not in _DECIMAL else _DECIMAL[suffix]
    scale = exponent - len(fraction)
    shifted = whole + fraction
    fast = digits <= _FAST_DIGITS and scale >= -9
    return fast and scale % 3 == 0 and not shifted.endswith("000") and shifted[0] != "0"


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(_NANO, ROUND_UP, _EXACT)


def _binary(amount: Decimal) -> str:
    amount = min(max(_rounded(amount), Decimal(-_LARGEST)), Decimal(_LARGEST))
    if abs(amount) < 1024 or amount != amount.to_integral_value():
        return _decimal(amount, with_suffix=True)
    number, exponent = int(amount), 0
    while number % 1024 == 0:
        number, exponent = number // 1024, exponent + 10
    return f"{number}{_BINARY_NAMES[exponent]}" if exponent else str(number)


def _decimal(amount: Decimal, *, with_suffix: bool) -> str:
    if not amount:
        return "0"
    sign, digits, exponent = amount.normalize(_EXACT).as_tuple()
    number = int("".join(map(str, digits)))
    assert isinstance(exponent, int)  # noqa: S101  a finite number has one
    while exponent % 3:
        number, exponent = number * 10, exponent - 1
    unit = _DECIMAL_NAMES.get(exponent, "") if with_suffix else f"e{exponent}" if exponent else ""
    return f"{'-' if sign else ''}{number}{unit}"
