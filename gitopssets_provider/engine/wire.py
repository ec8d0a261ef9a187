"""Property values on the wire: protobuf structs, in which special values are objects with a signature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from google.protobuf import struct_pb2

from gitopssets_provider.engine.values import SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN, Secret, number

__all__ = ["UNKNOWN_SENTINEL", "UnsupportedValueError", "dependencies_of", "read_struct", "read_value", "write_struct"]

UNKNOWN_SENTINEL: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_OUTPUT_SIGNATURE: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_UNSUPPORTED: Final = {
    "c44067f5952c0a294b673a41bacd8c17": "an asset",
    "0def7320c3a5731c473e5ecbe6d01bc7": "an archive",
}


class UnsupportedValueError(ValueError):
    """Signals a kind of value that only the Pulumi CLI can handle."""


def read_struct(struct: struct_pb2.Struct) -> dict[str, Any]:
    """Return the property values of a struct; integral numbers become integers, for that is how they are written."""
    return {key: read_value(value) for key, value in struct.fields.items()}


def read_value(value: struct_pb2.Value) -> Any:
    """Return one property value."""
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        text = value.string_value
        return UNKNOWN if text == UNKNOWN_SENTINEL else text
    if kind == "struct_value":
        members = read_struct(value.struct_value)
        return _special(members) if SIGNATURE_KEY in members else members
    if kind == "list_value":
        return [read_value(item) for item in value.list_value.values]
    if kind == "number_value":
        return number(value.number_value)
    return value.bool_value if kind == "bool_value" else None


def _special(members: dict[str, Any]) -> Any:
    signature = members[SIGNATURE_KEY]
    if signature == SECRET_SIGNATURE:
        return Secret(members.get("value"))
    if signature == _OUTPUT_SIGNATURE:
        value = members.get("value", UNKNOWN)
        return Secret(value) if members.get("secret") and value is not UNKNOWN else value
    if signature in _UNSUPPORTED:
        raise UnsupportedValueError(_UNSUPPORTED[signature])
    return members


def dependencies_of(struct: struct_pb2.Struct) -> dict[str, set[str]]:
    """Return, for each top-level key that holds outputs, the resources those depend on."""
    found: dict[str, set[str]] = {}
    for key, value in struct.fields.items():
        urns: set[str] = set()
        _collect(value, urns)
        if urns:
            found[key] = urns
    return found


def _collect(value: struct_pb2.Value, urns: set[str]) -> None:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        fields = value.struct_value.fields
        if SIGNATURE_KEY in fields and fields[SIGNATURE_KEY].string_value == _OUTPUT_SIGNATURE:
            urns.update(item.string_value for item in fields["dependencies"].list_value.values)
        for member in fields.values():
            _collect(member, urns)
    elif kind == "list_value":
        for item in value.list_value.values:
            _collect(item, urns)


def write_struct(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """Return a struct of property values, secrets and unknowns marked as such."""
    struct = struct_pb2.Struct()
    _write_members(values, struct)
    return struct


def _write_members(values: Mapping[str, Any], struct: struct_pb2.Struct) -> None:
    fields = struct.fields
    for key, value in values.items():
        _write(value, fields[key])


def _write(value: Any, target: struct_pb2.Value) -> None:
    if isinstance(value, str):
        target.string_value = value
    elif isinstance(value, dict):
        target.struct_value.SetInParent()
        _write_members(value, target.struct_value)
    elif isinstance(value, list):
        target.list_value.SetInParent()
        for item in value:
            _write(item, target.list_value.values.add())
    elif isinstance(value, bool):
        target.bool_value = value
    elif isinstance(value, int | float):
        target.number_value = value
    elif isinstance(value, Secret):
        _write_members({SIGNATURE_KEY: SECRET_SIGNATURE, "value": value.value}, target.struct_value)
    elif value is UNKNOWN:
        target.string_value = UNKNOWN_SENTINEL
    else:
        target.null_value = struct_pb2.NullValue.NULL_VALUE
