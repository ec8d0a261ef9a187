"""The resources a run is confined to: URNs, or patterns of them."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["Targets"]


class Targets:
    """A set of URNs. ``*`` in one stands for anything without a colon, ``**`` for anything at all.

    Without any the set is unconstrained and contains everything.
    """

    def __init__(self, targets: Iterable[str] = ()) -> None:
        self._given = given = list(targets)
        self.literals = [target for target in given if "*" not in target]
        self._known = set(self.literals)
        self._patterns = [re.compile(_expression(target)) for target in given if "*" in target]

    def __bool__(self) -> bool:
        return bool(self._known or self._patterns)

    def __contains__(self, urn: str) -> bool:
        return not self or urn in self._known or any(pattern.fullmatch(urn) for pattern in self._patterns)

    def copy(self) -> Targets:
        """Return a set of the same URNs and patterns."""
        return Targets(self._given)

    def add(self, urn: str) -> None:
        """Add one more URN, which an unconstrained set has already."""
        if self:
            self._known.add(urn)


def _expression(glob: str) -> str:
    return ".*".join("[^:]*".join(map(re.escape, part.split("*"))) for part in glob.split("**"))
