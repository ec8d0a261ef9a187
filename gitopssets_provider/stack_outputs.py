"""Reads the outputs of other stacks in a program that runs, on either engine, before anything is registered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import grpc
from google.protobuf import struct_pb2
from pulumi.runtime.proto import resource_pb2

from gitopssets_provider.errors import SourceError
from gitopssets_provider.model.deferred import Opaque

__all__ = ["RunningStacks"]

_READ: Final = "pulumi:pulumi:readStackOutputs"
# Pulumi's wire format: a special value is an object with this key, and a secret is the one of this kind.
_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  a marker of the format, no password
_EXACT: Final = 2**53


@dataclass(slots=True)
class RunningStacks:
    """Asks the engine. A ``StackReference`` would be a resource, and its outputs come too late to plan with."""

    monitor: Any
    _answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def outputs(self, stack: str) -> Mapping[str, Any]:
        """Return the outputs of a stack; see :class:`~gitopssets_provider.sources.base.StackReader`."""
        if stack not in self._answers:
            self._answers[stack] = self._asked(stack)
        return self._answers[stack]

    def _asked(self, stack: str) -> Mapping[str, Any]:
        arguments = struct_pb2.Struct()
        arguments.update({"name": stack})
        try:
            answer = self.monitor.Invoke(resource_pb2.ResourceInvokeRequest(tok=_READ, args=arguments))
        except grpc.RpcError as error:
            raise SourceError(f"the outputs of the stack {stack} cannot be read: {error.details()}") from None
        for failure in answer.failures:
            raise SourceError(f"the outputs of the stack {stack} cannot be read: {failure.reason}")
        fields = getattr(answer, "return").fields
        if "outputs" not in fields:
            raise SourceError(f"the engine's answer holds no outputs of the stack {stack}")
        outputs = fields["outputs"].struct_value.fields
        secret = {item.string_value for item in fields["secretOutputNames"].list_value.values}
        return {name: _output(value, f"output {name} of {stack}", name in secret) for name, value in outputs.items()}


def _output(value: struct_pb2.Value, label: str, holds_secret: bool) -> Any:  # noqa: FBT001  one of two answers
    """Return an output; one that is said to hold a secret, which is nowhere marked, is a secret as a whole."""
    hidden: list[Opaque] = []
    found = _value(value, label, hidden)
    return Opaque(found, label=label, secret=True, known=True) if holds_secret and not hidden else found


def _value(value: struct_pb2.Value, label: str, hidden: list[Opaque]) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        fields = value.struct_value.fields
        if _SIGNATURE in fields:
            opaque = Opaque(_secret(fields, label), label=label, secret=True, known=True)
            hidden.append(opaque)
            return opaque
        return {key: _value(item, f"{label}.{key}", hidden) for key, item in fields.items()}
    if kind == "list_value":
        return [_value(item, f"{label}[{index}]", hidden) for index, item in enumerate(value.list_value.values)]
    if kind == "number_value":
        return _number(value.number_value)
    return getattr(value, kind) if kind in ("string_value", "bool_value") else None


def _secret(fields: Mapping[str, struct_pb2.Value], label: str) -> Any:
    """Return what a secret wraps, without the marks of further secrets in it."""
    if fields[_SIGNATURE].string_value != _SECRET:
        raise SourceError(f"{label} is an asset or a resource, which is no parameter")
    return _bare(_value(fields["value"], label, []))


def _bare(value: Any) -> Any:
    if isinstance(value, Opaque):
        return value.handle
    if isinstance(value, Mapping):
        return {key: _bare(item) for key, item in value.items()}
    return [_bare(item) for item in value] if isinstance(value, list) else value


def _number(value: float) -> float:
    """Return an integer where there was one: the engine knows only floating point."""
    return int(value) if value.is_integer() and abs(value) <= _EXACT else value
