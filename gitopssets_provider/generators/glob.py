"""Patterns for paths in a repository.

====================  ==================================================================================
``*``                 any part of a name; it never crosses ``/``
``?``                 one character of a name
``[a-z]``, ``[!a-z]``  one character that is in (not in) the set
``{a,b}``             one of the alternatives
``**``                any number of folders, also none; at the end: everything below. Stands alone between slashes
====================  ==================================================================================

Letters count as they are (``A`` is not ``a``). As in a shell, wildcards do not match a name that begins with a dot
unless the pattern writes the dot; the pattern of an exclude does match it. ``[*]`` is a literal star.
A match takes time linear in the pattern times the path, whatever either holds.
"""

from __future__ import annotations

import fnmatch
import json
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from gitopssets_provider.errors import DefinitionError

__all__ = ["Glob"]

_WILDCARD = re.compile(r"[*?\[]")
_BRACES = re.compile(r"\{([^{}]*)\}")
_MAX_ALTERNATIVES = 100

_Segment = re.Pattern[str] | None
"""One part of a pattern between slashes; None for ``**``."""


class Glob:
    """A compiled pattern; raises ``DefinitionError`` where it is no pattern, or leaves the repository."""

    def __init__(self, pattern: str, *, dots: bool = False) -> None:
        self.pattern = pattern
        self._alternatives = [_Alternative.of(path, dots=dots) for path in _alternatives(pattern)]

    def matches(self, path: str) -> bool:
        """Say whether the pattern matches the whole path."""
        parts = path.split("/")
        return any(alternative.matches(parts) for alternative in self._alternatives)

    def among(self, paths: Sequence[str]) -> list[str]:
        """Return the matching ones of sorted paths; only those that begin as the pattern does are looked at."""
        found: set[int] = set()
        for alternative in self._alternatives:
            for index in range(bisect_left(paths, alternative.prefix), len(paths)):
                if not paths[index].startswith(alternative.prefix):
                    break
                if alternative.matches(paths[index].split("/")):
                    found.add(index)
        return [paths[index] for index in sorted(found)]

    def covers(self, path: str) -> bool:
        """Say whether the pattern matches the path or a folder above it."""
        return self.matches(path) or any(self.matches(path[:end]) for end in _slashes(path))

    def looks_into(self, folder: str) -> bool:
        """Say whether the pattern asks for entries below this very folder, other than by ``**``."""
        parts = folder.split("/")
        return any(alternative.looks_into(parts) for alternative in self._alternatives)

    def __str__(self) -> str:
        return self.pattern


@dataclass(frozen=True, slots=True)
class _Alternative:
    """A pattern without braces. ``prefix`` is what every match begins with."""

    segments: tuple[_Segment, ...]
    prefix: str
    dots: bool

    @classmethod
    def of(cls, path: str, *, dots: bool) -> _Alternative:
        parts = [part for part in path.split("/") if part not in ("", ".")]
        if parts[-1:] == ["**"]:
            parts.append("*")
        literal = list(takewhile(lambda part: not _WILDCARD.search(part), parts))
        prefix = "/".join(literal) + ("/" if literal and len(literal) < len(parts) else "")
        return cls(tuple(None if part == "**" else _segment(part, dots=dots) for part in parts), prefix, dots)

    def matches(self, parts: Sequence[str]) -> bool:
        if None not in self.segments:
            return len(parts) == len(self.segments) and _all_match(self.segments, parts)
        return self._walks(parts)

    def looks_into(self, parts: Sequence[str]) -> bool:
        above = self.segments[: len(parts)]
        return len(above) < len(self.segments) and len(above) == len(parts) and _all_match(above, parts)

    def _walks(self, parts: Sequence[str]) -> bool:
        """Walk the path once, keeping the set of places in the pattern where it may stand."""
        places = self._with_skipped({0})
        for part in parts:
            further: set[int] = set()
            for place in places - {len(self.segments)}:
                segment = self.segments[place]
                if segment is None:
                    further |= {place} if self.dots or not part.startswith(".") else set()
                elif segment.match(part):
                    further.add(place + 1)
            places = self._with_skipped(further)
            if not places:
                return False
        return len(self.segments) in places

    def _with_skipped(self, places: set[int]) -> set[int]:
        """Add the places reached by letting ``**`` stand for no folder."""
        for place in sorted(places):
            while place < len(self.segments) and self.segments[place] is None:
                place += 1
                places.add(place)
        return places


def _all_match(segments: Iterable[_Segment], parts: Iterable[str]) -> bool:
    return all(segment is not None and segment.match(part) for segment, part in zip(segments, parts, strict=True))


def _check(path: str, pattern: str) -> None:
    """Refuse a path that is none; ``pattern`` is what it was written out from."""
    fact = remedy = ""
    parts = path.split("/")
    if not path.strip("/ "):
        fact = "is empty"
    elif path.startswith("/"):
        fact, remedy = "leads out of the repository", "write the path relative to the repository"
    elif ".." in parts:
        fact, remedy = "leads out of the repository", "a path has no '..' in it"
    elif "\\" in path or any(ord(character) < 32 for character in path):
        fact, remedy = "holds a backslash or a control character", "separate folders by /, write [*] for a literal star"
    elif any("**" in part and part != "**" for part in parts):
        fact, remedy = "has ** beside other characters", "** stands alone between slashes, as in a/**/b"
    if fact:
        raise DefinitionError(f"the path {json.dumps(pattern[:200], ensure_ascii=False)} {fact}", remedy=remedy)


def _alternatives(pattern: str) -> list[str]:
    """Write out ``{a,b}``, innermost braces first, and check each path that comes out."""
    found = [pattern]
    while any(_BRACES.search(item) for item in found):
        found = list(dict.fromkeys(written for item in found for written in _written_out(item)))
        if len(found) > _MAX_ALTERNATIVES:
            raise DefinitionError(f'the path "{pattern[:200]}" has more than {_MAX_ALTERNATIVES} alternatives')
    for path in found:
        _check(path, pattern)
    return found


def _written_out(item: str) -> Iterator[str]:
    braces = _BRACES.search(item)
    if not braces:
        yield item
        return
    for choice in braces.group(1).split(","):
        yield item[: braces.start()] + choice + item[braces.end() :]


@lru_cache(maxsize=1024)
def _segment(part: str, *, dots: bool) -> re.Pattern[str]:
    visible = "" if dots or part[0] not in "*?[" else r"(?!\.)"
    return re.compile(visible + fnmatch.translate(part.replace("[^", "[!")))


def _slashes(path: str) -> Iterable[int]:
    return (index for index, character in enumerate(path) if character == "/")
