"""JSON of people and of attackers."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitopssets_provider.documents.json_reader import read_json
from gitopssets_provider.errors import DefinitionError


def test_json_is_read_and_whole_numbers_are_integers() -> None:
    value = read_json(b'\xef\xbb\xbf{"a": [1, 8080.0, 1.5, 1e3, -0.0, true, null, "\\ud83d\\ude00"]}')
    assert value == {"a": [1, 8080, 1.5, 1000, 0, True, None, "😀"]}
    assert [type(item) for item in value["a"][:5]] == [int, int, float, int, int]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1,\n "a": 2}', 'f.json: the key "a" is written twice; remove one of them'),
        ('{\n"a": 1,\n}', "f.json:3: is no JSON: "),
        ("", "f.json:1: is no JSON: Expecting value"),
        ('{"a": 1} x', "f.json:1: is no JSON: Extra data"),
        ("{'a': 1}", "f.json:1: is no JSON: "),
        ("// c\n{}", "f.json:1: is no JSON: "),
        ('{"a": NaN}', "f.json: holds NaN, which is no JSON"),
        ('{"a": -Infinity}', "f.json: holds -Infinity, which is no JSON"),
        ('{"a": 1e999}', "f.json: holds the number 1e999, which is out of range"),
        ('{"a": "\\ud800"}', "f.json: holds half a surrogate pair, which is no character"),
        ('["\\udc00x"]', "f.json: holds half a surrogate pair, which is no character"),
        ('{"a": "\x00"}', "f.json:1: is binary or holds a control character (U+0000)"),
        ('["a\nb"]', "f.json:1: is no JSON: Invalid control character"),
        ("[\n" * 31 + "]" * 31, "f.json:31: is nested deeper than 30 levels"),
    ],
)
def test_what_is_no_json_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        read_json(text, file="f.json")
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    "text", ["[" * 1_000_000, '{"a":' * 200_000, '"' + '\\"' * 500_000, "[" + "9" * 1_000_000 + "]"]
)
def test_what_never_ends_is_refused_at_once(text: str) -> None:
    began = time.process_time()
    with pytest.raises(DefinitionError):
        read_json(text)
    assert time.process_time() - began < 3


def test_brackets_in_strings_are_not_counted() -> None:
    assert read_json('["' + "[" * 100 + '\\"]"]') == ["[" * 100 + '"]']


def test_long_integers_become_floats_as_in_yaml() -> None:
    assert read_json("[9223372036854775807, 9223372036854775808]") == [9223372036854775807, 9.223372036854775808e18]


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufffe\uffff\ufeff")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text('abc"\\{[', max_size=4), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_python_writes_is_read_back(value: Any) -> None:
    assert read_json(json.dumps(value, ensure_ascii=False)) == value
    assert read_json(json.dumps(value, indent=1)) == value
