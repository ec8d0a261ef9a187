"""Continuity: which resources of the prior state live on under another URN.

To Pulumi a resource is its URN; to a cluster an object is its kind, namespace and name. Where a set is renamed, an
object moves to another set or its apiVersion changes, the URN changes and the object does not: without an alias the
engine makes it anew and then deletes it. This module finds those aliases. It is pure: state in, aliases out.

Only resources below a set's component are taken over without being asked, and only if the program no longer declares
them; anything else needs an explicit ``aliases:``. Nothing is ever taken over from another cluster.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from gitopssets_provider.errors import PlanError, Problems
from gitopssets_provider.model.manifest import Manifest
from gitopssets_provider.model.plan import Plan, PlannedSet
from gitopssets_provider.prior_state import PriorObject, PriorState, component_tail, tail

__all__ = ["Continuity", "Surroundings", "aliases"]

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the program declares besides the plan.

    ``prefix`` begins the URNs of the plan's resources (``urn:pulumi:STACK::PROJECT::``); None where the sets have a
    parent, whose types stand in their URNs. ``rendered`` are the clusters whose manifests are written to files.
    ``earlier`` are the tails of what the program declared before. ``complete`` says that no set follows, so that one
    not named by now is known to be gone.
    """

    prefix: str | None
    rendered: Collection[str] = ()
    earlier: Collection[str] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Continuity:
    """What goes on: by tail of an object's resource the URNs it takes over, by name of a component its former URN."""

    objects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    components: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def aliases(plan: Plan, prior: PriorState, surroundings: Surroundings) -> Continuity:
    """Return what the plan's resources take over; raise at once all that the state or the plan holds twice."""
    search = _Search(plan, prior, surroundings)
    problems = Problems()
    for planned in plan.sets:
        for manifest in planned.manifests:
            with problems.catch(f"spec.{manifest.template}", file=planned.place):
                search.look_for(manifest)
    problems.raise_if_any()
    return Continuity(search.taken, search.components(), tuple(search.warnings()))


class _Search:
    """The questions a plan asks of the prior state, and the answers so far."""

    def __init__(self, plan: Plan, prior: PriorState, surroundings: Surroundings) -> None:
        self._plan = plan
        self._prior = prior
        self._around = surroundings
        self._declared = {tail(manifest) for manifest in plan.manifests()}.union(surroundings.earlier)
        self._components = {component_tail(planned.resource) for planned in plan.sets}.union(surroundings.earlier)
        self._claims = Counter(alias for manifest in plan.manifests() for alias in set(manifest.options.aliases))
        self.taken: dict[str, tuple[str, ...]] = {}

    def look_for(self, manifest: Manifest) -> None:
        """Find the one resource of the state that is this object, and remember what it takes over."""
        own_tail = tail(manifest)
        own = None if self._around.prefix is None else self._around.prefix + own_tail
        found = self._computed(manifest, own_tail)
        for alias in manifest.options.aliases:
            self._check_explicit(alias, manifest)
            if alias in self._prior.urns and alias not in found:
                found.append(alias)
        if len(found) > 1:
            raise PlanError(
                f"the state holds {manifest.key} more than once: {', '.join(found)}",
                remedy=f"remove what is wrong from the state, such as: pulumi state delete '{found[-1]}'",
            )
        wanted = tuple(dict.fromkeys((*manifest.options.aliases, *(urn for urn in found if urn != own))))
        if wanted:
            self.taken[own_tail] = wanted

    def _computed(self, manifest: Manifest, own_tail: str) -> list[str]:
        found = self._held(manifest)
        return [prior.urn for prior in found if prior.tail == own_tail or prior.tail not in self._declared]

    def _held(self, manifest: Manifest) -> list[PriorObject]:
        return self._prior.objects(manifest, rendered=manifest.key.cluster in self._around.rendered)

    def _check_explicit(self, alias: str, manifest: Manifest) -> None:
        if self._claims[alias] > 1:
            others = [other for other in self._plan.manifests() if alias in other.options.aliases]
            names = ", ".join(str(other.key) for other in others[:_SHOWN])
            raise PlanError(
                f"{len(others)} objects take over {alias}: {names}",
                remedy="give the alias to one of them",
                path="options.aliases",
            )
        prior = self._prior.by_urn.get(alias)
        if prior and prior.tail in self._declared and prior.tail != tail(manifest):
            raise PlanError(
                f"{manifest.key} takes over {alias}, which the program still declares",
                remedy="remove the alias, or what declares that resource",
                path="options.aliases",
            )

    def components(self) -> dict[str, str]:
        """Return, for each component that is not in the state by its own URN, the one it was before.

        That is one of its name below another parent, else the one that most of its objects come from, if the program no
        longer declares that. While sets may still follow, all of the former component's objects must go to this one.
        Each goes on as one at most.
        """
        former: dict[str, str] = {}
        claims: list[tuple[int, int, str]] = []
        sizes = Counter(prior.component for prior in self._prior.by_urn.values())
        for position, planned in enumerate(self._plan.sets):
            own_tail = component_tail(planned.resource)
            same = [urn for urn, known in self._prior.components.items() if known == own_tail]
            if len(same) == 1 and (self._around.prefix is None or same[0] != self._around.prefix + own_tail):
                former[planned.resource] = same[0]
            for component, count in self._origins(planned).items() if not same else ():
                if self._is_gone(component) and (self._around.complete or count == sizes[component]):
                    claims.append((-count, position, component))
        for _, position, component in sorted(claims):
            resource = self._plan.sets[position].resource
            if resource not in former and component not in former.values():
                former[resource] = component
        return former

    def _is_gone(self, component: str) -> bool:
        """Say whether the state holds this component and the program declares none of its name."""
        known = self._prior.components.get(component)
        return known is not None and known not in self._components

    def _origins(self, planned: PlannedSet) -> Counter[str]:
        """Count the objects of a set by the component they come from."""
        taken = (urn for manifest in planned.manifests for urn in self.taken.get(tail(manifest), ()))
        return Counter(self._prior.by_urn[urn].component for urn in taken if urn in self._prior.by_urn)

    def warnings(self) -> Iterator[str]:
        """Yield, per set, which of its new objects already stand in the state outside of any set.

        Whether they are on the same cluster is not known; if they are, the program has them twice or loses them.
        """
        for planned in self._plan.sets:
            doubtful = [
                (manifest.key, urns[0])
                for manifest in planned.manifests
                if tail(manifest) not in self.taken and (urns := self._elsewhere(manifest))
            ]
            if doubtful:
                listed = ", ".join(f"{key} as {urn}" for key, urn in doubtful[:_SHOWN])
                more = f" and {len(doubtful) - _SHOWN} more" if len(doubtful) > _SHOWN else ""
                yield (
                    f"{planned.place}: the state holds objects of this set outside of it: {listed}{more}; where one is "
                    f"on the same cluster, take it over with options: {{aliases: [URN]}} and declare it no longer"
                )

    def _elsewhere(self, manifest: Manifest) -> list[str]:
        return [] if self._held(manifest) else self._prior.elsewhere.get(manifest.key._replace(cluster=""), [])
