from __future__ import annotations

import pytest
from google.protobuf import json_format, struct_pb2

from gitopssets_provider.engine.values import SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN, Secret
from gitopssets_provider.engine.wire import (
    UNKNOWN_SENTINEL,
    UnsupportedValueError,
    dependencies_of,
    read_struct,
    write_struct,
)

OUTPUT = {SIGNATURE_KEY: "d0e6a833031e9bbcd3f4e8bde6ca49a4"}


def struct(**values: object) -> struct_pb2.Struct:
    return json_format.ParseDict(values, struct_pb2.Struct())


def test_values_come_back_as_they_were_written() -> None:
    values = {
        "text": "a",
        "yes": True,
        "nothing": None,
        "list": [1, [], {}],
        "map": {"a": {"b": 1.5}},
        "secret": Secret({"password": ["hush", UNKNOWN]}),
        "unknown": UNKNOWN,
    }
    assert read_struct(write_struct(values)) == values


def test_integral_numbers_become_integers_as_far_as_floats_are_exact() -> None:
    found = read_struct(struct(a=3.0, b=-0.5, c=2.0**53, d=2.0**54))
    assert found == {"a": 3, "b": -0.5, "c": 2**53, "d": 2.0**54}
    assert {key: type(value) for key, value in found.items()} == {"a": int, "b": float, "c": int, "d": float}


def test_a_secret_is_marked_on_the_wire() -> None:
    written = json_format.MessageToDict(write_struct({"a": Secret("x"), "b": UNKNOWN}))
    assert written == {"a": {SIGNATURE_KEY: SECRET_SIGNATURE, "value": "x"}, "b": UNKNOWN_SENTINEL}


def test_an_output_is_its_value_a_secret_or_not_known_yet() -> None:
    found = read_struct(
        struct(
            known={**OUTPUT, "value": {"a": 1}, "dependencies": ["urn:1"]},
            secret={**OUTPUT, "value": "x", "secret": True},
            unknown={**OUTPUT, "secret": True},
        )
    )
    assert found == {"known": {"a": 1}, "secret": Secret("x"), "unknown": UNKNOWN}


def test_outputs_tell_what_each_property_depends_on() -> None:
    deep = {**OUTPUT, "value": [{**OUTPUT, "dependencies": ["urn:2"]}], "dependencies": ["urn:1"]}
    assert dependencies_of(struct(a={"x": [deep]}, b="plain")) == {"a": {"urn:1", "urn:2"}}


@pytest.mark.parametrize(
    ("signature", "what"),
    [("c44067f5952c0a294b673a41bacd8c17", "an asset"), ("0def7320c3a5731c473e5ecbe6d01bc7", "an archive")],
)
def test_assets_are_not_supported(signature: str, what: str) -> None:
    with pytest.raises(UnsupportedValueError, match=what):
        read_struct(struct(a=[{SIGNATURE_KEY: signature, "text": "x"}]))
