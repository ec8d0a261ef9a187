"""The places where Kubernetes wants text: labels, annotations, the data of a ConfigMap, values of the environment.

There numbers and booleans become strings, in YAML's spelling, for people write ``"true"`` without its quotes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from gitopssets_provider.documents.yaml_types import number_text
from gitopssets_provider.model.deferred import Deferred
from gitopssets_provider.templating.assembly import Build, Leaf, assemble
from gitopssets_provider.templating.deferral import mapped
from gitopssets_provider.templating.results import Encoded

__all__ = ["coerce_strings", "manifest"]

# The keys of mappings of strings, by the key that they stand under.
_BELOW_METADATA: Final = frozenset({"labels", "annotations"})
_METADATA: Final = frozenset({"metadata", "commonMetadata"})
_SELECTORS: Final = frozenset({"matchLabels", "nodeSelector"})
_OF_KIND: Final[Mapping[str, tuple[str, ...]]] = {
    "ConfigMap": ("data",),
    "Secret": ("data", "stringData"),
}


# What may bring places where Kubernetes wants text into an object only when it is filled.
_COLLECTIONS: Final = frozenset({dict, list, Encoded})


def manifest(tree: dict[str, Any]) -> Build:
    """Return the function that fills the tree of one object, with text where Kubernetes wants text."""
    tree = coerce_strings(tree)
    fill = assemble(tree)
    kind_varies = not isinstance(tree.get("kind", ""), str)

    def build(values: Sequence[Any]) -> dict[str, Any]:
        made: dict[str, Any] = fill(values)
        if kind_varies or not _COLLECTIONS.isdisjoint(map(type, values)):
            made = coerce_strings(made)
        return dict(made) if made is tree else made

    return build


def coerce_strings(obj: Any) -> Any:
    """Return an object whose numbers and booleans are strings where Kubernetes wants strings; the rest is shared."""
    if not isinstance(obj, dict):
        return obj
    coerced = _walk(obj, "")
    kind = coerced.get("kind")
    for key in _OF_KIND.get(kind, ()) if isinstance(kind, str) else ():
        if key in coerced:
            coerced = _with(coerced, key, _strings(coerced[key]))
    if kind == "Service" and isinstance(coerced.get("spec"), dict) and "selector" in coerced["spec"]:
        spec = coerced["spec"]
        coerced = _with(coerced, "spec", _with(spec, "selector", _strings(spec["selector"])))
    return coerced


def _walk(value: Any, name: str) -> Any:
    """Return a value that stands under the key ``name``, coerced inside."""
    if isinstance(value, list):
        return _changed_list(value, lambda item: _walk(item, name))
    if not isinstance(value, dict):
        return value
    changed = value
    for key, item in value.items():
        changed = _with(changed, key, _coerce(key, item, name))
    return changed


def _coerce(key: str, item: Any, parent: str) -> Any:
    if key in _BELOW_METADATA and parent in _METADATA:
        return _strings(item)
    if key in _SELECTORS and parent != "properties":
        return _strings(item)
    if key == "env" and isinstance(item, list):
        return _changed_list(item, _variable)
    return _walk(item, key)


def _variable(item: Any) -> Any:
    if isinstance(item, dict) and "name" in item and "value" in item:
        return _with(item, "value", _string(item["value"]))
    return _walk(item, "env")


def _strings(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    changed = value
    for key, item in value.items():
        changed = _with(changed, key, _string(item))
    return changed


def _string(value: Any) -> Any:
    if isinstance(value, bool | int | float):
        return number_text(value)
    if isinstance(value, Leaf) and value.form in ("native", "node"):
        return replace(value, form="string")
    if isinstance(value, Deferred):
        return mapped(value, _string)
    return value


def _with(value: dict[str, Any], key: str, item: Any) -> dict[str, Any]:
    return value if value[key] is item else {**value, key: item}


def _changed_list(value: list[Any], change: Callable[[Any], Any]) -> list[Any]:
    changed = [change(item) for item in value]
    return value if all(new is old for new, old in zip(changed, value, strict=True)) else changed
