"""One run of a Pulumi program: the stack it runs for, and what its sets have declared so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.settings import get_monitor

from gitopssets_provider import set_record
from gitopssets_provider.continuity import Continuity, Surroundings, aliases
from gitopssets_provider.errors import PlanError, Problems
from gitopssets_provider.fleet import Fleet, RenderFolder
from gitopssets_provider.model.cluster import Cluster
from gitopssets_provider.model.manifest import Manifest
from gitopssets_provider.model.plan import Plan, PlannedSet
from gitopssets_provider.planning import plan
from gitopssets_provider.prior_reader import read_prior_resources
from gitopssets_provider.prior_state import PriorState, component_tail, tail
from gitopssets_provider.resolution import resolve
from gitopssets_provider.spec import Definition
from gitopssets_provider.stack_context import StackContext
from gitopssets_provider.stack_outputs import RunningStacks

__all__ = ["PreparedSet", "Program"]


@dataclass(frozen=True)
class PreparedSet:
    """A set that nothing keeps from being registered: planned, checked against the state, its leaves resolved.

    ``taken`` says by tail which URNs its objects take over, ``former`` which one its component does.
    """

    planned: PlannedSet
    clusters: Mapping[str, Cluster]
    inputs: dict[str, Any]
    objects: Sequence[dict[str, Any]]
    taken: Mapping[str, tuple[str, ...]]
    former: str | None


class Program:
    """What the sets of one run share: the stack, the providers of its clusters, the state before the run.

    All that can fail fails in :meth:`prepare`, before the first of the sets prepared together is registered.
    """

    def __init__(self, monitor: Any) -> None:
        self.stack = StackContext.read(RunningStacks(monitor))
        render = RenderFolder(self.stack.settings.render, self.stack.root) if self.stack.settings.render else None
        self.fleet = Fleet(self.stack.default_cluster, render)
        self.components: dict[str, pulumi.ComponentResource] = {}
        # Read once, and now: the state that an update writes as it goes tells of this very run.
        self._prior = PriorState(read_prior_resources(monitor), default_cluster=self.stack.default_cluster)
        self._earlier: list[PlannedSet] = []
        self._tails: set[str] = set()
        self._former: dict[str, str] = {}

    @staticmethod
    def running() -> Program:
        """Return the program that runs."""
        monitor = get_monitor()
        if monitor is None:
            raise pulumi.RunError("no Pulumi program is running: run this one with `pulumi up` or `gitopssets up`")
        if monitor not in _RUNNING:
            _RUNNING[monitor] = Program(monitor)
        return _RUNNING[monitor]

    def prepare(
        self,
        definitions: Sequence[Definition],
        *,
        complete: bool,
        parented: bool = False,
        provider: pulumi.ProviderResource | None = None,
    ) -> list[PreparedSet]:
        """Plan sets as one, and check them against the state and against the sets before them.

        ``complete`` says that no set follows in this program, ``parented`` that these have a parent of their own,
        ``provider`` is the one that the programmer gives for the default cluster.
        """
        planned = plan(definitions, self.stack.sources, self.stack.scope, earlier=self._earlier)
        self._tell_asked()
        clusters = self._reached(planned)
        self.fleet.check(clusters.values())
        prefix = None if parented else f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::"
        rendered = self._rendered(planned, provider)
        continuity = aliases(planned, self._prior, Surroundings(prefix, rendered, self._tails, complete))
        self._check_former(planned)
        objects = resolve(planned)
        for text in (*_warnings(planned), *continuity.warnings, *self._missing_files(planned, provider)):
            pulumi.log.warn(text)
        self._remember(planned, continuity)
        by_name = {definition.resource: definition for definition in definitions}
        return [
            PreparedSet(
                planned=each,
                clusters=clusters,
                inputs=set_record.inputs(each, by_name[each.resource]),
                objects=objects[each.resource],
                taken=continuity.objects,
                former=continuity.components.get(each.resource),
            )
            for each in planned.sets
        ]

    def _tell_asked(self) -> None:
        """Say which other machines were asked for the plan, and what they still allow."""
        for line in self.stack.sources.asked():
            pulumi.log.info(f"asked {line}", ephemeral=True)

    def _reached(self, planned: Plan) -> Mapping[str, Cluster]:
        """Return the clusters with what it takes to reach them; nobody is asked for that where files are written."""
        if self.fleet.render:
            return planned.clusters
        reader = self.stack.sources.clusters
        return {name: reader.reach(cluster) for name, cluster in planned.clusters.items()}

    def _check_former(self, planned: Plan) -> None:
        """Refuse a set that an earlier one of this program has already been taken to be the new name of."""
        problems = Problems()
        for each in planned.sets:
            if each.resource in self._former:
                problems.add(
                    PlanError(
                        f"set {self._former[each.resource]}, declared before, continues as the former {each.resource}",
                        remedy=f"declare {each.resource} before {self._former[each.resource]}",
                        file=each.place,
                    )
                )
        problems.raise_if_any()

    def _remember(self, planned: Plan, continuity: Continuity) -> None:
        self._earlier += planned.sets
        self._tails.update(tail(manifest) for manifest in planned.manifests())
        self._tails.update(component_tail(each.resource) for each in planned.sets)
        self._former.update((urn.rpartition("::")[2], resource) for resource, urn in continuity.components.items())

    def _rendered(self, planned: Plan, provider: pulumi.ProviderResource | None) -> set[str]:
        """Return the clusters whose manifests are files. What a provider of the programmer does, the state tells."""
        rendered = set(planned.clusters) if self.fleet.render else set()
        if provider is not None:
            prior = self._prior.providers.get(provider.pulumi_resource_name)
            rendered.discard(self.fleet.default_cluster)
            rendered.update({self.fleet.default_cluster} if prior and prior.render_directory else ())
        return rendered

    def _missing_files(self, planned: Plan, provider: pulumi.ProviderResource | None) -> Iterator[str]:
        """Yield, per cluster, which files the state knows and the folder lacks."""
        if self.fleet.render is None:
            return
        known: dict[str, list[Manifest]] = {cluster: [] for cluster in planned.clusters}
        for manifest in planned.manifests():
            if self._prior.objects(manifest, rendered=True):
                known[manifest.key.cluster].append(manifest)
        if provider is not None:
            known.pop(self.fleet.default_cluster, None)
        for cluster, manifests in known.items():
            yield from self.fleet.missing_files(cluster, manifests, self._prior.providers)


def _warnings(planned: Plan) -> Iterator[str]:
    yield from planned.warnings
    for each in planned.sets:
        yield from (f"{each.place}: {text}" for text in each.warnings)


# Several programs may run in one process, after or beside each other; each has a monitor of its own.
_RUNNING: WeakKeyDictionary[Any, Program] = WeakKeyDictionary()
