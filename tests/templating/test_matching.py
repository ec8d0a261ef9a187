"""Regular expressions find what Python's find, and end."""

from __future__ import annotations

import contextlib
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitopssets_provider.templating.fault import Fault
from gitopssets_provider.templating.matching import find_all, search
from gitopssets_provider.templating.patterns import compile_pattern

PATTERNS = [
    "a",
    "",
    "a|b",
    "a|",
    "a*",
    "a+?b",
    "(a)(b)?",
    "(?:ab)+",
    "(?P<x>a)(?<y>b)",
    "[a-c]+",
    "[^a-c]+",
    "[]a]",
    "[^]a]",
    "[a\\]]",
    "[[a]",
    ".",
    "^a",
    "b$",
    "\\bab\\b",
    "a\\Bb",
    "\\d+\\.\\d+",
    "\\w+",
    "\\s+",
    "\\D\\W\\S",
    "a{2}",
    "a{2,}",
    "a{1,3}",
    "a{1,3}?",
    "a{0}b",
    "a{,2}",
    "{a}",
    "a\\|b",
    "(?i)AB",
    "(?s)a.b",
    "(?m)^b$",
    "\\Aab\\Z",
    "\\x61\\u0062",
    "(a|ab)(c|bcd)(d*)",
    "(a*)(a|aa)",
    "v?(\\d+)(?:\\.(\\d+))?",
    "\\n",
    "é",
]


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize(
    "text", ["", "a", "ab", "aab", "abcd", "aaaa", "ba\nb", "a\nb", "x a|b {a} ]", "v1.20.3", "é é", "AB", "a{,2}"]
)
def test_it_finds_what_python_finds(pattern: str, text: str) -> None:
    python = pattern.replace("(?<y>", "(?P<y>").replace("[[a]", "[\\[a]").replace("a{,2}", "a\\{,2}")
    python = re.sub(r"(?<!m\)\^b)\$", r"\\Z", python)
    expected = [match.span() for match in re.finditer(python, text, re.ASCII)]
    assert [match.spans[:2] for match in find_all(compile_pattern(pattern), text)] == expected
    first = re.compile(python, re.ASCII).search(text)
    found = search(compile_pattern(pattern), text)
    assert (found and found.groups()) == (first and list(first.groups()))


@given(st.text("ab-/_.1", max_size=30))
def test_it_replaces_what_python_replaces(text: str) -> None:
    for pattern in ("[^a-z0-9]+", "(a|b)+", "-*", "(?:[a-z]+-)*[a-z]+", "^.*/([^/]+)$"):
        spans = [match.spans[:2] for match in find_all(compile_pattern(pattern), text)]
        assert spans == [match.span() for match in re.finditer(pattern, text)]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^(a+)+$", "a" * 5000 + "!"),
        ("(a|a)*b", "a" * 5000),
        ("(.*)*x", "a" * 5000),
        ("(x+x+)+y", "x" * 5000),
        (".*.*.*.*=", "a" * 5000),
        ("(?:a?){100}a{100}", "a" * 100),
        ("(a*)*", "b" * 5000),
        ("([a-z]+)*$", "a" * 5000 + "1"),
    ],
)
def test_no_pattern_is_endless(pattern: str, text: str) -> None:
    began = time.process_time()
    with contextlib.suppress(Fault):
        search(compile_pattern(pattern), text)
    assert time.process_time() - began < 3


def test_many_matches_share_one_bound() -> None:
    with pytest.raises(Fault, match="too many attempts"):
        list(find_all(compile_pattern("a*b|a"), "a" * 100_000))


@pytest.mark.parametrize(
    ("pattern", "fact"),
    [
        ("(a)\\1", "is not supported here"),
        ("(?=a)", "looking around"),
        ("(?!a)", "looking around"),
        ("(?<=a)", "looking around"),
        ("a(?i)b", "looking around and flags inside"),
        ("(a", "a bracket is not closed"),
        ("a)", "a bracket closes that none has opened"),
        ("[a", "is not supported here"),
        ("[b-a]", "bad character range"),
        ("*a", "nothing to repeat"),
        ("a**", "a repetition is repeated"),
        ("a{2}{3}", "a repetition is repeated"),
        ("a{3,2}", "is no range"),
        ("a{2000}", "is no range"),
        ("((a{100}){100}){100}", "it is too large"),
        ("(?P<x>a)(?P<x>b)", 'two groups are named "x"'),
        ("[[:alpha:]]", "not supported"),
        ("\\p{L}", "is not supported here"),
        ("\\", "is not supported here"),
    ],
)
def test_a_pattern_that_cannot_be_used_says_why(pattern: str, fact: str) -> None:
    with pytest.raises(Fault) as caught:
        compile_pattern(pattern)
    assert caught.value.fact.startswith(f"the pattern {pattern!r} cannot be used: ")
    assert fact in caught.value.fact


def test_a_pattern_without_end_is_refused() -> None:
    with pytest.raises(Fault, match="longer than 1,000 characters"):
        compile_pattern("a" * 1001)
