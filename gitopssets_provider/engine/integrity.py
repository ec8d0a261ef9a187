"""Check a state before it is used: a snapshot that contradicts itself would make an engine do harm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from gitopssets_provider.engine.deployment import magic
from gitopssets_provider.engine.resource import Resource, Snapshot
from gitopssets_provider.errors import StackError

__all__ = ["check_integrity"]

_REMEDY: Final = "repair it with `pulumi state repair`, or restore it from .pulumi/backups; nothing was changed"


def check_integrity(manifest: Any, snapshot: Snapshot) -> None:
    """Raise an error unless the manifest's check value is right and each resource follows what it refers to."""
    if not isinstance(manifest, dict) or manifest.get("magic", "") != magic(str(manifest.get("version") or "")):
        raise StackError("the check value of its manifest is wrong: the file is damaged or was changed", remedy=_REMEDY)
    seen: set[str] = set()
    providers: set[str] = set()
    for resource in snapshot.resources:
        for what, urn in _references(resource):
            if urn not in seen:
                raise StackError(f"the {what} of {resource.urn} is not before it: {urn}", remedy=_REMEDY)
        if resource.provider and resource.provider not in providers and not resource.pending_replacement:
            raise StackError(f"{resource.urn} refers to an unknown provider: {resource.provider}", remedy=_REMEDY)
        if resource.id and not resource.custom:
            raise StackError(f"{resource.urn} is a component and has an id", remedy=_REMEDY)
        if resource.type.startswith("pulumi:providers:"):
            providers.add(f"{resource.urn}::{resource.id}")
        seen.add(resource.urn)
    alive = Counter(resource.urn for resource in snapshot.resources if not resource.delete)
    twice = [urn for urn, count in alive.items() if count > 1]
    if twice:
        raise StackError(f"{twice[0]} is there twice", remedy=_REMEDY)


def _references(resource: Resource) -> Iterator[tuple[str, str]]:
    if resource.parent:
        yield "parent", resource.parent
    for urn in resource.dependencies:
        yield "dependency", urn
    for urns in resource.property_dependencies.values():
        for urn in urns:
            yield "dependency", urn
    if resource.deleted_with:
        yield "resource that goes with the deletion", resource.deleted_with
    for urn in resource.replace_with:
        yield "resource that is replaced along", urn
