"""The types of YAML scalars, each as kubectl reads it."""

from __future__ import annotations

from typing import Any

import pytest

from gitopssets_provider.documents.yaml_types import (
    ScalarError,
    key_text,
    number_text,
    number_value,
    plain_value,
    tagged_value,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[(word, True) for word in ("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON")],
        *[(word, False) for word in ("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF")],
        *[(word, None) for word in ("", "~", "null", "Null", "NULL")],
        ("010", 8),
        ("0o10", 8),
        ("0o_7", 7),
        ("-017", -15),
        ("0777", 511),
        ("08", 8),
        ("0x1F", 31),
        ("-0x1F", -31),
        ("0b101", 5),
        ("-0b11", -3),
        ("+1", 1),
        ("1_000", 1000),
        ("1_", 1),
        ("1e3", 1000),
        ("1E5", 100000),
        ("1.e+3", 1000),
        ("12345e7", 123450000000),
        ("1.0", 1),
        ("-0.0", 0),
        ("1.", 1),
        (".5", 0.5),
        ("+.5", 0.5),
        (".5e3", 500),
        (".1_0", 0.1),
        ("1e-3", 0.001),
        ("1.10", 1.1),
        ("9007199254740993", 9007199254740993),
        ("9223372036854775807", 9223372036854775807),
        ("9223372036854775808", 9.223372036854775808e18),
        ("123456789012345678901", 1.2345678901234568e20),
        ("1e21", 1e21),
    ],
)
def test_a_plain_scalar_has_the_type_that_go_yaml_gives_it(text: str, value: Any) -> None:
    read = plain_value(text)
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    "text",
    ["yEs", "nO", "2020-01-01", "1:30", "190:20:30.15", "0o8", "0b12", "0x", "0b", "_1", ".", ".e5", "1e", "1e999",
     "=", "<<", "Infinity", "nan", "1.2.3", "v1", "-", "+", "0x1.8p3", "._5", ".5_", ".1__0",
     "1,000", "٣", "9" * 5000 + "x"],
)  # fmt: skip
def test_a_plain_scalar_that_go_yaml_takes_for_text_is_text(text: str) -> None:
    assert plain_value(text) == text


def test_digits_without_end_are_no_integer() -> None:
    assert plain_value("9" * 5000) == "9" * 5000
    assert number_value("9" * 300) == float("9" * 300)


@pytest.mark.parametrize(
    ("tag", "text", "value"),
    [
        ("str", "5", "5"),
        ("int", "5", 5),
        ("int", "1_0", 10),
        ("float", "5", 5),
        ("float", "1.5", 1.5),
        ("bool", "yes", True),
        ("null", "", None),
        ("timestamp", "2001-01-01", "2001-01-01"),
        ("binary", "aGVs\n bG8=", "hello"),
        ("omap", "x", "x"),
    ],
)
def test_a_tag_decides_the_type(tag: str, text: str, value: Any) -> None:
    assert tagged_value(f"tag:yaml.org,2002:{tag}", text) == value


def test_a_tag_of_somebody_else_says_nothing() -> None:
    assert tagged_value("!foo", "5") == "5"


@pytest.mark.parametrize(
    ("tag", "text"),
    [("int", "x"), ("int", "1.5"), ("int", "true"), ("bool", "1"), ("null", "x"), ("float", "x"), ("binary", "////"),
     ("binary", "!")],
)  # fmt: skip
def test_a_value_that_does_not_fit_its_tag_is_refused(tag: str, text: str) -> None:
    with pytest.raises(ScalarError):
        tagged_value(f"tag:yaml.org,2002:{tag}", text)


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "true"), (False, "false"), (8080, "8080"), (-1, "-1"), (1.5, "1.5"), (2.0, "2"), (1234567.5, "1234567.5"),
     (0.00001, "0.00001"), (1e-7, "1e-07"), (1e21, "1e+21"), (1e20, "100000000000000000000"), (0.1, "0.1"),
     (float("inf"), ".inf"), (float("-inf"), "-.inf"), (float("nan"), ".nan")],
)  # fmt: skip
def test_a_number_or_boolean_is_spelled_as_yaml_does(value: bool | float, text: str) -> None:
    assert number_text(value) == text


def test_a_key_that_is_no_string_becomes_the_string_json_has_in_its_place() -> None:
    assert [key_text(key) for key in ("a", True, 16, 1.5)] == ["a", "true", "16", "1.5"]


def test_a_null_key_is_refused() -> None:
    with pytest.raises(ScalarError, match="a key is null"):
        key_text(None)
