from __future__ import annotations

from typing import Any

import pytest

from gitopssets_provider.engine.declaration import Declaration
from gitopssets_provider.errors import StackError


def test_a_plain_value_is_a_default() -> None:
    assert Declaration.parse("t3.micro", own=True) == Declaration(fallback="t3.micro")
    assert Declaration.parse(["a"], own=True) == Declaration(fallback=["a"])


def test_a_plain_value_in_another_namespace_is_a_value() -> None:
    assert Declaration.parse("eu", own=False) == Declaration(fallback="eu")


def test_a_key_without_value_is_required() -> None:
    assert Declaration.parse(None, own=True).fallback is None


@pytest.mark.parametrize(
    ("kind", "accepted", "refused"),
    [
        ("string", ["x", ""], [["x"], {}]),
        ("integer", ["5", "-3", 7], ["5.5", "x", True, ["5"]]),
        ("boolean", ["true", "false"], ["True", "1"]),
        ("object", [{}, {"a": 1}], ["x", []]),
    ],
)
def test_a_type_accepts_what_pulumi_accepts(kind: str, accepted: list[Any], refused: list[Any]) -> None:
    declaration = Declaration(type=kind)
    assert all(map(declaration.accepts, accepted))
    assert not any(map(declaration.accepts, refused))


def test_arrays_are_checked_element_by_element_and_named_as_pulumi_does() -> None:
    declaration = Declaration.parse(
        {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}}, own=True
    )
    assert declaration.type_name == "array<array<integer>>"
    assert declaration.accepts([[1, "2"], []])
    assert not declaration.accepts([[1, "x"]])
    assert not declaration.accepts([1])


@pytest.mark.parametrize(
    ("value", "own", "message"),
    [
        ({"typ": "string"}, True, 'unknown key "typ"; did you mean "type"?'),
        ({"type": "strin"}, True, 'type: unknown type "strin"; did you mean "string"?'),
        ({"type": "array"}, True, "is an array of nothing"),
        ({"type": "integer", "default": "x"}, True, "default: the default is not of type integer"),
        ({"default": 1, "value": 2}, True, 'has both "default" and "value"'),
        (1.5, True, "a fraction cannot be given in short; write {default: 1.5}"),
        ({"type": "string"}, False, "belongs to another namespace"),
        ({"default": "x"}, False, "belongs to another namespace"),
        (None, False, "belongs to another namespace"),
    ],
)
def test_a_declaration_that_contradicts_itself_is_refused(value: Any, own: bool, message: str) -> None:
    with pytest.raises(StackError) as caught:
        Declaration.parse(value, own=own)
    assert message in str(caught.value)
