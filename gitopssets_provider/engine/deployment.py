"""A snapshot as the JSON of a deployment (version 3, or 4 where a resource needs a feature), and back."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from gitopssets_provider.engine.property_json import PropertyReader, PropertyWriter
from gitopssets_provider.engine.resource import Operation, Resource, Snapshot
from gitopssets_provider.errors import StackError

__all__ = [
    "ENGINE_VERSION",
    "Deployment",
    "check_version",
    "magic",
    "read_snapshot",
    "timestamp_text",
    "write_deployment",
    "write_resource",
]

#: The engine whose format is written, and whose version the manifest therefore names.
ENGINE_VERSION: Final = "v3.255.0"

_PROPERTIES: Final = frozenset({"inputs", "outputs", "replacementTrigger"})
_TIMES: Final = frozenset({"created", "modified"})
_NAMES_BY_KEY: Final = frozenset({"propertyDependencies", "resourceHooks"})
_REQUIRED: Final = frozenset({"urn", "custom", "type"})
# The fields of a resource in the order of the file, with their JSON type and our attribute (none: kept in ``extra``).
_FIELDS: Final[dict[str, tuple[type, str]]] = {
    "urn": (str, "urn"),
    "custom": (bool, "custom"),
    "delete": (bool, "delete"),
    "id": (str, "id"),
    "type": (str, "type"),
    "inputs": (dict, "inputs"),
    "outputs": (dict, "outputs"),
    "parent": (str, "parent"),
    "protect": (bool, "protect"),
    "taint": (bool, "taint"),
    "external": (bool, "external"),
    "dependencies": (list, "dependencies"),
    "initErrors": (list, "init_errors"),
    "provider": (str, "provider"),
    "propertyDependencies": (dict, "property_dependencies"),
    "pendingReplacement": (bool, "pending_replacement"),
    "additionalSecretOutputs": (list, "additional_secret_outputs"),
    "aliases": (list, "aliases"),
    "customTimeouts": (dict, "custom_timeouts"),
    "importID": (str, ""),
    "retainOnDelete": (bool, "retain_on_delete"),
    "deletedWith": (str, "deleted_with"),
    "replaceWith": (list, "replace_with"),
    "created": (str, "created"),
    "modified": (str, "modified"),
    "sourcePosition": (str, "source_position"),
    "stackTrace": (list, "stack_trace"),
    "ignoreChanges": (list, "ignore_changes"),
    "hideDiff": (list, "hide_diff"),
    "replaceOnChanges": (list, "replace_on_changes"),
    "replacementTrigger": (object, "replacement_trigger"),
    "refreshBeforeUpdate": (bool, ""),
    "viewOf": (str, ""),
    "resourceHooks": (dict, "resource_hooks"),
    "extensionRef": (str, ""),
    "snippetID": (str, ""),
}
_FEATURES: Final = {
    "extensionRef": "extensionParameterization",
    "refreshBeforeUpdate": "refreshBeforeUpdate",
    "replaceWith": "replaceWith",
    "resourceHooks": "hooks",
    "snippetID": "snippets-prototype",
    "taint": "taint",
    "viewOf": "views",
}
# What a state may ask for and still be run here; the rest would be done wrong in silence.
_SUPPORTED: Final = frozenset({"byteString", "hooks", "replaceWith", "taint"})
_TIMEOUTS: Final = ("create", "update", "delete", "read")


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployment's JSON with the version and the features it is written in."""

    version: int
    features: tuple[str, ...]
    content: dict[str, Any]

    @property
    def head(self) -> dict[str, Any]:
        """Return what stands before the deployment, both in a state file and in an export."""
        return {"version": self.version, **({"features": list(self.features)} if self.features else {})}


class _Instant(datetime):
    """A time read from a state, with its text: it has nanoseconds, for which ``datetime`` has no place."""

    text: str

    def __deepcopy__(self, memo: dict[int, Any]) -> _Instant:
        return self  # a copy that datetime makes would lose the text


def magic(version: str) -> str:
    """Return the manifest's check value for an engine version."""
    return hashlib.sha256(version.encode()).hexdigest() if version else ""


def timestamp_text(moment: datetime | None = None) -> str:
    """Return a time as Go writes it (RFC 3339, no zeros at the end of the fraction); without one, now."""
    if moment is None:
        seconds, rest = divmod(time.time_ns(), 1_000_000_000)
        base, fraction = datetime.fromtimestamp(seconds, UTC), f"{rest:09d}"
    elif text := getattr(moment, "text", ""):
        return str(text)
    else:
        base, fraction = moment, f"{moment.microsecond:06d}"
    zone = f"{base:%z}"
    suffix = f"{zone[:3]}:{zone[3:5]}" if base.utcoffset() else "Z"
    digits = fraction.rstrip("0")
    return f"{base:%Y-%m-%dT%H:%M:%S}{'.' + digits if digits else ''}{suffix}"


def check_version(version: Any, features: Any) -> None:
    """Raise an error unless the version and the features of a deployment are ones we read."""
    if version is None:
        raise StackError("is damaged: it has no version")
    if not isinstance(version, int) or version < 3:
        raise StackError(
            f"the state has version {version}, which is too old",
            remedy="run `pulumi up` once with the Pulumi CLI, which rewrites it",
        )
    if version > 4:
        raise StackError(f"the state has version {version}, which is newer than 4", remedy="this needs the Pulumi CLI")
    asked = features if version == 4 and isinstance(features, list) else []
    unknown = sorted(str(feature) for feature in asked if feature not in _SUPPORTED)
    if unknown:
        raise StackError(f"the state uses {', '.join(unknown)}", remedy="this needs the Pulumi CLI")


def read_snapshot(content: Mapping[str, Any], decrypt: Callable[[str], str] | None) -> Snapshot:
    """Return the snapshot of a deployment's JSON; see :class:`PropertyReader` for ``decrypt``."""
    reader = PropertyReader(decrypt)
    resources = [
        _read_resource(item, f"resources[{index}]", reader)
        for index, item in enumerate(_typed(content, "resources", list))
    ]
    pending = []
    for index, item in enumerate(_typed(content, "pending_operations", list)):
        path = f"pending_operations[{index}]"
        if not isinstance(item, dict):
            raise _damaged("is no object", path)
        resource = _read_resource(item.get("resource"), f"{path}.resource", reader)
        pending.append(Operation(resource, _typed(item, "type", str, path)))
    known = {"manifest", "secrets_providers", "resources", "pending_operations", "metadata"}
    extra = {key: value for key, value in content.items() if key not in known}
    return Snapshot(resources, pending, _typed(content, "metadata", dict), extra)


def write_deployment(
    snapshot: Snapshot, secrets_provider: Mapping[str, Any] | None, encrypt: Callable[[str], str] | None
) -> Deployment:
    """Return the deployment of a snapshot; see :class:`PropertyWriter` for ``encrypt``."""
    writer = PropertyWriter(encrypt)
    features: set[str] = set()
    content: dict[str, Any] = {
        "manifest": {"time": timestamp_text(), "magic": magic(ENGINE_VERSION), "version": ENGINE_VERSION}
    }
    if secrets_provider is not None:
        content["secrets_providers"] = dict(secrets_provider)
    resources = [write_resource(resource, writer) for resource in snapshot.resources]
    for written in resources:
        features.update(feature for key, feature in _FEATURES.items() if key in written)
    if resources:
        content["resources"] = resources
    if snapshot.pending:
        content["pending_operations"] = [
            {"resource": write_resource(operation.resource, writer), "type": operation.type}
            for operation in snapshot.pending
        ]
    content["metadata"] = snapshot.metadata
    content.update(snapshot.extra)
    if writer.byte_strings:
        features.add("byteString")
    return Deployment(4 if features else 3, tuple(sorted(features)), content)


def _read_resource(content: Any, path: str, reader: PropertyReader) -> Resource:
    if not isinstance(content, dict):
        raise _damaged("is no object", path)
    if not content.get("urn") or not content.get("type"):
        raise _damaged("has no urn or no type", path)
    resource = Resource(urn=_typed(content, "urn", str, path), type=_typed(content, "type", str, path))
    for key, value in content.items():
        kind, attribute = _FIELDS.get(key, (object, ""))
        if not attribute:
            resource.extra[key] = value
            continue
        if value is None:
            continue
        if not isinstance(value, kind) or not _is_well_formed(key, value):
            raise _damaged(f'has a "{key}" that is of another type', path)
        try:
            setattr(resource, attribute, _read_field(key, value, reader))
        except StackError as error:
            raise error.at(f"{path} ({resource.urn}).{key}") from error
    return resource


def _is_well_formed(key: str, value: Any) -> bool:
    """Say whether the lists of a field, where it has any, are lists of names."""
    if key in _NAMES_BY_KEY:
        return all(names is None or _are_names(names) for names in value.values())
    return key in ("stackTrace", "replacementTrigger") or not isinstance(value, list) or _are_names(value)


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _read_field(key: str, value: Any, reader: PropertyReader) -> Any:
    if key in _PROPERTIES:
        return reader.read(value)
    if key in _TIMES:
        return _read_time(value)
    if key in _NAMES_BY_KEY:
        return {name: names or [] for name, names in value.items()}
    return value


def _read_time(text: str) -> datetime:
    try:
        parsed = _Instant.fromisoformat(text)
    except ValueError as error:
        raise _damaged(f'"{text}" is no time', "") from error
    parsed.text = text
    return parsed


def write_resource(resource: Resource, writer: PropertyWriter) -> dict[str, Any]:
    """Return the JSON of one resource, as a deployment and a preview digest hold it."""
    written: dict[str, Any] = {}
    for key, (_, attribute) in _FIELDS.items():
        value = getattr(resource, attribute) if attribute else resource.extra.get(key)
        if value or key in _REQUIRED or (key == "replacementTrigger" and value is not None):
            written[key] = _write_field(key, value, writer)
    written.update((key, value) for key, value in resource.extra.items() if key not in _FIELDS)
    return written


def _write_field(key: str, value: Any, writer: PropertyWriter) -> Any:
    if key in _PROPERTIES:
        return writer.write(value)
    if key in _TIMES:
        return timestamp_text(value)
    if key in _NAMES_BY_KEY:
        return {name: list(value[name]) for name in sorted(value)}
    if key == "customTimeouts":
        return {name: value[name] for name in _TIMEOUTS if value.get(name)}
    return value


def _typed(content: Mapping[str, Any], key: str, kind: type[Any], path: str = "") -> Any:
    value = content.get(key)
    if value is None:
        return kind()
    if not isinstance(value, kind):
        raise _damaged(f'has a "{key}" that is of another type', path)
    return value


def _damaged(fact: str, path: str) -> StackError:
    return StackError(fact, path=path)
