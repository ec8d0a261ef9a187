"""Inputs of a kubernetes object in the form in which equal meanings are equal values."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

from gitopssets_provider.engine.kubernetes_object import is_crd, is_named_kind, name_of
from gitopssets_provider.engine.kubernetes_types import is_known_group_version, through_go_type
from gitopssets_provider.engine.values import UNKNOWN, has_unknown

__all__ = ["is_named", "normalize_inputs"]

_READ_ONLY: Final = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "uid",
)


def normalize_inputs(obj: dict[str, Any]) -> dict[str, Any]:
    """Return an object of a built-in kind as its type writes it, any object without what only the server sets.

    The object itself may be changed. With a value that is not known yet it stays as it is.
    """
    if is_known_group_version(str(obj.get("apiVersion", ""))) and not has_unknown(obj):
        obj = _normalize_built_in(obj)
    metadata = obj.get("metadata")
    if isinstance(metadata, dict):
        for key in _READ_ONLY:
            metadata.pop(key, None)
    return obj


def _normalize_built_in(obj: dict[str, Any]) -> dict[str, Any]:
    if is_crd(obj):
        spec = obj.get("spec")
        if isinstance(spec, dict) and spec.get("preserveUnknownFields") is False:
            del spec["preserveUnknownFields"]
        obj.pop("status", None)
        return obj
    if is_named_kind(obj, "Secret"):
        _normalize_secret(obj)
        return obj
    return through_go_type(obj)


def _normalize_secret(obj: dict[str, Any]) -> None:
    """Move ``stringData`` into ``data``, as the API server does."""
    text = obj.get("stringData")
    data = obj.get("data")
    if isinstance(text, dict) and text and all(isinstance(value, str) for value in text.values()):
        encoded = {key: base64.b64encode(value.encode()).decode("ascii") for key, value in text.items()}
        obj["data"] = {**(data if isinstance(data, dict) else {}), **encoded}
        del obj["stringData"]
    elif isinstance(data, dict):
        obj["data"] = {key: _reencoded(value) for key, value in data.items()}


def _reencoded(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        decoded = base64.b64decode(value.replace("\r", "").replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        return value
    return base64.b64encode(decoded).decode("ascii")


def is_named(obj: dict[str, Any], inputs: dict[str, Any]) -> bool:
    """Tell whether the object has a name, known or not."""
    metadata = inputs.get("metadata")
    return bool(name_of(obj)) or (isinstance(metadata, dict) and metadata.get("name") is UNKNOWN)
