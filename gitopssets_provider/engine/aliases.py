"""Finding a resource in the prior state: by its URN, or by one of its former names."""

from __future__ import annotations

from gitopssets_provider.engine.goal import Alias, Goal
from gitopssets_provider.engine.resource import Resource
from gitopssets_provider.engine.run_state import RunState
from gitopssets_provider.engine.urn import ROOT_STACK_TYPE, make_urn, qualified_type, resource_name, resource_type

__all__ = ["find_old"]


def find_old(run: RunState, urn: str, goal: Goal) -> tuple[Resource | None, str, bool]:
    """Return the resource of the prior state that a goal continues, the former URN it was found by, and whether that
    contradicts what the run has seen before (which has then been told).
    """
    seen = run.seen
    contradiction = False
    if urn in seen.aliased:
        contradiction = True
        run.error(
            f"Duplicate resource URN '{urn}' conflicting with alias on resource with URN '{seen.aliased[urn]}'", urn
        )
    for former in (urn, *_former_urns(run, goal)):
        old = run.olds.get(former)
        if old is None:
            continue
        if former == urn:
            return old, "", contradiction
        conflicts = ([urn] if former in seen.urns else []) + ([seen.aliased[former]] if former in seen.aliased else [])
        for other in conflicts:
            run.error(
                f"Duplicate resource alias '{former}' applied to resource with URN '{urn}' conflicting with resource "
                f"with URN '{other}'",
                urn,
            )
        seen.aliased[former] = urn
        seen.aliases[urn] = former
        run.registry.alias(urn, former)
        return old, former, contradiction or bool(conflicts)
    return None, "", contradiction


def _former_urns(run: RunState, goal: Goal) -> list[str]:
    """Return the former URNs of a goal, those that follow from its parent's included, each once."""
    own = [_collapse(run, goal, alias) for alias in goal.aliases]
    parent = run.seen.aliases.get(goal.parent) if goal.parent else None
    inherited: list[str] = []
    if parent is not None:
        parts = [(goal.type, goal.name), *((resource_type(urn), resource_name(urn)) for urn in own)]
        inherited = [_inherit(run, goal.parent, parent, type_, name) for type_, name in parts]
    return list(dict.fromkeys([*own, *inherited]))


def _collapse(run: RunState, goal: Goal, alias: Alias) -> str:
    if alias.urn:
        return alias.urn
    parent = run.seen.aliases.get(alias.parent, alias.parent) if alias.parent else goal.parent
    type_, name = alias.type or goal.type, alias.name or goal.name
    if parent and not alias.no_parent and qualified_type(parent) != ROOT_STACK_TYPE:
        # Below a parent the alias's own stack and project count for nothing.
        return f"{parent.rpartition('::')[0]}${type_}::{name}"
    return make_urn(alias.stack or run.stack, alias.project or run.project, "", type_, name)


def _inherit(run: RunState, parent: str, former_parent: str, type_: str, name: str) -> str:
    """Return the URN a child had below its parent's former URN; a name made from the parent's changed with it."""
    parent_name = resource_name(parent)
    if name.startswith(parent_name):
        name = resource_name(former_parent) + name.removeprefix(parent_name)
    return make_urn(run.stack, run.project, former_parent, type_, name)
