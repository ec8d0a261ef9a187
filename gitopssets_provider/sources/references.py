"""Values that definitions name: variables of the environment that the stack allows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gitopssets_provider.errors import SourceError, did_you_mean
from gitopssets_provider.model.reference import Place

__all__ = ["References"]


@dataclass(frozen=True, slots=True)
class References:
    """Looks values up. ``allowed`` are the variables that a set may name: it may send what it gets to a server."""

    environment: Mapping[str, str]
    allowed: Collection[str]

    def value(self, place: Place) -> str:
        """Return the value; see :class:`~gitopssets_provider.sources.base.ReferenceReader`."""
        if not place.environment:
            raise SourceError("the stack reads no objects", remedy="take the value from secrets or the environment")
        name = place.environment
        if name not in self.allowed:
            remedy = did_you_mean(name, self.allowed) or f"if it is meant: gitopssets:environment: [{name}]"
            raise SourceError(f"the stack does not allow the environment variable {name}", remedy=remedy)
        if not self.environment.get(name):
            raise SourceError(f"the environment variable {name} is not set")
        return self.environment[name]
