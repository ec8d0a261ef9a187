"""Kubernetes objects in Pulumi's state: secrets wrapped, inputs kept beside outputs, dashes spelled as underscores."""

from __future__ import annotations

from typing import Any, Final

from gitopssets_provider.engine.values import Secret, has_secret

__all__ = ["annotate_secrets", "open_inputs", "open_state", "state_of"]

_DASHED: Final = {
    key.replace("-", "_"): key
    for key in (
        "x-kubernetes-embedded-resource",
        "x-kubernetes-int-or-string",
        "x-kubernetes-list-map-keys",
        "x-kubernetes-list-type",
        "x-kubernetes-map-type",
        "x-kubernetes-preserve-unknown-fields",
        "x-kubernetes-validations",
    )
}
_UNDERSCORED: Final = {dashed: underscored for underscored, dashed in _DASHED.items()}


def _copy(value: Any, names: dict[str, str]) -> Any:
    """Return a copy with secrets opened and some keys respelled; inside a secret the provider respells nothing."""
    if isinstance(value, dict):
        return {names.get(key, key): _copy(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_copy(item, names) for item in value]
    return _copy(value.value, {}) if isinstance(value, Secret) else value


def open_inputs(inputs: dict[str, Any]) -> dict[str, Any]:
    """Return inputs as a plain object of their own."""
    opened: dict[str, Any] = _copy(inputs, _DASHED)
    return opened


def open_state(outputs: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the inputs and the live object of a state's outputs."""
    live = open_inputs(outputs)
    inputs = live.pop("__inputs", {})
    return (inputs if isinstance(inputs, dict) else {}), live


def state_of(
    obj: dict[str, Any], inputs: dict[str, Any], *, initial_version: str, field_manager: str
) -> dict[str, Any]:
    """Return the outputs under which an object is kept; what is secret in its inputs is secret in them."""
    outputs = annotate_secrets(_copy(obj, _UNDERSCORED), inputs)
    kept = annotate_secrets(_copy(obj, _UNDERSCORED), inputs)
    return {
        **outputs,
        "__inputs": kept,
        "__initialApiVersion": initial_version,
        "__fieldManager": field_manager,
    }


def annotate_secrets(obj: dict[str, Any], inputs: Any) -> dict[str, Any]:
    """Wrap, in place, the values of an object that are secret in its inputs, and all data of a Secret.

    A list with a secret in it becomes secret as a whole.
    """
    if obj.get("kind") == "Secret":
        for key in ("data", "stringData"):
            if key in obj and not isinstance(obj[key], Secret):
                obj[key] = Secret(obj[key])
        return obj
    for key, given in inputs.items() if isinstance(inputs, dict) else ():
        if key not in obj or isinstance(obj[key], Secret):
            continue
        if isinstance(obj[key], dict) and isinstance(given, dict):
            annotate_secrets(obj[key], given)
        elif has_secret(given):
            obj[key] = Secret(obj[key])
    return obj
