"""What a resource provider answers: whether inputs are right, what changed, and what it made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from gitopssets_provider.engine.resource import Resource
from gitopssets_provider.engine.step import DiffKind

__all__ = ["Checked", "Difference", "Made", "Provider", "Warn"]

Warn = Callable[[Literal["info", "warning"], str, str], None]
"""Takes a severity, a message and the URN it is about."""


@dataclass(slots=True)
class Checked:
    """Inputs as the provider wants them, and what is wrong with them: pairs of a key (or nothing) and a reason."""

    inputs: dict[str, Any]
    failures: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Difference:
    """What a change of inputs means for a resource; ``detailed`` is ``None`` where the provider gives no details."""

    changed: bool = False
    changed_keys: tuple[str, ...] = ()
    replace_keys: tuple[str, ...] = ()
    detailed: dict[str, DiffKind] | None = None
    input_diffs: frozenset[str] = frozenset()
    delete_before_replace: bool = False

    @property
    def replaces(self) -> bool:
        """Tell whether the resource must be replaced."""
        return bool(self.replace_keys) or any(kind.endswith("-replace") for kind in (self.detailed or {}).values())


@dataclass(slots=True)
class Made:
    """What a provider made of inputs; the ID is empty in a preview."""

    outputs: dict[str, Any]
    id: str = ""


class Provider(Protocol):
    """Manages the resources of one package with one configuration. Every method may raise StackError."""

    def check(self, urn: str, olds: dict[str, Any] | None, news: dict[str, Any]) -> Checked:
        """Check inputs; ``olds`` are the former ones of a resource that goes on."""
        ...

    def diff(self, urn: str, old: Resource, news: dict[str, Any], ignored: list[str]) -> Difference:
        """Compare what is there with new inputs."""
        ...

    def create(self, urn: str, inputs: dict[str, Any], *, preview: bool) -> Made:
        """Create a resource, or say what would be there."""
        ...

    def update(self, urn: str, outputs: dict[str, Any], inputs: dict[str, Any], *, preview: bool) -> Made:
        """Update a resource in place, or say what would be there."""
        ...

    def delete(self, urn: str, outputs: dict[str, Any]) -> None:
        """Delete a resource."""
        ...
