"""Elements: the parameters of one rendering, and where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

__all__ = ["Element", "Origin"]


class Origin(NamedTuple):
    """Where an element comes from.

    ``generator`` is the generator's path in the definition (``generators[0].matrix.generators[1].git``), ``source``
    what it read (a repository, an inventory), ``commit`` the full commit id (empty for a working tree), ``file`` the
    file inside of it, ``parts`` the origins of the factors where elements were combined.
    """

    generator: str
    source: str = ""
    commit: str = ""
    file: str = ""
    parts: tuple[Origin, ...] = ()

    def flatten(self) -> tuple[Origin, ...]:
        """Return the origins that are no combination of others, in order."""
        return tuple(leaf for part in self.parts for leaf in part.flatten()) if self.parts else (self,)

    def __str__(self) -> str:
        if self.parts:
            return " x ".join(str(part) for part in self.parts)
        at = f"@{self.commit[:7]}" if self.commit else ""
        place = self.file or self.source
        return f"{place}{at} ({self.generator})" if place else self.generator


class Element(NamedTuple):
    """One set of parameters with its origin. A parameter is any JSON value, or an ``Opaque`` where Python wrote it."""

    parameters: Mapping[str, Any]
    origin: Origin
