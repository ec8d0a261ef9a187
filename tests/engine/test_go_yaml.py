from __future__ import annotations

from typing import Any

import pytest

from gitopssets_provider.engine.go_yaml import read_go_yaml
from gitopssets_provider.errors import StackError


def read(text: str) -> Any:
    return read_go_yaml(text.encode(), file="Pulumi.yaml")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("False", False),
        ("no", "no"),
        ("on", "on"),
        ("~", None),
        ("null", None),
        ("5", 5),
        ('"5"', "5"),
        ("!!str 5", "5"),
        ("+5", 5),
        ("010", 8),
        ("-0o17", -15),
        ("08", 8),
        ("0x1F", 31),
        ("0b101", 5),
        ("1_000", 1000),
        ("18446744073709551615", 18446744073709551615),
        ("1e3", 1000),
        ("1.0", 1),
        ("1.10", 1.1),
        (".5", 0.5),
        ("1.2.3", "1.2.3"),
        ("2001-01-01", "2001-01-01 00:00:00 +0000 UTC"),
        ("2001-01-01T10:00:00Z", "2001-01-01 10:00:00 +0000 UTC"),
        ("2001-01-01T10:00:00.50+02:00", "2001-01-01 10:00:00.5 +0200 +0200"),
        ("2001-01-01 10:00:00", "2001-01-01 10:00:00 +0000 UTC"),
        ("2001-13-01", "2001-13-01"),
        ("'2001-01-01'", "2001-01-01"),
    ],
)
def test_a_scalar_has_the_type_the_cli_gives_it(text: str, value: Any) -> None:
    found = read(f"key: {text}")["key"]
    assert found == value
    assert type(found) is type(value)


def test_an_empty_file_is_nothing() -> None:
    assert read("") is None
    assert read("# only a comment\n") is None


def test_a_byte_order_mark_is_skipped() -> None:
    assert read_go_yaml(b"\xef\xbb\xbfname: x", file="f") == {"name": "x"}


def test_only_the_first_document_counts() -> None:
    assert read("a: 1\n---\nb: 2\n") == {"a": 1}


def test_keys_become_texts_and_merges_give_way_to_own_keys() -> None:
    assert read("base: &b {k: 1, l: 2}\nuse: {<<: *b, l: 3, 1: x, true: y}")["use"] == {
        "k": 1,
        "l": 3,
        "1": "x",
        "true": "y",
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2", 'Pulumi.yaml:2: has the key "a" twice'),
        ("a: [", "Pulumi.yaml:2: is no YAML"),
        ("a:\n\t- b", "Pulumi.yaml:2: is no YAML"),
        ("? [a]\n: b", "Pulumi.yaml:1: has a key that is no scalar"),
        ("a: &a [*a]", "is nested deeper than 64"),
        ("a: " + "[" * 100 + "]" * 100, "is nested deeper than 64"),
        ("[" * 100_000, "is no YAML"),
        ("a: {<<: 5}", "merges something that is no mapping"),
    ],
)
def test_what_is_no_good_yaml_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(StackError) as caught:
        read(text)
    assert message in str(caught.value)


def test_binary_content_is_refused() -> None:
    with pytest.raises(StackError, match=r"Pulumi\.yaml: is no YAML"):
        read_go_yaml(b"a: \x00\xff", file="Pulumi.yaml")


def test_aliases_cannot_multiply_without_bound() -> None:
    levels = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 10))
    with pytest.raises(StackError, match="1,000,000 values"):
        read(f"l0: &l0 x\n{levels}")
