from __future__ import annotations

from typing import Any

import pytest

from gitopssets_provider.engine.property_json import BYTE_STRING_SIGNATURE, PropertyReader, PropertyWriter
from gitopssets_provider.engine.values import SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN, Secret
from gitopssets_provider.errors import StackError


def seal(text: str) -> str:
    return f"sealed:{text}"


def unseal(text: str) -> str:
    return text.removeprefix("sealed:")


def sealed(text: str) -> dict[str, Any]:
    return {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": seal(text)}


VALUES: list[Any] = [
    None,
    True,
    5,
    1.5,
    "text",
    [],
    {},
    [1, {"a": None}],
    UNKNOWN,
    Secret("hush"),
    {"list": [Secret({"b": [1, None]})]},
    Secret({"outer": Secret("inner")}),
    Secret(None),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_comes_back_as_it_was_written(value: Any) -> None:
    assert PropertyReader(unseal).read(PropertyWriter(seal).write(value)) == value


def test_a_secret_is_encrypted_as_go_writes_its_json() -> None:
    assert PropertyWriter(seal).write(Secret({"b": 1.0, "a": "<é>"})) == sealed('{"a":"\\u003cé\\u003e","b":1}')


def test_keys_are_sorted_at_every_depth() -> None:
    assert list(PropertyWriter(seal).write({"b": {"y": 1, "x": 2}, "a": 0})["b"]) == ["x", "y"]


def test_without_a_key_secrets_are_written_in_the_clear() -> None:
    written = PropertyWriter(None).write({"p": Secret("hush")})
    assert written == {"p": {SIGNATURE_KEY: SECRET_SIGNATURE, "plaintext": '"hush"'}}
    assert PropertyReader(None).read(written) == {"p": Secret("hush")}


def test_a_secret_nobody_can_open_stays_a_secret_with_an_unknown_value() -> None:
    assert PropertyReader(None).read({"p": sealed('"x"')}) == {"p": Secret(UNKNOWN)}


def test_objects_with_other_signatures_are_kept_as_they_are_and_byte_strings_noticed() -> None:
    value = {SIGNATURE_KEY: BYTE_STRING_SIGNATURE, "value": "/w=="}
    for wrapped in (value, Secret([value])):
        writer = PropertyWriter(seal)
        assert PropertyReader(unseal).read(writer.write(wrapped)) == wrapped
        assert writer.byte_strings


@pytest.mark.parametrize(
    "fields",
    [{}, {"ciphertext": "x", "plaintext": "y"}, {"ciphertext": 5}, {"plaintext": "no json"}],
    ids=["neither", "both", "no text", "no JSON"],
)
def test_a_damaged_secret_is_an_error(fields: dict[str, Any]) -> None:
    with pytest.raises(StackError, match="a secret is damaged"):
        PropertyReader(unseal).read({SIGNATURE_KEY: SECRET_SIGNATURE, **fields})
