"""JSON as people write it into files: strict, of bounded depth, and no key twice."""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn

from gitopssets_provider.documents.incoming import MAX_BYTES, at_line, decode
from gitopssets_provider.documents.yaml_types import number_value
from gitopssets_provider.errors import DefinitionError

__all__ = ["MAX_DEPTH", "read_json"]

MAX_DEPTH: Final = 30

_STRING_OR_BRACKET: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
_MAYBE_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")


def read_json(
    text: str | bytes,
    *,
    file: str = "",
    max_depth: int = MAX_DEPTH,
    max_bytes: int = MAX_BYTES,
    printable: bool = True,
) -> Any:
    """Return the value of a JSON text; numbers that are whole are integers, as in YAML.

    Raises ``DefinitionError`` with ``file:line`` as its place for what is no JSON, for ``NaN`` and numbers without
    bounds, for a key written twice and for nesting deeper than ``max_depth``.
    Without ``printable``, strings may hold any character that JSON allows.
    """
    text = decode(text, file=file, max_bytes=max_bytes, printable=printable)
    _check_depth(text, max_depth, file)
    try:
        value = json.loads(
            text, object_pairs_hook=_unique_keys, parse_float=_number, parse_int=_number, parse_constant=_constant
        )
    except json.JSONDecodeError as error:
        raise DefinitionError(f"is no JSON: {error.msg}", file=at_line(file, error.lineno)) from None
    except DefinitionError as error:
        raise error.at(file=file or "document") from None
    if _MAYBE_SURROGATE.search(text):
        _check_surrogates(value, file)
    return value


def _check_depth(text: str, max_depth: int, file: str) -> None:
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        bracket = match.group()
        if bracket in "[{":
            depth += 1
            if depth > max_depth:
                line = text.count("\n", 0, match.start()) + 1
                raise DefinitionError(f"is nested deeper than {max_depth} levels", file=at_line(file, line))
        elif bracket in "]}":
            depth -= 1


def _check_surrogates(value: Any, file: str) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise DefinitionError("holds half a surrogate pair, which is no character", file=file or "document") from None


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise DefinitionError(f'the key "{key}" is written twice', remedy="remove one of them")
        found[key] = value
    return found


def _number(digits: str) -> int | float:
    number = number_value(digits)
    if number is None:
        raise DefinitionError(f"holds the number {digits[:40]}, which is out of range")
    return number


def _constant(name: str) -> NoReturn:
    raise DefinitionError(f"holds {name}, which is no JSON")
