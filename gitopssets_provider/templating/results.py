"""What an expression may yield: JSON, something opaque, or the wish to be left out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, Final

from jinja2 import Undefined

from gitopssets_provider.documents.yaml_types import number_text
from gitopssets_provider.model.deferred import Opaque, OpaqueUsedError
from gitopssets_provider.templating.fault import Fault, kind_of
from gitopssets_provider.templating.limits import MAX_DEPTH, MAX_INTEGER, check_integer, check_items, check_text

__all__ = ["OMIT", "Encoded", "Omit", "is_settled", "join", "plain", "seeing", "spell"]


class Omit:
    """The type of ``omit``: a leaf that yields it is left out together with its key."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "omit"


OMIT: Final = Omit()


class Encoded(str):  # noqa: SLOT000  a str of variable length has no room for slots
    """Text that stands for a value in YAML's syntax, as ``to_json`` and ``quote`` make it.

    In a text template a scalar that is nothing but this is the value itself, as if YAML had read the text.
    """

    value: Any

    def __new__(cls, text: str, value: Any) -> Encoded:
        """Return the text, with the value it stands for beside it."""
        made = super().__new__(cls, text)
        made.value = value
        return made


def spell(value: Any) -> str:
    """Return the text of a scalar, numbers and booleans as YAML writes them; raises ``Fault`` where it has none."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return number_text(value)
    if isinstance(value, Undefined | Opaque):
        return str(value)  # both refuse it with their own words
    if value is None:
        raise Fault("null has no text", 'give it one: default("...", true)')
    if value is OMIT:
        raise Fault("omit stands for a whole value, not for a part of a text")
    raise Fault(f"{kind_of(value)} has no text", "use | to_json or | to_yaml, or make it the whole value")


def seeing(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a function look at what it is given: of an opaque value not even the type is known."""

    @wraps(function)
    def see(*args: Any, **kwargs: Any) -> Any:
        for value in args:
            if isinstance(value, Opaque):
                raise OpaqueUsedError(value)
        return function(*args, **kwargs)

    return see


def join(parts: Iterable[Any]) -> str:
    """Return the parts spelled and put behind each other."""
    texts = [part if type(part) is str else spell(part) for part in parts]
    check_text(sum(map(len, texts)))
    return "".join(texts)


def is_settled(value: Any) -> bool:
    """Say whether a result is a leaf as it is: by far the most are, and need no walk."""
    kind = type(value)
    return kind in _SETTLED or (kind is int and -MAX_INTEGER <= value <= MAX_INTEGER)


_SETTLED: Final = frozenset({str, bool, type(None)})


def plain(value: Any) -> Any:
    """Return a result as JSON whose leaves may be ``Opaque``; raises ``Fault`` for what JSON does not know.

    What is to be omitted from inside of a collection is gone, iterators have become lists.
    """
    return _Plain().of(value, 0)


class _Plain:
    """Counts while it walks, since a small expression can make a large value by naming one list many times."""

    def __init__(self) -> None:
        self._count = 0

    def of(self, value: Any, depth: int) -> Any:
        self._count += 1
        check_items(self._count)
        if value is None or isinstance(value, bool | Opaque) or value is OMIT:
            return value
        if isinstance(value, str):
            return str(value)
        if isinstance(value, int | float):
            return _number(value)
        if depth > MAX_DEPTH:
            raise Fault(f"is nested deeper than {MAX_DEPTH} levels")
        if isinstance(value, Mapping):
            return {_key(key): item for key, raw in value.items() if (item := self.of(raw, depth + 1)) is not OMIT}
        if isinstance(value, Undefined):
            str(value)
        if isinstance(value, Iterable) and not isinstance(value, bytes | Undefined):
            return [item for raw in value if (item := self.of(raw, depth + 1)) is not OMIT]
        raise Fault(f"yields {kind_of(value)}", _CALL if callable(value) else "")


_CALL: Final = "a function is called with parentheses"


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise Fault("yields a mapping with a key that is no string", "write the key in quotes, or use | string")
    return key


def _number(value: float) -> int | float:
    """Return a number that JSON can hold; as in documents, what is whole is an integer."""
    if isinstance(value, int):
        check_integer(value)
        return value
    if not math.isfinite(value):
        raise Fault(f"yields {value}, which is no number in JSON")
    return int(value) if value.is_integer() and abs(value) <= MAX_INTEGER else value
