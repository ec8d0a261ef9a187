"""Assembly: drafts become manifests, with namespace, identity, resource name and dependencies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from gitopssets_provider.model.element import Element
from gitopssets_provider.model.manifest import Manifest, ObjectKey
from gitopssets_provider.model.template import Template
from gitopssets_provider.rendering.dependencies import Dependencies
from gitopssets_provider.rendering.drafts import Draft
from gitopssets_provider.rendering.scopes import Scopes

__all__ = ["Owner", "assemble"]

DEFAULT_NAMESPACE = "default"


class Owner(NamedTuple):
    """The set that objects belong to: its component's name, its namespace, its templates.

    ``other_sets`` are, for each template, the names of the components that its objects wait for.
    """

    resource: str
    namespace: str
    templates: Sequence[Template]
    other_sets: Sequence[tuple[str, ...]]


def assemble(owner: Owner, drafts: Sequence[Draft], elements: Sequence[Element], scopes: Scopes) -> list[Manifest]:
    """Return the manifests of one set in render order."""
    placed = [_placed(owner, item, scopes) for item in drafts]
    waits = Dependencies(owner.templates, drafts, [key for _, key in placed])
    paths = [f"templates[{number}]" for number in range(len(owner.templates))]
    return [
        Manifest(
            value,
            key,
            _resource_name(owner.resource, item, key),
            paths[item.template],
            elements[item.element].origin,
            item.options,
            waits.of(index),
            owner.other_sets[item.template],
        )
        for index, (item, (value, key)) in enumerate(zip(drafts, placed, strict=True))
    ]


def _placed(owner: Owner, item: Draft, scopes: Scopes) -> tuple[dict[str, Any], ObjectKey]:
    """Return an object with its namespace written out, or left away where its kind has none, and its identity."""
    kind, own, name = item.shape
    namespaced = kind.namespaced
    if namespaced is None:
        namespaced = scopes.namespaced(kind, owner.templates[item.template].scope)
    namespace = (own or owner.namespace or DEFAULT_NAMESPACE) if namespaced else ""
    value = item.object
    metadata = value["metadata"]
    if namespace and not own:
        value = {**value, "metadata": {**metadata, "namespace": namespace}}
    elif not namespaced and "namespace" in metadata:
        own_keys = {key: kept for key, kept in metadata.items() if key != "namespace"}
        value = {**value, "metadata": own_keys}
    return value, ObjectKey(item.target.cluster.name, kind.group, kind.name, namespace, name)


def _resource_name(resource: str, item: Draft, key: ObjectKey) -> str:
    place = f"{key.namespace}/{key.name}" if key.namespace else key.name
    return f"{resource}{item.target.suffix}/{place}"
