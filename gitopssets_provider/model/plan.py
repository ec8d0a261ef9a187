"""Plans: all that the sets of a stack would be, before anything has happened."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gitopssets_provider.model.cluster import Cluster
from gitopssets_provider.model.deferred import Deferred
from gitopssets_provider.model.element import Element
from gitopssets_provider.model.manifest import Manifest

__all__ = ["Plan", "PlannedSet"]


def _by_expression(value: Any) -> Any:
    if isinstance(value, Deferred):
        return {"deferred": value.text}
    raise TypeError(f"{type(value).__name__} is no leaf of a manifest")


def _sha256(lines: Iterable[str]) -> str:
    state = hashlib.sha256()
    for line in sorted(lines):
        state.update(line.encode())
        state.update(b"\n")
    return state.hexdigest()


def _line(manifest: Manifest) -> str:
    registered = [
        manifest.key.cluster,
        manifest.resource,
        manifest.object,
        [list(key) for key in manifest.depends_on],
        manifest.depends_on_sets,
        manifest.options.model_dump(),
    ]
    return json.dumps(registered, sort_keys=True, ensure_ascii=False, default=_by_expression)


@dataclass(frozen=True)
class PlannedSet:
    """One set, expanded.

    ``manifests`` are in render order, ``registration`` in an order in which dependencies come first.
    ``resource`` is the component's Pulumi name: ``name``, or ``namespace.name`` where the set has a namespace.
    ``depends_on`` are ``resource`` names of other sets that some of its objects wait for. ``sources`` says what was
    read, one line each (``stacks/environments/*.yaml at 4f2c1d0``), ``warnings`` what a reader should know.
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

    @property
    def place(self) -> str:
        """Return what an error names as the file of this set."""
        return self.file or f'GitOpsSet "{self.resource}"'

    @cached_property
    def digest(self) -> str:
        """Return a SHA-256 (hex) over everything that would be registered, whatever the order it was generated in.

        A value known only at registration counts by its expression, never by what it is. It is computed when asked for:
        a plan that is only looked at need not pay for it.
        """
        return _sha256(_line(manifest) for manifest in self.manifests)


@dataclass(frozen=True)
class Plan:
    """All sets of a stack, and the clusters their objects go to.

    ``sets`` stand in an order in which dependencies come first. ``warnings`` concern the stack as a whole.
    """

    sets: tuple[PlannedSet, ...]
    clusters: dict[str, Cluster]
    warnings: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """Return a SHA-256 (hex) over everything that would be registered; see :attr:`PlannedSet.digest`."""
        return _sha256(f"{planned.resource} {planned.digest}" for planned in self.sets)

    def manifests(self) -> Iterator[Manifest]:
        """Yield each manifest of each set."""
        for planned in self.sets:
            yield from planned.manifests
