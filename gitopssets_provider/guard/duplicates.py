"""Duplicates: one object made twice, or two that would share a name in Pulumi, across all sets of a plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

from gitopssets_provider.errors import PlanError, Problems
from gitopssets_provider.model.manifest import Manifest
from gitopssets_provider.model.plan import PlannedSet

__all__ = ["check_duplicates"]

_MOST = 100
"""How many objects are told; the rest is counted."""


class _Made(NamedTuple):
    """One object, and the set that makes it."""

    planned: PlannedSet
    manifest: Manifest


def check_duplicates(sets: Sequence[PlannedSet]) -> None:
    """Raise for each object that is made more than once, naming two origins."""
    problems = Problems()
    repeated = _repeated(sets, lambda manifest: manifest.key)
    remedy = "make its name or namespace depend on the element, or leave one of them out"
    for made in repeated[:_MOST]:
        times = "twice" if len(made) == 2 else f"{len(made):,} times"
        problems.add(_error(f"{_told(made[0].manifest)} is made {times}", remedy, made))
    if len(repeated) > _MOST:
        problems.add(PlanError(f"{len(repeated) - _MOST:,} more objects are made more than once"))
    if not repeated:
        for made in _repeated(sets, lambda manifest: (manifest.resource, manifest.type)):
            both = " and ".join(_told(one.manifest) for one in made[:2])
            fact = f"{both} would both be named {made[0].manifest.resource}"
            problems.add(_error(fact, "rename the cluster: a slash in its name is ambiguous", made))
    problems.raise_if_any()


def _repeated(sets: Sequence[PlannedSet], identity: Callable[[Manifest], Hashable]) -> list[list[_Made]]:
    """Return what shares an identity; the common case, that nothing does, is one pass and a comparison."""
    count = Counter(identity(manifest) for planned in sets for manifest in planned.manifests)
    if len(count) == count.total():
        return []
    made: dict[Hashable, list[_Made]] = {}
    for planned in sets:
        for manifest in planned.manifests:
            one = identity(manifest)
            if count[one] > 1:
                made.setdefault(one, []).append(_Made(planned, manifest))
    return list(made.values())


def _told(manifest: Manifest) -> str:
    """Return an object, with its cluster unless that is the default one."""
    named = "@" in manifest.resource.partition("/")[0]
    return f"{manifest.key} on cluster {manifest.key.cluster}" if named else str(manifest.key)


def _error(fact: str, remedy: str, made: Sequence[_Made]) -> PlanError:
    first, second = made[:2]
    other = "" if first.planned is second.planned else f"{first.planned.place}: "
    by = f"by {other}spec.{first.manifest.template} for {first.manifest.origin}, and here for {second.manifest.origin}"
    path = f"spec.{second.manifest.template}"
    return PlanError(f"{fact}: {by}", remedy=remedy, path=path, file=second.planned.place)
