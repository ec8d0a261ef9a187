"""Kubernetes objects as plain trees: their identity, where they live, and the kinds the provider has a table for."""

from __future__ import annotations

from typing import Any

from gitopssets_provider.engine.kubernetes_types import is_known_group_version

__all__ = [
    "annotations_of",
    "group_and_version",
    "is_crd",
    "is_list_token",
    "is_named_kind",
    "name_of",
    "namespace_of",
    "object_id",
    "set_metadata",
]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _metadata(obj: dict[str, Any]) -> dict[str, Any]:
    metadata = obj.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def name_of(obj: dict[str, Any]) -> str:
    """Return the object's name, nothing where it has none or one that is not known yet."""
    return _text(_metadata(obj).get("name"))


def namespace_of(obj: dict[str, Any]) -> str:
    """Return the object's namespace, nothing where it has none."""
    return _text(_metadata(obj).get("namespace"))


def annotations_of(obj: dict[str, Any]) -> dict[str, Any]:
    """Return the object's annotations."""
    found = _metadata(obj).get("annotations")
    return found if isinstance(found, dict) else {}


def object_id(obj: dict[str, Any]) -> str:
    """Return the ID a resource has for the object: ``namespace/name``, or the name alone."""
    namespace = namespace_of(obj)
    return f"{namespace}/{name_of(obj)}" if namespace else name_of(obj)


def set_metadata(obj: dict[str, Any], key: str, value: str) -> None:
    """Set one key of the metadata in place; an empty value removes it."""
    if value:
        metadata = obj.setdefault("metadata", {})
        if isinstance(metadata, dict):
            metadata[key] = value
    else:
        _metadata(obj).pop(key, None)


def group_and_version(obj: dict[str, Any]) -> tuple[str, str]:
    """Return the API group and version; the core group is empty."""
    group, slash, version = _text(obj.get("apiVersion")).partition("/")
    return (group, version) if slash else ("", group)


def is_named_kind(obj: dict[str, Any], kind: str) -> bool:
    """Tell whether the object is of a kind of the core group."""
    return obj.get("kind") == kind and group_and_version(obj)[0] in ("", "core")


def is_crd(obj: dict[str, Any]) -> bool:
    """Tell whether the object defines a custom resource."""
    return obj.get("kind") == "CustomResourceDefinition" and group_and_version(obj)[0] == "apiextensions.k8s.io"


def is_list_token(type_: str) -> bool:
    """Tell whether a resource type is the list of a built-in kind, which nobody can create."""
    _, _, rest = type_.partition(":")
    group_version, _, kind = rest.rpartition(":")
    return kind.endswith("List") and kind != "List" and is_known_group_version(group_version)
