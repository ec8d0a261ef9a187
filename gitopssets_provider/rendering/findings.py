"""Findings of many elements: the same mistake for ten thousand elements is one problem, and it says so."""

from __future__ import annotations

from dataclasses import replace

from gitopssets_provider.errors import GitOpsSetsError, Problem
from gitopssets_provider.model.element import Origin

__all__ = ["Findings"]

_MOST = 100
"""How many different problems of one set are told; the rest is counted."""


class Findings:
    """Collects errors with the element that each was found for."""

    def __init__(self) -> None:
        self._origins: dict[Problem, list[Origin]] = {}
        self._kinds: dict[type[GitOpsSetsError], None] = {}

    def add(self, error: GitOpsSetsError, origin: Origin) -> None:
        """Keep one more error, found for an element from there."""
        self._kinds[type(error)] = None
        for problem in error.problems:
            self._origins.setdefault(problem, []).append(origin)

    def error(self) -> GitOpsSetsError | None:
        """Return one error with all that was found, or nothing."""
        if not self._origins:
            return None
        problems = [_told(problem, origins) for problem, origins in list(self._origins.items())[:_MOST]]
        if len(self._origins) > _MOST:
            problems.append(Problem(f"{len(self._origins) - _MOST:,} more problems of this kind"))
        kind = next(iter(self._kinds)) if len(self._kinds) == 1 else GitOpsSetsError
        return kind(problems=problems)


def _told(problem: Problem, origins: list[Origin]) -> Problem:
    more = f" and {len(origins) - 1:,} more" if len(origins) > 1 else ""
    return replace(problem, fact=f"{problem.fact} (for {origins[0]}{more})")
