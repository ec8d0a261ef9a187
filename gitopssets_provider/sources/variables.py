"""Variables of the environment that definitions may name: those that the stack allows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from gitopssets_provider.errors import SourceError, did_you_mean

__all__ = ["Variables"]


@dataclass(frozen=True, slots=True)
class Variables:
    """Looks values up. ``allowed`` are the variables that a set may name: it may send what it gets to a server."""

    environment: Mapping[str, str] = field(repr=False)
    allowed: Collection[str]

    def value(self, name: str) -> str:
        """Return the value; see :class:`~gitopssets_provider.sources.base.VariableReader`."""
        if name not in self.allowed:
            remedy = did_you_mean(name, self.allowed) or f"if it is meant: gitopssets:environment: [{name}]"
            raise SourceError(f"the stack does not allow the environment variable {name}", remedy=remedy)
        if not self.environment.get(name):
            raise SourceError(f"the environment variable {name} is not set")
        return self.environment[name]
