"""YAML as sigs.k8s.io/yaml writes it: each expected text is what that library wrote."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitopssets_provider.documents.yaml_reader import read_yaml
from gitopssets_provider.documents.yaml_writer import write_yaml, write_yaml_documents


def test_an_object_is_written_as_the_kubernetes_provider_renders_it() -> None:
    value = {
        "kind": "Deployment",
        "apiVersion": "apps/v1",
        "metadata": {"name": "web", "annotations": {}, "labels": {"app": "web", "on": "1.21", "rev": "12e4"}},
        "spec": {
            "replicas": 1,
            "template": {"spec": {"containers": [{"name": "c", "ports": [{"containerPort": 80}], "args": []}]}},
            "paused": False,
            "note": None,
        },
    }
    assert write_yaml(value) == (
        "apiVersion: apps/v1\n"
        "kind: Deployment\n"
        "metadata:\n"
        "  annotations: {}\n"
        "  labels:\n"
        "    app: web\n"
        '    "on": "1.21"\n'
        '    rev: "12e4"\n'
        "  name: web\n"
        "spec:\n"
        "  note: null\n"
        "  paused: false\n"
        "  replicas: 1\n"
        "  template:\n"
        "    spec:\n"
        "      containers:\n"
        "      - args: []\n"
        "        name: c\n"
        "        ports:\n"
        "        - containerPort: 80\n"
    )


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("plain", "plain"),
        ("", '""'),
        ("a b", "a b"),
        ("5m", "5m"),
        ("./x", "./x"),
        ("y", '"y"'),
        ("no", '"no"'),
        ("null", '"null"'),
        ("~", '"~"'),
        ("1", '"1"'),
        ("010", '"010"'),
        ("1e3", '"1e3"'),
        ("0x1F", '"0x1F"'),
        ("1_000", '"1_000"'),
        (".inf", '".inf"'),
        ("12:30", '"12:30"'),
        ("1.2.3", "1.2.3"),
        ("2020-01-01", '"2020-01-01"'),
        ("2020-1-1T1:2:3Z", '"2020-1-1T1:2:3Z"'),
        ("2020-12-31 23:59:59.5", '"2020-12-31 23:59:59.5"'),
        ("2020-12-31 24:00:00", "2020-12-31 24:00:00"),
        ("2000-02-30", "2000-02-30"),
        ("1900-02-29", "1900-02-29"),
        ("0000-02-29", '"0000-02-29"'),
        ("<<", "<<"),
        ("=", "="),
        ("- a", "'- a'"),
        ("-a", "-a"),
        ("-", "'-'"),
        ("?a", "?a"),
        ("? a", "'? a'"),
        (":a", ":a"),
        ("a:", "'a:'"),
        ("a: b", "'a: b'"),
        ("a:b", "a:b"),
        ("#a", "'#a'"),
        ("a #b", "'a #b'"),
        ("a#b", "a#b"),
        ("---a", "'---a'"),
        ("...", "'...'"),
        ("{{ x }}", "'{{ x }}'"),
        ("x{{ y }}", "x{{ y }}"),
        ("*", "'*'"),
        ("it's", "it's"),
        ("'", "''''"),
        ('"', "'\"'"),
        ("@x", "'@x'"),
        (" a", "' a'"),
        ("a ", "'a '"),
        ("a\tb", '"a\\tb"'),
        ("a\rb", '"a\\rb"'),
        ("\x1b", '"\\e"'),
        ("\\", "\\"),
        ("é", "é"),
        ("a\xa0b", "a\xa0b"),
        ("😀", '"\\U0001F600"'),
        ("\ufeffab", '"\\uFEFF\\x61\\x62"'),
        ("a\u2028b", "'a\u2028  b'"),
        ("a\u2028 b", '"a\\L b"'),
        ("a\nb", "|-\n  a\n  b"),
        ("a\nb\n", "|\n  a\n  b"),
        ("a\n\n", "|+\n  a\n"),
        ("\n", "|2+\n"),
        ("\na", "|2-\n\n  a"),
        ("  a\nb", "|2-\n    a\n  b"),
        ("a \nb", '"a \\nb"'),
        ("a\nb ", '"a\\nb "'),
        ("a\n\tb", '"a\\n\\tb"'),
        (True, "true"),
        (None, "null"),
        (0, "0"),
        (-5, "-5"),
        (3.0, "3"),
        (1.5, "1.5"),
        (-0.0, "0"),
        (1234567.5, "1.2345675e+06"),
        (123456.5, "123456.5"),
        (1e20, "1e+20"),
        (1e21, "1e+21"),
        (1e15, "1000000000000000"),
        (0.0001, "0.0001"),
        (0.00001, "1e-05"),
        (5e-324, "5e-324"),
        (9007199254740992, "9007199254740992"),
        ({}, "{}"),
        ([], "[]"),
    ],
)
def test_a_value_is_written_as_go_writes_it(value: Any, written: str) -> None:
    assert write_yaml({"k": value}) == f"k: {written}\n"


def test_keys_stand_in_the_order_that_people_expect() -> None:
    keys = ["_x", "9", "10", "A", "Z", "a-b", "a.b", "a2", "a10", "ab", "b", "z"]
    assert list(read_yaml(write_yaml(dict.fromkeys(reversed(keys), 1)))[0].value) == keys


def test_a_number_in_a_key_counts_with_the_digits_before_it() -> None:
    keys = ["a1", "a09", "a10", "a010", "a100", "a10b"]
    assert list(read_yaml(write_yaml(dict.fromkeys(reversed(keys))))[0].value) == keys


def test_lists_in_lists_and_mappings_in_lists_begin_on_their_line() -> None:
    value = {"l": [[1, [2]], {"b": 1, "a": {"c": []}}, [], {}]}
    assert write_yaml(value) == "l:\n- - 1\n  - - 2\n- a:\n    c: []\n  b: 1\n- []\n- {}\n"


def test_plain_text_is_folded_at_column_80() -> None:
    assert write_yaml({"k": "x " * 60 + "y"}) == "k: " + "x " * 39 + "x" + "\n  " + "x " * 20 + "y\n"
    assert write_yaml(["x " * 45 + "y"]) == "- " + "x " * 39 + "x" + "\n  " + "x " * 5 + "y\n"


def test_quoted_text_is_folded_too_and_double_quotes_keep_further_spaces() -> None:
    assert write_yaml({"k": "'" + " x" * 50}) == "k: '''" + " x" * 38 + "\n  " + "x " * 11 + "x'\n"
    long = "\t" + "x" * 80
    assert write_yaml({"k": f"{long}  y"}) == f'k: "\\t{long[1:]}\n  \\ y"\n'


def test_a_word_that_never_ends_is_not_folded() -> None:
    assert write_yaml({"k": "x" * 200}) == "k: " + "x" * 200 + "\n"


def test_a_long_key_and_one_with_a_line_break_stand_behind_a_question_mark() -> None:
    assert write_yaml({"x" * 129: {"a": 1}}) == "? " + "x" * 129 + "\n: a: 1\n"
    assert write_yaml({"x" * 129: [1, 2]}) == "? " + "x" * 129 + "\n: - 1\n  - 2\n"
    assert write_yaml({"a\nb": 1}) == "? |-\n  a\n  b\n: 1\n"
    assert write_yaml({"x" * 128: 1}) == "x" * 128 + ": 1\n"


def test_a_value_that_is_no_mapping_stands_alone() -> None:
    assert [write_yaml(value) for value in (None, "a", [1], {})] == ["null\n", "a\n", "- 1\n", "{}\n"]


def test_documents_are_separated() -> None:
    assert write_yaml_documents([{"a": 1}, {"b": 2}]) == "a: 1\n---\nb: 2\n"
    assert write_yaml_documents([]) == ""


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_json_does_not_know_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="no JSON value"):
        write_yaml({"k": value})


def test_objects_of_python_are_refused() -> None:
    with pytest.raises(TypeError, match="object is no JSON value"):
        write_yaml({"k": object()})


PIECES = st.sampled_from(
    [
        "a", "b:", "#c", " ", "  ", "\n", "\n\n", "-", "- ", "? ", ": ", "'", '"', "{", "}", "[", "]", "&", "*", "!",
        "|", ">", "%", "@", "`", "y", "no", "null", "~", "1", "0x1F", "1e3", ".5", "1_000", "12:30", "2001-01-01", "é",
        "😀", "\u2028", "\u2029", "\ufeff", "\t", "\r", "\x85", "\xa0", "\\", "long words here and there", "<<", "=",
        "---", "...", "{{ .x }}", "0", "A10", "a2", "\x1b", ",", "٣",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=12).map("".join) | st.text(st.characters(codec="utf-8"), max_size=20)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(-(2.0**53), 2.0**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (9223372036854775808.0, "9223372036854776000"),
        (-9223372036854775808.0, "-9.223372036854776e+18"),
        (9007199254740994.0, "9007199254740994"),
        (1e19, "10000000000000000000"),
        (1e20, "1e+20"),
    ],
)
def test_a_whole_number_beyond_the_exact_ones_has_the_digits_of_its_json(value: float, text: str) -> None:
    assert write_yaml(value) == f"{text}\n"


@given(VALUES)
def test_what_is_written_is_read_back(value: Any) -> None:
    (document,) = read_yaml(write_yaml(value)) or [None]
    assert document is not None
    assert document.value == value


@given(st.dictionaries(TEXTS, st.integers(), max_size=6))
def test_equal_values_give_equal_bytes(value: dict[str, int]) -> None:
    assert write_yaml(value) == write_yaml(dict(reversed(value.items())))
