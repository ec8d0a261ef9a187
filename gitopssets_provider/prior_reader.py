"""Reads the state before this run from the engine, on either engine, before anything is registered."""

from __future__ import annotations

from typing import Any, Final

import grpc
import pulumi
from google.protobuf import struct_pb2
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.proto import resource_pb2

from gitopssets_provider.errors import StackError
from gitopssets_provider.prior_state import PriorResource

__all__ = ["read_prior_resources"]

_READ: Final = "pulumi:pulumi:readStackResourceOutputs"
# Marks a secret in Pulumi's wire format; what it wraps stands under "value".
_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"


def read_prior_resources(monitor: Any) -> list[PriorResource]:
    """Return the resources of the stack's state; of their outputs only what identifies them is kept.

    A state that cannot be read is an error, never an empty one. In a program's unit test (``set_mocks``) there is none.
    """
    if isinstance(monitor, MockMonitor):
        return []
    stack = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    arguments = struct_pb2.Struct()
    arguments.update({"stackName": stack})
    try:
        answer = monitor.Invoke(resource_pb2.ResourceInvokeRequest(tok=_READ, args=arguments))
    except grpc.RpcError as error:
        raise StackError(f"the state of stack {stack} cannot be read: {error.details()}") from None
    for failure in answer.failures:
        raise StackError(f"the state of stack {stack} cannot be read: {failure.reason}")
    resources = _fields(getattr(answer, "return").fields.get("outputs"))
    if resources is None:
        raise StackError(f"the state of stack {stack} cannot be read: the engine's answer holds no resources")
    return [_resource(urn, value) for urn, value in resources.items()]


def _resource(urn: str, value: struct_pb2.Value) -> PriorResource:
    outputs = _fields((_fields(value) or {}).get("outputs")) or {}
    metadata = _fields(outputs.get("metadata")) or {}
    return PriorResource(
        urn,
        namespace=_text(metadata.get("namespace")),
        name=_text(metadata.get("name")),
        cluster_identifier=_text(outputs.get("clusterIdentifier")),
        render_directory=_text(outputs.get("renderYamlToDirectory")),
    )


def _fields(value: struct_pb2.Value | None) -> Any:
    """Return the fields of a mapping, None for anything else."""
    plain = _unwrap(value)
    return plain.struct_value.fields if plain is not None and plain.HasField("struct_value") else None


def _text(value: struct_pb2.Value | None) -> str:
    plain = _unwrap(value)
    return plain.string_value if plain is not None else ""


def _unwrap(value: struct_pb2.Value | None) -> struct_pb2.Value | None:
    """Return a value without the mark of a secret around it."""
    while value is not None and value.HasField("struct_value") and _SIGNATURE in value.struct_value.fields:
        value = value.struct_value.fields.get("value")
    return value
