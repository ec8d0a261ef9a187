"""Regular expressions, compiled into programs that match in bounded time (see ``matching``).

The syntax is what RE2, Go and Python have in common: no references back, no looking around. Digits, words and blanks
are those of ASCII.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple, NoReturn

from gitopssets_provider.templating.fault import Fault

__all__ = ["Pattern", "Step", "compile_pattern"]

_MAX_PATTERN: Final = 1000
_MAX_STEPS: Final = 5000
_MAX_REPEAT: Final = 1000

_REPEAT: Final = re.compile(r"(?:([*+?])|\{([0-9]{1,4})(?:(,)([0-9]{0,4}))?\})(\??)")
_GROUP: Final = re.compile(r"\(\?(?:(:)|P?<([A-Za-z_][A-Za-z0-9_]*)>)")
_FLAGS: Final = re.compile(r"\(\?([ims]+)\)")
_CLASS: Final = re.compile(r"\[\^?\]?(?:\\.|\[:\^?[a-z]+:\]|[^\]\\])*\]", re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(?:[dDwWsSnrtfvabBAzZ]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[^A-Za-z0-9])", re.DOTALL)
_PLACES: Final = frozenset({"\\b", "\\B", "\\A", "\\z", "\\Z"})


class Step(NamedTuple):
    """One step of a program, its jumps counted from itself.

    ``takes`` takes one character; ``first`` and ``second`` are where it goes on, the first way tried first; ``group``
    remembers a place; ``place`` looks at one. A step with none of them is the end.
    """

    takes: Callable[[str], object] | None = None
    first: int = 0
    second: int = 0
    group: int = -1
    place: str = ""


class Pattern(NamedTuple):
    """A compiled pattern: its program, how many groups it has, and the numbers of those with a name."""

    program: tuple[Step, ...]
    groups: int
    names: dict[str, int]


@lru_cache(maxsize=512)
def compile_pattern(pattern: str, *, ignore_case: bool = False) -> Pattern:
    """Return the program of a pattern; raises ``Fault`` where it is none."""
    if len(pattern) > _MAX_PATTERN:
        raise Fault(f"the pattern is longer than {_MAX_PATTERN:,} characters")
    return _Compiler(pattern, ignore_case=ignore_case).compiled()


class _Compiler:
    """Reads a pattern from left to right and returns the steps of what it has read."""

    def __init__(self, pattern: str, *, ignore_case: bool) -> None:
        self._pattern = pattern
        self._at = 0
        self._flags = re.IGNORECASE if ignore_case else re.RegexFlag(0)
        self._groups = 1
        self._names: dict[str, int] = {}

    def compiled(self) -> Pattern:
        if flags := self._take(_FLAGS):
            for letter in flags[1]:
                self._flags |= {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}[letter]
        steps = self._choice()
        if self._at < len(self._pattern):
            self._refuse("a bracket closes that none has opened")
        return Pattern((Step(group=0), *steps, Step(group=1), Step()), self._groups, self._names)

    def _choice(self) -> list[Step]:
        steps = self._sequence()
        if not self._pattern.startswith("|", self._at):
            return steps
        self._at += 1
        other = self._choice()
        return self._bounded([Step(first=1, second=len(steps) + 2), *steps, Step(first=len(other) + 1), *other])

    def _sequence(self) -> list[Step]:
        steps: list[Step] = []
        while self._at < len(self._pattern) and self._pattern[self._at] not in "|)":
            steps = self._bounded(steps + self._repeated(self._atom()))
        return steps

    def _repeated(self, steps: list[Step]) -> list[Step]:
        repeat = self._take(_REPEAT)
        if not repeat:
            return steps
        if self._take(_REPEAT):
            self._refuse("a repetition is repeated")
        sign, least, comma, most, lazy = repeat.groups()
        low = int(least) if least else 1 if sign == "+" else 0
        high = {"?": 1, "*": None, "+": None}[sign] if sign else int(most) if most else None if comma else low
        if low > _MAX_REPEAT or (high is not None and (high > _MAX_REPEAT or high < low)):
            self._refuse(f"a repetition is no range up to {_MAX_REPEAT:,}")
        self._bounded(steps * max(low, high or 0))
        rest = self._any_number(steps, bool(lazy)) if high is None else self._up_to(high - low, steps, bool(lazy))
        return steps * low + rest

    def _any_number(self, steps: list[Step], lazy: bool) -> list[Step]:  # noqa: FBT001
        return [_fork(1, len(steps) + 2, lazy), *steps, Step(first=-len(steps) - 1)]

    def _up_to(self, times: int, steps: list[Step], lazy: bool) -> list[Step]:  # noqa: FBT001
        one = len(steps) + 1
        return [step for left in range(times, 0, -1) for step in (_fork(1, one * left, lazy), *steps)]

    def _atom(self) -> list[Step]:
        char = self._pattern[self._at]
        if char == "(":
            return self._group()
        if char in "^$":
            self._at += 1
            return [Step(place=char if self._flags & re.MULTILINE else {"^": "\\A", "$": "\\z"}[char])]
        if char in "*+?{" and self._take(_REPEAT):
            self._refuse("a repetition has nothing to repeat")
        token = self._take(_CLASS) if char == "[" else self._take(_ESCAPE) if char == "\\" else None
        if token is None and char in "[\\":
            self._refuse(f'"{self._pattern[self._at :][:2]}" is not supported here')
        text = token[0] if token else "\\{" if char == "{" else char
        self._at += 0 if token else 1
        if text in _PLACES:
            return [Step(place=text.replace("Z", "z"))]
        return [Step(takes=self._single(text))]

    def _single(self, text: str) -> Callable[[str], object]:
        """Return what takes one character; Python's own engine is harmless there."""
        if "[:" in text:
            self._refuse("classes such as [:alpha:] are not supported")
        source = text if len(text) > 1 or text == "." else re.escape(text)
        try:
            with warnings.catch_warnings(action="ignore"):  # Python foresees sets of sets; these are none
                return re.compile(source, self._flags | re.ASCII).match
        except re.error as error:
            self._refuse(error.msg)

    def _group(self) -> list[Step]:
        head = self._take(_GROUP)
        if not head:
            self._at += 1
            if self._pattern.startswith("?", self._at):
                self._refuse("looking around and flags inside are not supported")
        number = self._groups
        if not (head and head[1]):
            self._groups += 1
            if head and self._names.setdefault(head[2], number) != number:
                self._refuse(f'two groups are named "{head[2]}"')
        steps = self._choice()
        if not self._pattern.startswith(")", self._at):
            self._refuse("a bracket is not closed")
        self._at += 1
        return steps if head and head[1] else [Step(group=2 * number), *steps, Step(group=2 * number + 1)]

    def _take(self, what: re.Pattern[str]) -> re.Match[str] | None:
        match = what.match(self._pattern, self._at)
        if match:
            self._at = match.end()
        return match

    def _bounded(self, steps: list[Step]) -> list[Step]:
        if len(steps) > _MAX_STEPS:
            self._refuse("it is too large")
        return steps

    def _refuse(self, fact: str) -> NoReturn:
        raise Fault(f"the pattern {self._pattern!r} cannot be used: {fact}")


def _fork(into: int, past: int, lazy: bool) -> Step:  # noqa: FBT001
    return Step(first=past, second=into) if lazy else Step(first=into, second=past)
