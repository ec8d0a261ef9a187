"""Replacing a resource that must be deleted before its successor is made, and what must go with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gitopssets_provider.engine.property_path import PathError, PropertyPath, contains, parse_path
from gitopssets_provider.engine.provider import Difference
from gitopssets_provider.engine.resource import Resource
from gitopssets_provider.engine.run_state import RunState, Work
from gitopssets_provider.engine.step import DiffKind, Op, Step
from gitopssets_provider.engine.urn import is_provider_type, split_reference
from gitopssets_provider.engine.values import UNKNOWN
from gitopssets_provider.errors import StackError

__all__ = ["apply_replace_on_changes", "delete_dependents", "dependent_replacements", "replaced_with"]

_REPLACING: dict[DiffKind, DiffKind] = {
    "add": "add-replace",
    "delete": "delete-replace",
    "update": "update-replace",
}
_INIT_ERROR = "#initerror"


@dataclass(frozen=True, slots=True)
class _Dependent:
    resource: Resource
    keys: tuple[str, ...] = ()


def apply_replace_on_changes(difference: Difference, paths: list[str], *, init_errors: bool = False) -> Difference:
    """Turn changes at the given property paths into reasons for a replacement.

    A path of a change that cannot be read (a key is empty) is an error even where nothing is asked for, as in the CLI.
    """
    if not (difference.changed or init_errors):
        return difference
    outer = [_parse(path) for path in paths]

    def forced(path: str) -> bool:
        inner = _parse(path)
        return any(contains(candidate, inner) for candidate in outer)

    detailed = None
    if difference.detailed is not None:
        detailed = {
            path: _REPLACING.get(kind, kind) if forced(path) else kind for path, kind in difference.detailed.items()
        }
    keys = [*difference.replace_keys, *(key for key in difference.changed_keys if forced(key))]
    changed = difference.changed
    if init_errors and forced(_INIT_ERROR):
        keys.append(_INIT_ERROR)
        changed = True
        if detailed is not None:
            detailed[_INIT_ERROR] = "update-replace"
    return Difference(
        changed,
        difference.changed_keys,
        tuple(dict.fromkeys(keys)),
        detailed,
        difference.input_diffs,
        difference.delete_before_replace,
    )


def _parse(path: str) -> PropertyPath:
    try:
        return parse_path(path)
    except PathError as error:
        raise StackError(str(error)) from error


def delete_dependents(run: RunState, urn: str, old: Resource) -> list[Work]:
    """Return the deletions that must come before a resource is deleted to be replaced, dependents first."""
    seen = run.seen
    dependents = dependent_replacements(run, old) if not run.dry_run or old in run.graph else []
    dependents += [_Dependent(resource) for resource in replaced_with(run, urn)]
    work: list[Work] = []
    for dependent in reversed(dependents):
        resource = dependent.resource
        if id(resource) in seen.pending_deletes:
            continue
        seen.dependent_keys[resource.urn] = dependent.keys
        if resource.delete:
            work.append(Work(Step(Op.DELETE, resource.urn, old=resource)))
        elif resource.protect:
            raise run.stop(
                f'unable to replace resource "{resource.urn}" as part of replacing "{urn}" as it is currently marked '
                "for protection. To unprotect the resource, remove the `protect` flag from the resource in your Pulumi "
                f"program and run `pulumi up`, or use the command:\n`pulumi state unprotect '{resource.urn}'`",
                urn,
            )
        else:
            work.append(Work(Step(Op.DELETE_REPLACED, resource.urn, old=resource), pending=True))
        seen.deletes.add(resource.urn)
        seen.pending_deletes.add(id(resource))
    return work


def replaced_with(run: RunState, urn: str) -> list[Resource]:
    """Return the resources that ask to be replaced whenever another one is."""
    found = {
        resource.urn: resource for resource in (*run.olds.values(), *run.news.values()) if urn in resource.replace_with
    }
    return list(found.values())


def dependent_replacements(run: RunState, root: Resource) -> list[_Dependent]:
    """Return the resources that would have to be replaced if one were, in the order of the state.

    Those are resources of a provider that is replaced, and resources with an input that comes from a replaced one if
    the provider cannot change that input in place. What only depends on it in order stays.
    """
    seen = run.seen
    settled = seen.reads | seen.creates | seen.sames | seen.updates | seen.deletes | seen.replaces
    replaced = {root.urn}
    found = []
    for resource in run.graph.dependents(root, settled):
        difference = _replacement(run, resource, replaced)
        if difference is not None:
            found.append(_Dependent(resource, difference.replace_keys))
            replaced.add(resource.urn)
    return found


def _replacement(run: RunState, resource: Resource, replaced: set[str]) -> Difference | None:
    if not resource.custom or resource.external:
        return None
    if resource.provider and split_reference(resource.provider)[0] in replaced:
        run.registry.ensure(resource.provider)
        return Difference(changed=True)
    inputs: dict[str, Any] = dict(resource.inputs)
    touched = [key for key in inputs if any(urn in replaced for urn in resource.property_dependencies.get(key, ()))]
    if not touched:
        return None
    inputs.update(dict.fromkeys(touched, UNKNOWN))
    if is_provider_type(resource.type):
        difference = run.registry.compare(resource.urn, resource.inputs, inputs)
    else:
        run.registry.ensure(resource.provider)
        provider = run.registry.get(resource.provider)
        difference = provider.diff(resource.urn, resource, inputs, resource.ignore_changes)
    difference = apply_replace_on_changes(difference, resource.replace_on_changes)
    return difference if difference.replaces else None
