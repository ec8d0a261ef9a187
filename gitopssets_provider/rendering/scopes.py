"""Scopes of custom kinds: what the custom resource definitions in a plan say of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gitopssets_provider.rendering.kinds import Kind

__all__ = ["DEFINITION", "Scopes", "defined_kind"]

DEFINITION = ("apiextensions.k8s.io", "CustomResourceDefinition")


def defined_kind(group: str, kind: str, value: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the group and kind that an object defines, if it is a custom resource definition."""
    if (group, kind) != DEFINITION:
        return None
    spec = value.get("spec")
    names = spec.get("names") if isinstance(spec, Mapping) else None
    if not isinstance(spec, Mapping) or not isinstance(names, Mapping):
        return None
    defined_group, defined_name = spec.get("group"), names.get("kind")
    if isinstance(defined_group, str) and isinstance(defined_name, str):
        return defined_group, defined_name
    return None


class Scopes:
    """Says whether objects of a kind live in namespaces: Kubernetes' own kinds, a template's word, then the plan's."""

    def __init__(self, objects: Iterable[tuple[str, str, Mapping[str, Any]]]) -> None:
        self._namespaced: dict[tuple[str, str], bool] = {}
        for group, kind, value in objects:
            if defined := defined_kind(group, kind, value):
                self._namespaced[defined] = value["spec"].get("scope") != "Cluster"

    def namespaced(self, kind: Kind, said: str | None) -> bool:
        """Return whether its objects have a namespace; ``said`` is the template's ``scope``. Unknown is namespaced."""
        if kind.namespaced is not None:
            return kind.namespaced
        if said is not None:
            return said == "Namespaced"
        return self._namespaced.get((kind.group, kind.name), True)
