"""The shape that every object must have: apiVersion, kind, and metadata with a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from gitopssets_provider.errors import PlanError, Problems
from gitopssets_provider.model.deferred import Deferred
from gitopssets_provider.model.names import dns_label
from gitopssets_provider.model.validation import shape_of
from gitopssets_provider.rendering.kinds import Kind, is_list, kind_of
from gitopssets_provider.rendering.metadata import check_metadata, unknown

__all__ = ["Shape", "Shapes"]


class Shape(NamedTuple):
    """What identifies an object; ``namespace`` is empty where the object names none."""

    kind: Kind
    namespace: str
    name: str


class Shapes:
    """Checks objects; what is known of a kind is looked up once."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, str], Kind] = {}

    def of(self, value: Mapping[str, Any]) -> Shape:
        """Return the shape of an object; raise all that is wrong with it, paths relative to the object."""
        if is_list(value):
            raise PlanError(f'"{value["kind"]}" is a list of objects', remedy="make each an object", path="kind")
        problems = Problems()
        api_version = _word(value, "apiVersion", "", problems)
        kind_name = _word(value, "kind", "", problems)
        kind = self._kinds.get((api_version, kind_name))
        if kind is None and api_version and kind_name:
            with problems.catch():
                kind = self._kinds[api_version, kind_name] = kind_of(api_version, kind_name)
        name, namespace = _metadata(value.get("metadata"), kind, problems)
        if kind is not None and not problems.errors:
            return Shape(kind, namespace, name)
        raise PlanError(problems=[problem for error in problems.errors for problem in error.problems])


def _metadata(metadata: Any, kind: Kind | None, problems: Problems) -> tuple[str, str]:
    if type(metadata) is not dict:
        problems.add(_no_mapping(metadata, "metadata"))
        return "", ""
    name = _word(metadata, "name", "metadata.", problems)
    namespace = _word(metadata, "namespace", "metadata.", problems) if metadata.get("namespace") else ""
    if name and kind and (wrong := kind.check_name(name)):
        problems.add(PlanError(f'"{name}" {wrong}', path="metadata.name"))
    if namespace and (wrong := dns_label(namespace)):
        problems.add(PlanError(f'"{namespace}" {wrong}', path="metadata.namespace"))
    if "labels" in metadata or "annotations" in metadata:
        check_metadata(metadata.get("labels"), metadata.get("annotations"), problems)
    return name, namespace


def _no_mapping(value: Any, path: str) -> PlanError:
    if isinstance(value, Deferred):
        return unknown(value, path)
    return PlanError("is missing" if value is None else f"must be a mapping, not {shape_of(value)}", path=path)


def _word(mapping: Mapping[str, Any], key: str, path: str, problems: Problems) -> str:
    value = mapping.get(key)
    if type(value) is str and value:
        return value
    if isinstance(value, Deferred):
        problems.add(unknown(value, path + key))
        return ""
    if value is None or value == "":
        fact, remedy = "is missing", ""
        if key == "name" and "generateName" in mapping:
            remedy = "generateName is not supported: a name must stay the same from run to run"
    else:
        fact, remedy = f"must be a string, not {shape_of(value)}", "quote it, or use | string in the expression"
    problems.add(PlanError(fact, remedy=remedy, path=path + key))
    return ""
