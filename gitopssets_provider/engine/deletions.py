"""Deciding what to delete once the program has declared everything, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from gitopssets_provider.engine.dependency_graph import DependencyGraph
from gitopssets_provider.engine.replacement import dependent_replacements, replaced_with
from gitopssets_provider.engine.resource import Resource
from gitopssets_provider.engine.run_state import RunState, StoppedError, Work
from gitopssets_provider.engine.step import Op, Step

__all__ = ["Deletions", "plan_deletions"]


@dataclass(slots=True)
class Deletions:
    """What is left as it is, and what is deleted in which order: each layer when the one before it is done."""

    kept: list[Work] = field(default_factory=list)
    layers: list[list[Work]] = field(default_factory=list)


def plan_deletions(run: RunState) -> Deletions:
    """Return what must go: what the program no longer declares, and what was replaced."""
    graph = DependencyGraph([*run.to_delete, *run.prior.resources])
    allowed = _allowed(run, graph) if run.targets else None
    found = Deletions()
    doomed: list[Work] = []
    for resource in run.prior.resources:
        if allowed is None or resource.urn in allowed:
            doomed.extend(_deletion(run, resource))
        elif not run.seen.is_kept(resource.urn):
            found.kept.append(Work(Step(Op.SAME, resource.urn, resource, replace(resource, id=""))))
    for resource in run.to_delete:
        if allowed is None or resource.urn in allowed:
            run.seen.deletes.add(resource.urn)
            doomed.append(Work(Step(_delete_op(resource), resource.urn, old=resource)))
    _refuse_untargeted(run, doomed)
    found.layers = list(_layers(doomed, graph))
    return found


def _deletion(run: RunState, resource: Resource) -> Iterator[Work]:
    seen = run.seen
    if resource.delete:
        if id(resource) in seen.pending_deletes:
            return
        seen.deletes.add(resource.urn)
        op = Op.DISCARD_REPLACED if resource.external else Op.DELETE_REPLACED
        yield Work(Step(op, resource.urn, old=resource))
    elif not seen.is_kept(resource.urn):
        seen.deletes.add(resource.urn)
        op = Op.REMOVE_PENDING_REPLACE if resource.pending_replacement else _delete_op(resource)
        yield Work(Step(op, resource.urn, old=resource))
    if resource.urn in seen.deletes:
        run.registry.ensure(resource.provider)


def _delete_op(resource: Resource) -> Op:
    return Op.DISCARD if resource.external else Op.DELETE


def _allowed(run: RunState, graph: DependencyGraph) -> set[str]:
    """Return the URNs that may be deleted in a confined run: the targets and what cannot be without them."""
    closure: set[str] = set()
    for resource in run.prior.resources:
        if resource.urn in run.targets and resource.urn not in closure:
            closure.add(resource.urn)
            closure.update(dependent.urn for dependent in graph.dependents(resource, children=True))
    targets = [resource for resource in run.prior.resources if resource.urn in closure]
    for target in targets:
        closure.update(item.resource.urn for item in dependent_replacements(run, target))
        closure.update(resource.urn for resource in replaced_with(run, target.urn))
    return closure


def _refuse_untargeted(run: RunState, doomed: list[Work]) -> None:
    if run.target_dependents:
        return
    unwanted = [work.step.urn for work in doomed if work.step.urn not in run.targets]
    for urn in unwanted:
        run.error(
            f"Resource '{urn}' will be destroyed but was not specified in --target list.\n"
            "Either include resource in --target list or pass --target-dependents to proceed.",
            urn,
        )
    if unwanted and not run.dry_run:
        raise StoppedError("delete untargeted resource")


def _layers(doomed: list[Work], graph: DependencyGraph) -> Iterator[list[Work]]:
    """Sort deletions into layers in which nothing depends on anything: first what nothing that goes depends on."""
    works = {id(work.step.old): work for work in doomed if work.step.old is not None}
    depth: dict[int, int] = {}
    for resource in graph.resources:
        if id(resource) in works:
            needed = (depth[id(item)] for item in graph.dependencies(resource) if id(item) in depth)
            depth[id(resource)] = 1 + max(needed, default=0)
    for level in range(max(depth.values(), default=0), 0, -1):
        yield [works[key] for key, value in depth.items() if value == level]
