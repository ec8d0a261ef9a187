"""Goals: what a program says one of its resources shall be, read from its registration."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from pulumi.runtime.proto import resource_pb2

from gitopssets_provider.engine.source_position import project_position, project_trace
from gitopssets_provider.engine.wire import dependencies_of, read_struct, read_value
from gitopssets_provider.errors import StackError

__all__ = ["Alias", "Goal", "needs_cli", "read_goal"]

_UNITS: Final = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_DURATION: Final = re.compile(r"([0-9]*\.?[0-9]+)(h|ms|m|s|us|µs|ns)")


@dataclass(frozen=True, slots=True)
class Alias:
    """One former name of a resource: a whole URN, or the parts in which it differs from the present one."""

    urn: str = ""
    name: str = ""
    type: str = ""
    stack: str = ""
    project: str = ""
    parent: str = ""
    no_parent: bool = False


@dataclass(slots=True)
class Goal:
    """The wish for one resource; ``None`` stands for an option that was not given."""

    type: str
    name: str
    custom: bool
    properties: dict[str, Any]
    parent: str = ""
    provider: str = ""
    protect: bool | None = None
    retain_on_delete: bool | None = None
    delete_before_replace: bool | None = None
    deleted_with: str = ""
    replace_with: list[str] = field(default_factory=list)
    dependencies: list[str] = field(default_factory=list)
    property_dependencies: dict[str, list[str]] = field(default_factory=dict)
    ignore_changes: list[str] = field(default_factory=list)
    replace_on_changes: list[str] = field(default_factory=list)
    hide_diff: list[str] = field(default_factory=list)
    additional_secret_outputs: list[str] = field(default_factory=list)
    aliases: list[Alias] = field(default_factory=list)
    custom_timeouts: dict[str, float] = field(default_factory=dict)
    hooks: dict[str, list[str]] = field(default_factory=dict)
    replacement_trigger: Any = None
    version: str = ""
    source_position: str = ""
    stack_trace: list[dict[str, Any]] = field(default_factory=list)

    def inherit(self, parent: Goal) -> None:
        """Take over what a parent passes on to its children unless they say otherwise."""
        self.deleted_with = self.deleted_with or parent.deleted_with
        if self.protect is None:
            self.protect = parent.protect
        if self.retain_on_delete is None:
            self.retain_on_delete = parent.retain_on_delete


def needs_cli(what: str) -> StackError:
    """Return the error for everything the embedded engine leaves to the real one."""
    return StackError(
        f"{what} cannot be run by the embedded engine", remedy="this needs the Pulumi CLI: install pulumi"
    )


def read_goal(request: resource_pb2.RegisterResourceRequest, root: str) -> Goal:
    """Read a registration; ``root`` is the project's folder, to which source positions are relative.

    Raises StackError for what only the CLI can do, ValueError for what nobody can.
    """
    _refuse(request)
    dependencies = sorted(set(request.dependencies))
    properties = read_struct(request.object)
    defined = request.deleteBeforeReplaceDefined or request.deleteBeforeReplace
    return Goal(
        type=request.type,
        name=request.name,
        custom=request.custom,
        properties=properties,
        parent=request.parent,
        provider=request.provider,
        protect=request.protect if request.HasField("protect") else None,
        retain_on_delete=request.retainOnDelete if request.HasField("retainOnDelete") else None,
        delete_before_replace=request.deleteBeforeReplace if defined else None,
        deleted_with=request.deletedWith,
        replace_with=list(request.replace_with),
        dependencies=dependencies,
        property_dependencies=_property_dependencies(request, properties, dependencies),
        ignore_changes=list(request.ignoreChanges),
        replace_on_changes=list(request.replaceOnChanges),
        hide_diff=list(request.hideDiffs),
        additional_secret_outputs=list(request.additionalSecretOutputs),
        aliases=[Alias(urn=urn) for urn in request.aliasURNs] + [_alias(alias) for alias in request.aliases],
        custom_timeouts=_timeouts(request.customTimeouts),
        hooks=_hooks(request.hooks),
        replacement_trigger=read_value(request.replacement_trigger),
        version=request.version,
        source_position=project_position(request.sourcePosition, root),
        stack_trace=project_trace(request.stackTrace, root),
    )


def _refuse(request: resource_pb2.RegisterResourceRequest) -> None:
    unsupported = {
        "a component of another package": request.remote,
        "an import": bool(request.importId),
        "a transform": bool(request.transforms),
        "a parameterized package": bool(request.packageRef),
        "a state migration": bool(request.state_migrations),
        "an error hook": bool(request.hooks.on_error),
    }
    for what, present in unsupported.items():
        if present:
            raise needs_cli(what).at(f"{request.type} {request.name}")


def _property_dependencies(
    request: resource_pb2.RegisterResourceRequest, properties: dict[str, Any], dependencies: list[str]
) -> dict[str, list[str]]:
    if request.propertyDependencies:
        given = {key: set(value.urns) for key, value in request.propertyDependencies.items()}
    else:
        given = {key: set(dependencies) for key in properties}
    for key, urns in dependencies_of(request.object).items():
        given.setdefault(key, set()).update(urns)
    return {key: sorted(given.get(key, ())) for key in given.keys() | properties.keys()}


def _alias(alias: Any) -> Alias:
    if alias.HasField("urn"):
        return Alias(urn=alias.urn)
    spec = alias.spec
    return Alias(
        name=spec.name,
        type=spec.type,
        stack=spec.stack,
        project=spec.project,
        parent=spec.parentUrn if spec.HasField("parentUrn") else "",
        no_parent=spec.HasField("noParent") and spec.noParent,
    )


def _hooks(binding: resource_pb2.RegisterResourceRequest.ResourceHooksBinding) -> dict[str, list[str]]:
    named = {
        "BeforeCreate": binding.before_create,
        "AfterCreate": binding.after_create,
        "BeforeUpdate": binding.before_update,
        "AfterUpdate": binding.after_update,
        "BeforeDelete": binding.before_delete,
        "AfterDelete": binding.after_delete,
    }
    return {kind: list(names) for kind, names in named.items() if names}


def _timeouts(given: resource_pb2.RegisterResourceRequest.CustomTimeouts) -> dict[str, float]:
    named = {"create": given.create, "update": given.update, "delete": given.delete, "read": given.read}
    return {kind: seconds for kind, text in named.items() if text and (seconds := _seconds(text))}


def _seconds(text: str) -> float:
    parts = _DURATION.findall(text)
    if text == "0":
        return 0.0
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"unable to parse customTimeout Value {text}")
    return sum(float(number) * _UNITS[unit] for number, unit in parts)
