"""Semantic versions and ranges of them, in the notation that Flux, Helm and Argo CD share."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Self

from gitopssets_provider.errors import DefinitionError

__all__ = ["Version", "VersionRange"]

_PRE: Final = r"(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?"
_META: Final = r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
_WHOLE: Final = re.compile(rf"[vV]?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*){_PRE}{_META}", re.ASCII)
_PART: Final = r"(\d+|[xX*])"
_PARTIAL: Final = rf"[vV]?{_PART}(?:\.{_PART})?(?:\.{_PART})?{_PRE}{_META}"
_COMPARISON: Final = re.compile(rf"(==|!=|>=|=>|<=|=<|~>|[=<>~^])?\s*{_PARTIAL}(?=[\s,]|$)", re.ASCII)
_HYPHEN: Final = re.compile(r"(\S+)\s+-\s+(\S+)")
_LONGEST: Final = 200

_Core = tuple[int, int, int]
_Test = Callable[["Version"], bool]


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A version of three numbers; it sorts as SemVer says, whatever is built in (``+...``) does not count."""

    core: _Core
    release: bool
    identifiers: tuple[tuple[bool, int, str], ...]
    text: str = field(compare=False)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the version that a text is, with or without a leading v; None for a text that is none."""
        found = _WHOLE.fullmatch(text) if len(text) <= _LONGEST else None
        if found is None:
            return None
        major, minor, patch, pre = found.groups()
        return cls((int(major), int(minor), int(patch)), not pre, _identifiers(pre), text.lstrip("vV"))


@dataclass(frozen=True, slots=True)
class VersionRange:
    """Versions that are wanted: ``>=1.2 <2``, ``^1.4``, ``~1.4.2``, ``1.x``, ``1.2 - 1.4``, joined by ``||``.

    A pre-release is in a range only if the range names one itself (``>=1.2.0-0``).
    """

    text: str
    _alternatives: tuple[tuple[tuple[_Test, ...], bool], ...] = field(compare=False, repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the range; raises ``DefinitionError`` where the text is none."""
        if len(text) > _LONGEST:
            raise DefinitionError("is too long for a range of versions")
        return cls(text, tuple(_alternative(part.strip(), text) for part in text.split("||")))

    def __contains__(self, version: Version) -> bool:
        return any(
            (version.release or pre) and all(test(version) for test in tests) for tests, pre in self._alternatives
        )


def _identifiers(pre: str | None) -> tuple[tuple[bool, int, str], ...]:
    parts = pre.split(".") if pre else []
    return tuple((False, int(part), "") if part.isdigit() else (True, 0, part) for part in parts)


def _alternative(part: str, text: str) -> tuple[tuple[_Test, ...], bool]:
    between = _HYPHEN.fullmatch(part)
    if between:
        part = f">={between[1]} <={between[2]}"
    tests: list[_Test] = []
    pre = False
    at = 0
    while at < len(part):
        found = _COMPARISON.match(part, at)
        if found is None:
            break
        operator, major, minor, patch, identifiers = found.groups()
        tests.append(_test(operator or "=", (major, minor, patch), identifiers))
        pre = pre or identifiers is not None
        at = found.end()
        while at < len(part) and part[at] in " \t,":
            at += 1
    if not tests or at < len(part):
        raise DefinitionError(f'"{text}" is no range of versions', remedy="write one such as >=1.2 <2, ^1.4 or 1.x")
    return tuple(tests), pre


def _test(operator: str, parts: tuple[str | None, str | None, str | None], pre: str | None) -> _Test:
    """Return what a comparison demands. A part that is left out, or x, stands for all its numbers."""
    given: list[int] = []
    for part in parts:
        if part is None or part in "xX*":
            break
        given.append(int(part))
    core = (*given, 0, 0, 0)[:3]
    low = Version((core[0], core[1], core[2]), not pre, _identifiers(pre), "")
    if len(given) < 3:
        return _over_many(operator, low, len(given))
    return _over_one(operator, low)


def _over_one(operator: str, low: Version) -> _Test:
    if operator in ("~", "~>"):
        return _within(low, _next(low.core, 1))
    if operator == "^":
        leading = next((place for place, number in enumerate(low.core) if number), 2)
        return _within(low, _next(low.core, leading))
    tests: dict[str, _Test] = {
        "!": lambda version: version != low,
        ">": lambda version: version > low,
        "<": lambda version: version < low,
        "=": lambda version: version == low,
        ">=": lambda version: version >= low,
        "<=": lambda version: version <= low,
    }
    return tests[_plain(operator)]


def _over_many(operator: str, low: Version, given: int) -> _Test:
    """Return the test for a comparison with less than three numbers."""
    above = _next(low.core, given - 1) if given else None
    if operator == "^" and given:
        leading = next((place for place, number in enumerate(low.core[:given]) if number), given - 1)
        return _within(low, _next(low.core, leading))
    if operator in ("~", "~>") and given == 2:
        return _within(low, _next(low.core, 1))
    inside = _within(low, above)
    tests: dict[str, _Test] = {
        "!": lambda version: not inside(version),
        ">": lambda version: above is not None and version.core >= above,
        "<": lambda version: bool(given) and version < low,
        ">=": lambda version: version >= low,
        "<=": lambda version: above is None or version.core < above,
    }
    return tests.get(_plain(operator), inside)


def _plain(operator: str) -> str:
    return {"==": "=", "!=": "!", "=>": ">=", "=<": "<="}.get(operator, operator)


def _within(low: Version, above: _Core | None) -> _Test:
    return lambda version: version >= low and (above is None or version.core < above)


def _next(core: _Core, place: int) -> _Core:
    """Return the first version that differs at a place: (1, 2, 3) at 1 is (1, 3, 0)."""
    raised = [*core[:place], core[place] + 1, 0, 0, 0][:3]
    return raised[0], raised[1], raised[2]
