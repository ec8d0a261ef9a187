"""Plans: all that the sets of a stack would be, before anything has happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gitopssets_provider.model.cluster import Cluster
from gitopssets_provider.model.element import Element
from gitopssets_provider.model.manifest import Manifest

__all__ = ["Plan", "PlannedSet"]


@dataclass(frozen=True, slots=True)
class PlannedSet:
    """One set, expanded. ``manifests`` are in render order, ``registration`` in an order in which dependencies come first.

    ``resource`` is the component's Pulumi name: ``name``, or ``namespace.name`` where the set has a namespace.
    ``depends_on`` are ``resource`` names of other sets. ``sources`` says what was read, one line each
    (``stacks/environments/*.yaml at 4f2c1d0``), ``warnings`` what a reader should know.
    """

    name: str
    namespace: str
    resource: str
    elements: tuple[Element, ...]
    manifests: tuple[Manifest, ...]
    registration: tuple[Manifest, ...]
    depends_on: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    generators: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    file: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All sets of a stack in an order in which dependencies come first, and the clusters their objects go to.

    ``digest`` is a SHA-256 (hex) over everything that would be registered; values known only at registration count by
    their expression, never by their value.
    """

    sets: tuple[PlannedSet, ...]
    clusters: dict[str, Cluster]
    digest: str = ""

    def manifests(self) -> Iterator[Manifest]:
        """Yield each manifest of each set."""
        for planned in self.sets:
            yield from planned.manifests
