"""What depends on what in a list of resources that stands in the order of its dependencies."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from gitopssets_provider.engine.resource import Resource
from gitopssets_provider.engine.urn import split_reference

__all__ = ["DependencyGraph", "related"]


def related(resource: Resource, *, provider: bool = False) -> Iterator[str]:
    """Yield the URNs a resource names besides its parent (and, unless asked for, its provider)."""
    yield from resource.dependencies
    for urns in resource.property_dependencies.values():
        yield from urns
    if resource.deleted_with:
        yield resource.deleted_with
    yield from resource.replace_with
    if provider and resource.provider:
        yield split_reference(resource.provider)[0]


class DependencyGraph:
    """Answers for the resources of one list; a URN may occur several times (a replaced resource that is to go)."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        self.resources = resources
        self._index = {id(resource): index for index, resource in enumerate(resources)}
        self._by_urn: dict[str, list[int]] = {}
        self._descendants: dict[str, list[int]] = {}
        for index, resource in enumerate(resources):
            self._by_urn.setdefault(resource.urn, []).append(index)
            self._note_ancestors(index, resource)

    def _note_ancestors(self, index: int, resource: Resource) -> None:
        parent = resource.parent
        while parent:
            self._descendants.setdefault(parent, []).append(index)
            known = self._by_urn.get(parent)
            parent = self.resources[known[-1]].parent if known else ""

    def __contains__(self, resource: Resource) -> bool:
        return id(resource) in self._index

    def dependents(self, root: Resource, ignored: Collection[str] = (), *, children: bool = False) -> list[Resource]:
        """Return what depends on a resource, directly or not, in the order of the list.

        Resources with an ignored URN are passed over, and so is what depends on them alone. With ``children`` a
        child depends on its parent.
        """
        found: list[Resource] = []
        urns = {root.urn}
        for candidate in self.resources[self._index[id(root)] + 1 :]:
            if candidate.urn in ignored:
                continue
            is_child = children and candidate.parent in urns
            if is_child or any(urn in urns for urn in related(candidate, provider=True)):
                found.append(candidate)
                urns.add(candidate.urn)
        return found

    def dependencies(self, resource: Resource) -> list[Resource]:
        """Return what a resource depends on directly: parent, provider and the insides of components included."""
        cursor = self._index[id(resource)]
        found: dict[int, None] = {}
        for urn in related(resource, provider=True):
            for index in self._by_urn.get(urn, ()):
                if index < cursor:
                    found[index] = None
                    if not self.resources[index].custom:
                        found.update((child, None) for child in self._descendants.get(urn, ()) if child < cursor)
        found.update((index, None) for index in self._by_urn.get(resource.parent, ()) if index < cursor)
        return [self.resources[index] for index in found]

    def transitive_dependencies(self, resource: Resource) -> set[int]:
        """Return the identities (``id()``) of all that a resource depends on, directly or not, parents included."""
        pending = [resource]
        seen: set[int] = set()
        while pending:
            current = pending.pop()
            for urn in (current.parent, *related(current, provider=True)):
                target = self._resolve(current, urn)
                if target is not None and id(target) not in seen:
                    seen.add(id(target))
                    pending.append(target)
        seen.discard(id(resource))
        return seen

    def _resolve(self, source: Resource, urn: str) -> Resource | None:
        """Return the resource a URN means: one that is to be deleted means others of its kind, where there are any."""
        candidates = [self.resources[index] for index in self._by_urn.get(urn, ())]
        alike = [candidate for candidate in candidates if candidate.delete == source.delete]
        chosen = alike or candidates
        return chosen[-1] if chosen else None
