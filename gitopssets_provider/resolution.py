"""Resolution: deferred leaves become Pulumi outputs, outputs in what people wrote become opaque values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from gitopssets_provider.errors import DefinitionError, GitOpsSetsError, Problems
from gitopssets_provider.model.base import Model
from gitopssets_provider.model.deferred import Deferred, Opaque
from gitopssets_provider.model.manifest import Manifest
from gitopssets_provider.model.plan import Plan

__all__ = ["SECRET_KEYS", "hide_outputs", "opaque", "resolve"]

SECRET_KEYS = ("data", "stringData")


def opaque(value: Any) -> Opaque | None:
    """Return a Pulumi output as an opaque value, None for anything else."""
    if not isinstance(value, pulumi.Output):
        return None
    return Opaque(value, label="a pulumi.Output", secret=False, known=False)


def hide_outputs(value: Any) -> Any:
    """Return the value with each output in it made opaque: leaves may hold it, and whatever decides structure refuses
    it with its path. What holds no output is returned as it is.
    """
    try:
        return _hidden(value)
    except RecursionError:
        raise DefinitionError("a value holds itself, or is nested without end", remedy="make it a tree") from None


def _hidden(value: Any) -> Any:
    if isinstance(value, pulumi.Output):
        return opaque(value)
    if isinstance(value, Mapping):
        items = {key: _hidden(item) for key, item in value.items()}
        return items if any(items[key] is not value[key] for key in value) else value
    if isinstance(value, list | tuple):
        hidden = [_hidden(item) for item in value]
        if all(new is old for new, old in zip(hidden, value, strict=True)):
            return value
        return hidden if isinstance(value, list) else tuple(hidden)
    if isinstance(value, Model):
        fields = {name: getattr(value, name) for name in type(value).model_fields}
        changed = {name: new for name, old in fields.items() if (new := _hidden(old)) is not old}
        return value.model_copy(update=changed) if changed else value
    return value


def resolve(plan: Plan) -> dict[str, list[dict[str, Any]]]:
    """Return, by set, what its objects are registered with, in the order of registration.

    A leaf that cannot be computed although all it needs is known is an error here, before anything is registered.
    """
    problems = Problems()
    resolved: dict[str, list[dict[str, Any]]] = {}
    for planned in plan.sets:
        objects = resolved[planned.resource] = []
        for manifest in planned.registration:
            with problems.catch(file=planned.place):
                objects.append(_object(manifest))
    problems.raise_if_any()
    return resolved


def _object(manifest: Manifest) -> dict[str, Any]:
    path = f"spec.{manifest.template}"
    try:
        properties: dict[str, Any] = _resolved(manifest.object, path)
    except GitOpsSetsError as error:
        raise error.at(path) from None
    if manifest.key.kind != "Secret" or manifest.key.group:
        return properties
    secret = {key: pulumi.Output.secret(properties[key]) for key in SECRET_KEYS if key in properties}
    return {**properties, **secret}


def _resolved(value: Any, path: str) -> Any:
    """Return the value with outputs for deferred leaves; what holds none is returned as it is, not copied."""
    kind = type(value)
    if kind is dict:
        changed = {key: new for key, old in value.items() if (new := _resolved(old, path)) is not old}
        return {**value, **changed} if changed else value
    if kind is list:
        items = [_resolved(item, path) for item in value]
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    return _output(value, path) if kind is Deferred else value


def _output(deferred: Deferred, path: str) -> Any:
    value = deferred.reveal() if deferred.known else _computed_later(deferred, path)
    return pulumi.Output.secret(value) if deferred.secret else value


def _computed_later(deferred: Deferred, path: str) -> pulumi.Output[Any]:
    """Compute a leaf when its outputs are known; secret ones make it a secret."""

    def evaluate(values: Sequence[Any]) -> Any:
        try:
            return deferred.evaluate([_whole(value) for value in values])
        except GitOpsSetsError as error:
            raise pulumi.RunError(str(error.at(path))) from None

    return pulumi.Output.all(*(opaque.handle for opaque in deferred.inputs)).apply(evaluate)


def _whole(value: Any) -> Any:
    """Return the value with integers where the engine, which knows only floating point, made 8080.0 of 8080."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return value
