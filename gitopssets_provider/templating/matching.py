"""Matching in bounded time: no pattern and no text make it endless.

A place that a step has failed at once is not tried again: what fails there fails there always, since patterns have no
references back. So a search takes at most as many attempts as the program has steps times the characters of the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from gitopssets_provider.templating.fault import Fault
from gitopssets_provider.templating.patterns import Pattern

__all__ = ["Match", "find_all", "search"]

_MAX_ATTEMPTS: Final = 1_000_000


class Match(NamedTuple):
    """Where a pattern and its groups were found: beginnings and ends, -1 where a group has no part in it."""

    text: str
    spans: tuple[int, ...]

    def group(self, number: int) -> str | None:
        """Return what a group has found; group 0 is the whole."""
        begin, end = self.spans[2 * number : 2 * number + 2]
        return self.text[begin:end] if begin >= 0 and end >= 0 else None

    def groups(self) -> list[str | None]:
        """Return what each group has found, without the whole."""
        return [self.group(number) for number in range(1, len(self.spans) // 2)]


def search(pattern: Pattern, text: str, *, anchored: bool = False) -> Match | None:
    """Return the first match, or None; ``anchored`` looks only at the beginning."""
    return _Search(pattern, text).first(0, 0 if anchored else len(text))


def find_all(pattern: Pattern, text: str) -> Iterator[Match]:
    """Return all matches that do not overlap, from left to right."""
    search_all = _Search(pattern, text)
    start = 0
    while start <= len(text) and (match := search_all.first(start, len(text))):
        yield match
        begin, end = match.spans[:2]
        start = end if end > begin else end + 1


class _Search:
    """Looks for one pattern in one text. ``left`` holds what is yet to be tried, the preferred last."""

    def __init__(self, pattern: Pattern, text: str) -> None:
        self._pattern = pattern
        self._text = text
        self._most = _MAX_ATTEMPTS
        self._tried: set[int] = set()
        self._left: list[tuple[int, int, int]] = []
        self._spans: list[int] = []

    def first(self, start: int, last: int) -> Match | None:
        """Return the first match that begins between two places."""
        self._most -= len(self._tried)
        self._tried = set()
        for begin in range(start, last + 1):
            self._spans = [-1] * (2 * self._pattern.groups)
            if self._found_at(begin):
                return Match(self._text, tuple(self._spans))
        return None

    def _found_at(self, begin: int) -> bool:
        self._left = [(0, begin, -1)]
        while self._left:
            at, place, group = self._left.pop()
            if group >= 0:
                self._spans[group] = place
            elif self._follow(at, place):
                return True
            if len(self._tried) >= self._most:
                raise Fault("the pattern takes too many attempts on this text")
        return False

    def _follow(self, at: int, place: int) -> bool:
        """Go on from a step and a place until the end of the program, which is a match, or until it fails."""
        text, tried = self._text, self._tried
        while (key := at * (len(text) + 1) + place) not in tried and len(tried) < self._most:
            tried.add(key)
            step = self._pattern.program[at]
            at += step.first or 1
            if step.takes:
                if place == len(text) or not step.takes(text[place]):
                    break
                place += 1
            elif step.second:
                self._left.append((at - step.first + step.second, place, -1))
            elif step.group >= 0:
                self._left.append((0, self._spans[step.group], step.group))
                self._spans[step.group] = place
            elif step.place:
                if not _holds(step.place, text, place):
                    break
            elif not step.first:
                return True
        return False


def _holds(assertion: str, text: str, place: int) -> bool:
    """Say whether a place is what an assertion says."""
    before, after = text[max(0, place - 1) : place], text[place : place + 1]
    if assertion in ("\\A", "\\z"):
        return not (before if assertion == "\\A" else after)
    if assertion in ("^", "$"):
        return (before if assertion == "^" else after) in ("", "\n")
    return (_is_word(before) != _is_word(after)) == (assertion == "\\b")


def _is_word(char: str) -> bool:
    return char == "_" or (char.isascii() and char.isalnum())
