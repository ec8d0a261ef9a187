"""Runs that are confined to some resources: the others stay as they are, and what they need must be there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gitopssets_provider.engine.dependency_graph import related
from gitopssets_provider.engine.resource import Resource
from gitopssets_provider.engine.run_state import RunState, StoppedError, Work
from gitopssets_provider.engine.step import Op, Step
from gitopssets_provider.engine.urn import ROOT_STACK_TYPE, is_provider_type, qualified_type, split_reference
from gitopssets_provider.errors import StackError

__all__ = ["check_skipped", "depends_on_skipped", "is_targeted", "note_reached", "untargeted_sames"]


def _needs(resource: Resource) -> Iterator[str]:
    if resource.parent:
        yield resource.parent
    yield from related(resource, provider=True)


def is_targeted(run: RunState, resource: Resource) -> bool:
    """Tell whether a run is about a resource. Providers and the stack itself always take part."""
    if not run.targets or is_provider_type(resource.type) or qualified_type(resource.urn) == ROOT_STACK_TYPE:
        return True
    return _is_reached(run, resource)


def _is_reached(run: RunState, resource: Resource) -> bool:
    if resource.urn in run.targets:
        return True
    return run.target_dependents and any(urn in run.reached for urn in _needs(resource))


def note_reached(run: RunState, resource: Resource) -> None:
    """Remember that a resource takes part, for those that depend on it."""
    if run.targets and _is_reached(run, resource):
        run.reached.add(resource.urn)


def depends_on_skipped(run: RunState, resource: Resource) -> bool:
    """Tell whether a resource needs one that was not created in this run."""
    return any(urn in run.seen.skipped_creates for urn in _needs(resource))


def check_skipped(run: RunState, work: list[Work]) -> None:
    """Refuse steps of a confined run that need a resource which it does not create."""
    if not run.targets:
        return
    for item in work:
        new = item.step.new
        if new is None or item.skipped:
            continue
        for urn in _needs(new):
            if urn in run.seen.skipped_creates:
                run.error(
                    f"Resource '{new.urn}' depends on '{urn}' which was was not specified in --target list.", new.urn
                )
                if not run.dry_run:
                    raise StoppedError("untargeted create")
                run.seen.skipped_creates.discard(urn)


def untargeted_sames(run: RunState, urn: str, old: Resource) -> list[Work]:
    """Return steps that leave a resource as it is, and before it what it needs and the program no longer declares."""
    if old.provider and old.provider not in run.registry:
        raise StackError(
            f"provider {old.provider} for resource {urn} has not been registered yet, this is due to a change of "
            "providers mixed with --target. Change your program back to the original providers"
        )
    seen = run.seen
    work: list[Work] = []

    def leave(resource: Resource) -> None:
        if resource.delete:
            return
        seen.urns.add(resource.urn)
        seen.sames.update((urn, resource.urn))
        provider, identity = split_reference(resource.provider)
        if provider and not seen.has_step(provider) and not seen.is_kept(provider):
            former = run.olds.get(provider)
            if former is not None and former.id == identity:
                leave(former)
        for needed in (resource.parent, *related(resource)):
            if needed and not seen.has_step(needed):
                if needed not in run.olds:
                    raise StoppedError(f"{needed} that untargeted resource {urn} needs has no old state")
                leave(run.olds[needed])
        work.append(Work(Step(Op.SAME, resource.urn, resource, replace(resource, id=""))))

    leave(old)
    return work
