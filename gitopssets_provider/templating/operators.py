"""The operators of expressions, none of which makes a value that is too large."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from gitopssets_provider.model.deferred import Opaque, OpaqueUsedError
from gitopssets_provider.templating.fault import Fault, kind_of
from gitopssets_provider.templating.limits import check_integer, check_items, check_text

__all__ = ["OPERATORS", "binary", "format_text", "unary"]

_WIDTH: Final = re.compile(r"%(?:\([^)]*\))?[^%a-zA-Z]*?(\*|[0-9]{3,})")


def binary(symbol: str, left: Any, right: Any) -> Any:
    """Return what an operator makes of two values."""
    for side in (left, right):
        if isinstance(side, Opaque):
            raise OpaqueUsedError(side)
    try:
        result = OPERATORS[symbol](left, right)
    except (TypeError, OverflowError):
        raise Fault(f"{kind_of(left)} {symbol} {kind_of(right)} cannot be computed", _HINTS.get(symbol, "")) from None
    if type(result) is int:
        check_integer(result)
    return result


def unary(symbol: str, value: Any) -> Any:
    """Return what a sign makes of a value."""
    if isinstance(value, Opaque):
        raise OpaqueUsedError(value)
    try:
        return -value if symbol == "-" else +value
    except TypeError:
        raise Fault(f"{symbol}{kind_of(value)} cannot be computed") from None


def format_text(pattern: str, values: Any) -> str:
    """Return a text formatted in the manner of ``printf``, of bounded width."""
    if _WIDTH.search(pattern):
        raise Fault("formats with a width of more than 99")
    try:
        text = str(pattern % values)
        text.encode()
    except (TypeError, ValueError, KeyError) as error:
        raise Fault(f"cannot be formatted: {error}") from None
    check_text(len(text))
    return text


def _add(left: Any, right: Any) -> Any:
    if isinstance(left, str) and isinstance(right, str):
        check_text(len(left) + len(right))
    elif isinstance(left, list) and isinstance(right, list):
        check_items(len(left) + len(right))
    return left + right


def _multiply(left: Any, right: Any) -> Any:
    for many, times in ((left, right), (right, left)):
        if isinstance(many, str) and isinstance(times, int):
            check_text(len(many) * times)
        elif isinstance(many, list | tuple) and isinstance(times, int):
            check_items(len(many) * times)
    return left * right


def _power(left: Any, right: Any) -> Any:
    if isinstance(right, int | float) and abs(right) > 64 and left not in (0, 1, -1):
        raise Fault("raises a number to a power of more than 64")
    return left**right


def _modulo(left: Any, right: Any) -> Any:
    return format_text(left, right) if isinstance(left, str) else left % right


OPERATORS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "+": _add,
    "-": operator.sub,
    "*": _multiply,
    "/": operator.truediv,
    "//": operator.floordiv,
    "**": _power,
    "%": _modulo,
}
_HINTS: Final = {"+": "join texts with ~, or convert with | string or | int"}
