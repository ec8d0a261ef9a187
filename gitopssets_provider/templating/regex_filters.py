"""Filters and tests with regular expressions, named as Ansible names them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from gitopssets_provider.templating.fault import Fault
from gitopssets_provider.templating.limits import check_text
from gitopssets_provider.templating.matching import Match, find_all, search
from gitopssets_provider.templating.patterns import Pattern, compile_pattern
from gitopssets_provider.templating.results import seeing, spell

__all__ = ["REGEX_FILTERS", "REGEX_TESTS"]

_REFERENCE: Final = re.compile(r"\\(?:([0-9]{1,2})|g<([A-Za-z0-9_]+)>|(\\))")


def _replace(value: Any, pattern: str, replacement: str = "", *, count: int = 0, ignorecase: bool = False) -> str:
    r"""Return the text with what the pattern finds replaced; ``\1`` and ``\g<name>`` stand for its groups."""
    text = spell(value)
    compiled = compile_pattern(pattern, ignore_case=ignorecase)
    pieces: list[str] = []
    done = length = 0
    for number, match in enumerate(find_all(compiled, text), 1):
        begin, end = match.spans[:2]
        pieces += (text[done:begin], _expand(replacement, match, compiled))
        length += len(pieces[-1])
        check_text(len(text) + length)
        done = end
        if number == count:
            break
    return "".join([*pieces, text[done:]])


def _expand(replacement: str, match: Match, pattern: Pattern) -> str:
    def referred(reference: re.Match[str]) -> str:
        number, name, backslash = reference.groups()
        return backslash or match.group(_group(number or name, pattern)) or ""

    return _REFERENCE.sub(referred, replacement) if "\\" in replacement else replacement


def _group(name: str | int, pattern: Pattern) -> int:
    number = pattern.names.get(str(name), int(name) if str(name).isdecimal() else -1)
    if not 0 <= number < pattern.groups:
        raise Fault(f'the pattern has no group "{name}"')
    return number


def _search(value: Any, pattern: str, group: str | int | None = None, *, ignorecase: bool = False) -> str | None:
    r"""Return what the pattern finds first, or null; ``group`` is the number, ``\1`` or the name of a part of it."""
    compiled = compile_pattern(pattern, ignore_case=ignorecase)
    number = (
        0 if group is None else _group(str(group).removeprefix("\\g<").removesuffix(">").removeprefix("\\"), compiled)
    )
    match = search(compiled, spell(value))
    return match.group(number) if match else None


def _find_all(value: Any, pattern: str, *, ignorecase: bool = False) -> list[Any]:
    """Return all that the pattern finds: texts, or lists of texts where it has several groups."""
    compiled = compile_pattern(pattern, ignore_case=ignorecase)
    found: list[Any] = []
    for match in find_all(compiled, spell(value)):
        groups = match.groups() or [match.group(0)]
        found.append(groups[0] if len(groups) == 1 else groups)
    return found


def _escape(value: Any) -> str:
    """Return the text as a pattern that finds exactly it."""
    return re.escape(spell(value))


def _is_match(value: str, pattern: str, *, ignorecase: bool = False) -> bool:
    """Say whether the pattern fits the beginning of a text."""
    return search(compile_pattern(pattern, ignore_case=ignorecase), spell(value), anchored=True) is not None


def _is_found(value: str, pattern: str, *, ignorecase: bool = False) -> bool:
    """Say whether the pattern fits anywhere in a text."""
    return search(compile_pattern(pattern, ignore_case=ignorecase), spell(value)) is not None


REGEX_FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "regex_escape": _escape,
    "regex_findall": _find_all,
    "regex_replace": _replace,
    "regex_search": _search,
}
REGEX_TESTS: Final[Mapping[str, Callable[..., Any]]] = {
    "match": seeing(_is_match),
    "search": seeing(_is_found),
}
