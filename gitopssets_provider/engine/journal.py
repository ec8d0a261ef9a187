"""The state of a stack while a run changes it: what was there, what the run has made of it, what is under way."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from gitopssets_provider.engine.resource import Operation, Resource, Snapshot
from gitopssets_provider.engine.urn import ROOT_STACK_TYPE, make_urn, qualified_type, resource_type, split_reference

__all__ = ["Journal"]

# A checkpoint costs as long as the whole state takes to write, so at most this share of a run goes into them.
_SHARE: Final = 0.1
_PAUSE: Final = 1.0


class Journal:
    """Merges what a run does into the state it began with, and saves that now and then.

    A crash loses what the last moments did. That does no harm where doing it again gives the same files, which is all
    that is applied here; what was under way is recorded, as the CLI records it.
    """

    def __init__(self, prior: Snapshot, save: Callable[[Snapshot], None] | None, *, checkpoints: bool = True) -> None:
        self._prior = prior
        self._save = save
        self._checkpoints = checkpoints
        self._made: list[Resource] = []
        self._done: set[int] = set()
        self._under_way: dict[int, Operation] = {}
        self._next_save = time.monotonic() + _PAUSE

    def begin(self, resource: Resource, operation: str) -> None:
        """Note that a resource is being created, updated or deleted."""
        self._under_way[id(resource)] = Operation(resource, operation)

    def end(self, resource: Resource) -> None:
        """Note that what was under way is over, well or not."""
        self._under_way.pop(id(resource), None)
        self._save_if_due()

    def add(self, resource: Resource) -> None:
        """Put a resource behind those that the run has made."""
        self._made.append(resource)

    def drop(self, resource: Resource) -> None:
        """Take a resource out of the state: it is gone, or another one stands for it."""
        self._done.add(id(resource))

    def snapshot(self) -> Snapshot:
        """Return the state as it is now: first what the run has made, then what it has not come to."""
        kept = [item for item in (*self._made, *self._prior.resources) if id(item) not in self._done]
        # A resource whose creation nobody saw the end of is for a person to look at; `pulumi refresh` asks for it.
        left = [operation for operation in self._prior.pending if operation.type == "creating"]
        pending = [*self._under_way.values(), *left]
        return replace(self._prior, resources=_with_present_names(kept), pending=pending)

    def close(self) -> Snapshot:
        """Save the state for good and return it."""
        snapshot = self.snapshot()
        if self._save is not None:
            self._save(snapshot)
        return snapshot

    def _save_if_due(self) -> None:
        if self._save is None or not self._checkpoints or time.monotonic() < self._next_save:
            return
        begun = time.monotonic()
        self._save(self.snapshot())
        taken = time.monotonic() - begun
        self._next_save = time.monotonic() + max(_PAUSE, taken / _SHARE)


def _with_present_names(resources: list[Resource]) -> list[Resource]:
    """Return the resources with references to former URNs replaced by the present ones."""
    present: dict[str, str] = {}
    for resource in resources:
        present.update((former, resource.urn) for former in resource.aliases)
        parent = present.get(resource.parent)
        if parent and qualified_type(parent) != ROOT_STACK_TYPE:
            stack, project = resource.urn.removeprefix("urn:pulumi:").split("::")[:2]
            present[resource.urn] = make_urn(stack, project, parent, resource_type(resource.urn), resource.name)
    return [_renamed(resource, present) for resource in resources] if present else resources


def _renamed(resource: Resource, present: dict[str, str]) -> Resource:
    def name(urn: str) -> str:
        return present.get(urn, urn)

    provider, identity = split_reference(resource.provider)
    return replace(
        resource,
        urn=name(resource.urn),
        parent=name(resource.parent),
        dependencies=[name(urn) for urn in resource.dependencies],
        property_dependencies={
            key: [name(urn) for urn in urns] for key, urns in resource.property_dependencies.items()
        },
        deleted_with=name(resource.deleted_with),
        replace_with=[name(urn) for urn in resource.replace_with],
        provider=f"{name(provider)}::{identity}" if provider else resource.provider,
        aliases=[],
    )
