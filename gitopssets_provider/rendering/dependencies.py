"""Dependencies of objects within one set: on their namespace, on their kind's definition, on other templates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from gitopssets_provider.errors import PlanError
from gitopssets_provider.model.circles import find_circle, in_order
from gitopssets_provider.model.manifest import Manifest, ObjectKey
from gitopssets_provider.model.template import Template
from gitopssets_provider.rendering.drafts import Draft
from gitopssets_provider.rendering.scopes import DEFINITION, defined_kind

__all__ = ["Dependencies", "registration_order"]


class Dependencies:
    """What each object of a set waits for, by its index.

    An object waits for its Namespace and for the definition of its kind where the set makes them on the same cluster.
    A template that waits for another one makes its objects wait for those that the other makes of the same element or,
    where it makes none of it, for all of them.
    """

    def __init__(self, templates: Sequence[Template], drafts: Sequence[Draft], keys: Sequence[ObjectKey]) -> None:
        self._drafts = drafts
        self._keys = keys
        self._waits = _template_waits(templates)
        self._namespaces: dict[tuple[str, str], ObjectKey] = {}
        self._definitions: dict[tuple[str, str, str], ObjectKey] = {}
        self._made: dict[tuple[int, int | None], list[ObjectKey]] = defaultdict(list)
        for item, key in zip(drafts, keys, strict=True):
            if key.kind == "Namespace" and not key.group:
                self._namespaces[key.cluster, key.name] = key
            elif defined := defined_kind(key.group, key.kind, item.object):
                self._definitions[key.cluster, *defined] = key
        waited_for = {number for numbers in self._waits.values() for number in numbers}
        for item, key in zip(drafts, keys, strict=True) if waited_for else ():
            if item.template in waited_for:
                self._made[item.template, item.element].append(key)
                self._made[item.template, None].append(key)

    def of(self, index: int) -> tuple[ObjectKey, ...]:
        """Return what one object waits for, each once."""
        key = self._keys[index]
        found: dict[ObjectKey, None] = {}
        if self._namespaces and (namespace := self._namespaces.get((key.cluster, key.namespace))):
            found[namespace] = None
        if self._definitions and (definition := self._definitions.get((key.cluster, key.group, key.kind))):
            found[definition] = None
        if self._waits:
            item = self._drafts[index]
            for number in self._waits.get(item.template, ()):
                made = self._made.get((number, item.element)) or self._made.get((number, None), [])
                found.update(dict.fromkeys(made))
            found.pop(key, None)
        return tuple(found)


def registration_order(manifests: Sequence[Manifest]) -> list[Manifest]:
    """Return the manifests so that each stands behind what it waits for, Namespaces and definitions in front."""
    first = [manifest for manifest in manifests if _comes_first(manifest.key)]
    order = [*first, *(manifest for manifest in manifests if not _comes_first(manifest.key))] if first else manifests
    if not any(wait.template for manifest in manifests for wait in manifest.options.depends_on):
        return list(order)
    by_key = {manifest.key: manifest for manifest in order}
    waits = {key: manifest.depends_on for key, manifest in by_key.items()}
    if circle := find_circle(waits):
        raise PlanError(f"objects wait for each other: {' -> '.join(map(str, circle))}", path="templates")
    return [by_key[key] for key in in_order(waits)]


def _comes_first(key: ObjectKey) -> bool:
    return (key.group, key.kind) in (("", "Namespace"), DEFINITION)


def _template_waits(templates: Sequence[Template]) -> dict[int, list[int]]:
    """Return, by index of a template, the indexes of those that it waits for."""
    numbers = {template.name: number for number, template in enumerate(templates) if template.name}
    return {
        number: [numbers[wait.template] for wait in template.options.depends_on if wait.template]
        for number, template in enumerate(templates)
        if any(wait.template for wait in template.options.depends_on)
    }
