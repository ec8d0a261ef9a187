from __future__ import annotations

import json

import pytest

from gitopssets_provider.engine.go_json import number_text, write_go_json


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (3, "3"),
        (1.0, "1"),
        (1.5, "1.5"),
        (1e-5, "0.00001"),
        (1e-7, "1e-7"),
        (1.5e-7, "1.5e-7"),
        (1e20, "100000000000000000000"),
        (12345678901234567890.0, "12345678901234567000"),
        (1e21, "1e+21"),
        (1.5e300, "1.5e+300"),
        (-0.0, "-0"),
    ],
)
def test_a_number_is_spelt_as_go_spells_it(number: float, text: str) -> None:
    assert number_text(number) == text


def test_text_is_compact_and_keeps_the_order_of_keys() -> None:
    assert write_go_json({"b": [1, True, None, {}], "a": []}) == '{"b":[1,true,null,{}],"a":[]}'


def test_indented_text_looks_as_the_cli_prints_it() -> None:
    assert (
        write_go_json({"a": [1, {}], "b": {}}, indent=4)
        == '{\n    "a": [\n        1,\n        {}\n    ],\n    "b": {}\n}'
    )


def test_angle_brackets_are_escaped_only_where_asked() -> None:
    assert write_go_json("<&>") == '"<&>"'
    assert write_go_json("<&>", html=True) == '"\\u003c\\u0026\\u003e"'


def test_line_separators_are_always_escaped_and_half_characters_replaced() -> None:
    assert write_go_json("é\u2028\ud800\x01\b") == '"é\\u2028\\ufffd\\u0001\\b"'


def test_what_is_written_reads_back_the_same() -> None:
    value = {"text": 'quote " and \\ and \n', "numbers": [0.1, 1e22, -5, 2**53], "nested": {"": [[]]}}
    assert json.loads(write_go_json(value, indent=2)) == value
