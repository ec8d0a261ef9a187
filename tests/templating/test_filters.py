"""The filters that people of Jinja2, Ansible and sprig expect, by what they make."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitopssets_provider.errors import TemplateError
from gitopssets_provider.templating import Templating
from gitopssets_provider.templating.filters import FILTERS

TEMPLATING = Templating({})
DATA = {
    "s": "Feature/ABC_1.2",
    "n": 3,
    "f": 1.5,
    "t": True,
    "l": [3, 1, 2, 3],
    "d": {"b": 1, "a": {"x": [1]}},
    "teams": [{"name": "a", "size": 1, "on": True}, {"name": "b", "size": 2, "on": False}],
}


def evaluate(expression: str) -> Any:
    return TEMPLATING.value("{{ " + expression + " }}")(DATA)


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        # text
        ("s | lower", "feature/abc_1.2"),
        ("s | upper", "FEATURE/ABC_1.2"),
        ("'ab cd' | title", "Ab Cd"),
        ("'ab cd' | capitalize", "Ab cd"),
        ("'  a ' | trim", "a"),
        ("'xax' | trim('x')", "a"),
        ("s | replace('/', '-')", "Feature-ABC_1.2"),
        ("'aaa' | replace('a', 'b', 2)", "bba"),
        ("'a,b' | split(',')", ["a", "b"]),
        ("' a  b ' | split", ["a", "b"]),
        ("l | join('-')", "3-1-2-3"),
        ("[true, 1.5, 'x'] | join", "true1.5x"),
        ("teams | join(',', attribute='name')", "a,b"),
        ("'abcdef' | trunc(3)", "abc"),
        ("'abcdef' | trunc(-2)", "ef"),
        ("'abcdefghij klm' | truncate(8)", "abcde..."),
        ("'a\\nb' | indent(2)", "a\n  b"),
        ("'a\\n\\nb' | indent(2, first=true)", "  a\n\n  b"),
        ("'a\\nb' | indent('> ', true)", "> a\n> b"),
        ("'a\\nb' | nindent(2)", "\n  a\n  b"),
        ("n | quote", '"3"'),
        ("'a\"\\\\b' | quote", '"a\\"\\\\b"'),
        ('"it\'s" | squote', "'it''s'"),
        ("n | string", "3"),
        ("t | string", "true"),
        ("'%s-%03d' | format('a', 5)", "a-005"),
        ("'%(x)s' | format(x=1)", "1"),
        ("'a/b/c.yaml' | basename", "c.yaml"),
        ("'a/b/c.yaml' | dirname", "a/b"),
        ("'v1.2' | removeprefix('v')", "1.2"),
        ("'a.yaml' | removesuffix('.yaml')", "a"),
        ("'a b&c' | urlencode", "a%20b%26c"),
        ("'a b c' | wordcount", 3),
        # digests and encodings
        ("'x' | sha256", "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"),
        ("'x' | hash('sha1')", "11f6ad8ec52a2984abaafd7c3b516503785c2072"),
        ("'x' | hash('md5')", "9dd4e461268c8034f5c8564e155c67a6"),
        ("'añ' | b64encode", "YcOx"),
        ("'YcOx' | b64decode", "añ"),
        ("d | to_json", '{"b":1,"a":{"x":[1]}}'),
        ("d | tojson", '{"b":1,"a":{"x":[1]}}'),
        ("'é<' | to_json", '"é<"'),
        ("{'a': 1} | to_json(2)", '{\n  "a": 1\n}'),
        ("d | to_yaml", "a:\n  x:\n  - 1\nb: 1"),
        ("'no' | to_yaml", '"no"'),
        ("'{\"a\": [1.0]}' | from_json", {"a": [1]}),
        ("'a: no' | from_yaml", {"a": False}),
        ("'' | from_yaml", None),
        # numbers and booleans
        ("'42' | int", 42),
        ("'x' | int(7)", 7),
        ("'ff' | int(base=16)", 255),
        ("'1.5' | float", 1.5),
        ("-3 | abs", 3),
        ("2.5 | round", 2),
        ("2.567 | round(1)", 2.6),
        ("'yes' | bool", True),
        ("'off' | bool", False),
        ("true | bool", True),
        ("1 | bool", True),
        # lists and mappings
        ("l | sort", [1, 2, 3, 3]),
        ("l | sort(reverse=true)", [3, 3, 2, 1]),
        ("teams | sort(attribute='size', reverse=true) | map(attribute='name')", ["b", "a"]),
        ("l | unique", [3, 1, 2]),
        ("l | first", 3),
        ("l | last", 3),
        ("l | length", 4),
        ("l | count", 4),
        ("l | min", 1),
        ("l | max", 3),
        ("l | sum", 9),
        ("teams | sum(attribute='size')", 3),
        ("l | reverse", [3, 2, 1, 3]),
        ("teams | selectattr('on') | map(attribute='name')", ["a"]),
        ("teams | rejectattr('on') | map(attribute='name')", ["b"]),
        ("teams | selectattr('size', 'gt', 1) | map(attribute='name')", ["b"]),
        ("teams | map(attribute='nope', default='-')", ["-", "-"]),
        ("l | select('odd')", [3, 1, 3]),
        ("l | reject('odd')", [2]),
        ("['a', 'b'] | map('upper')", ["A", "B"]),
        ("['a'] | map('replace', 'a', 'b')", ["b"]),
        ("'ab' | list", ["a", "b"]),
        ("teams | groupby('on')", [[False, [DATA["teams"][1]]], [True, [DATA["teams"][0]]]]),  # type: ignore[index]
        ("(teams | groupby('on') | first).grouper", False),
        ("d | dictsort", [["a", {"x": [1]}], ["b", 1]]),
        ("d | items", [["b", 1], ["a", {"x": [1]}]]),
        ("d | dict2items | map(attribute='key')", ["b", "a"]),
        ("[{'key': 'a', 'value': 1}] | items2dict", {"a": 1}),
        ("d | combine({'b': 2})", {"b": 2, "a": {"x": [1]}}),
        ("d | combine({'a': {'y': 2}}, recursive=true)", {"b": 1, "a": {"x": [1], "y": 2}}),
        ("d | combine({'a': {'y': 2}})", {"b": 1, "a": {"y": 2}}),
        ("[[1], [2, [3]], 4] | flatten", [1, 2, [3], 4]),
        ("[1, 2] | zip(['a', 'b'])", [[1, "a"], [2, "b"]]),
        ("[1, 2] | union([2, 3])", [1, 2, 3]),
        ("[1, 2] | intersect([2, 3])", [2]),
        ("[1, 2] | difference([2, 3])", [1]),
        # choosing
        ("missing | default('x')", "x"),
        ("missing | d('x')", "x"),
        ("'' | default('x')", ""),
        ("'' | default('x', true)", "x"),
        ("none | default('x', true)", "x"),
        ("(n > 2) | ternary('big', 'small')", "big"),
        # patterns
        ("s | lower | regex_replace('[^a-z0-9]+', '-')", "feature-abc-1-2"),
        ("'a-b' | regex_replace('(.*)-(.*)', '\\\\2_\\\\1')", "b_a"),
        ("'a-b' | regex_replace('(?P<x>.)-', '\\\\g<x>\\\\\\\\')", "a\\b"),
        ("'aaa' | regex_replace('a', 'b', count=2)", "bba"),
        ("'ABC' | regex_replace('b', '-', ignorecase=true)", "A-C"),
        ("'release-1.20' | regex_search('[0-9.]+')", "1.20"),
        ("'release-1.20' | regex_search('(\\\\d+)\\\\.(\\\\d+)', 2)", "20"),
        ("'release-1.20' | regex_search('(\\\\d+)\\\\.(\\\\d+)', '\\\\1')", "1"),
        ("'release' | regex_search('[0-9]+')", None),
        ("'a1b22' | regex_findall('[0-9]+')", ["1", "22"]),
        ("'a=1,b=2' | regex_findall('(\\\\w)=(\\\\d)')", [["a", "1"], ["b", "2"]]),
        ("'a.b' | regex_escape", "a\\.b"),
        ("'abc' is match('ab')", True),
        ("'abc' is match('bc')", False),
        ("'abc' is search('bc')", True),
        ("s is search('abc', ignorecase=true)", True),
        # tests
        ("l is contains(3)", True),
        ("'abc' is startswith('a')", True),
        ("'abc' is endswith('c')", True),
        ("d is mapping", True),
        ("n is divisibleby 3", True),
        ("n in l", True),
        ("missing is defined", False),
        # methods
        ("s.split('/')", ["Feature", "ABC_1.2"]),
        ("s.replace('/', '-').lower()", "feature-abc_1.2"),
        ("'-'.join(['a', 1])", "a-1"),
        ("d.get('z', 5)", 5),
        ("d.keys() | list", ["b", "a"]),
        ("l.index(1)", 1),
        ("l.count(3)", 2),
        ("s[0:7]", "Feature"),
        ("l[-1]", 3),
        # operators
        ("1 + 2 * 3", 7),
        ("7 // 2", 3),
        ("7 % 4", 3),
        ("2 ** 10", 1024),
        ("'a' * 3", "aaa"),
        ("[1] + [2]", [1, 2]),
        ("'%s!' % 'a'", "a!"),
        ("n ~ '-' ~ t", "3-true"),
        ("-n", -3),
        ("1 < n <= 3 and not false", True),
        ("'big' if n > 2 else 'small'", "big"),
    ],
)
def test_an_expression_yields(expression: str, result: Any) -> None:
    made = evaluate(expression)
    assert made == result
    assert type(made) is type(result)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("'x' | b64decode", "the text is no base64 of a text"),
        ("'/w==' | b64decode", "the text is no base64 of a text"),
        ("'{' | from_json", "the text is no JSON"),
        ("'a: 1\\na: 2' | from_yaml", 'the text the key "a" is written twice'),
        ("'a\\n---\\nb' | from_yaml", "the text holds 2 documents"),
        ("'maybe' | bool", "a string says neither true nor false"),
        ("d | string", "a mapping has no text"),
        ("none | lower", "null has no text"),
        ("d | join", "join needs a list"),
        ("['a'] | sum", "sum needs numbers, not a string"),
        ("teams | sum(attribute='nope')", 'there is no key "nope"'),
        ("'x' | hash('crc32')", 'there is no hash "crc32"; known are: md5, sha1'),
        ("'x' | slug(5)", "a name of 5 characters has no room"),
        ("'%d' | format('x')", "cannot be formatted"),
        ("[1, 'a'] | sort", "cannot be computed"),
        ("[] | first | upper", "No first item, sequence was empty."),
        ("'x' | regex_search('a', 1)", 'the pattern has no group "1"'),
        ("'x' | regex_replace('(', '')", "the pattern '(' cannot be used: a bracket is not closed"),
        ("'x' | regex_replace('x', '\\\\3')", 'the pattern has no group "3"'),
        ("'' | slug", "an empty text makes no name"),
        ("1 | b64encode(2)", "cannot be computed"),
        ("'a' | zip", None),
    ],
)
def test_an_expression_that_yields_nothing_says_why(expression: str, message: str | None) -> None:
    if message is None:
        assert evaluate(expression) == [["a"]]
        return
    with pytest.raises(TemplateError) as caught:
        evaluate(expression)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    "name", ["random", "shuffle", "pprint", "safe", "attr", "env", "now", "lookup", "password", "xmlattr"]
)
def test_what_depends_on_chance_time_or_the_machine_is_no_filter(name: str) -> None:
    assert name not in FILTERS


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("podinfo", "podinfo"),
        ("a-1", "a-1"),
        ("feature/x", "feature-x-e0ab2213"),
        ("Feature-X", "feature-x-6a51f4b2"),
        ("--a", "a-5d6d4f6c"),
        ("äöü", "10b3f1a2"),
    ],
)
def test_a_slug_is_a_label_of_dns(text: str, slug: str) -> None:
    made = FILTERS["slug"](text)
    assert made.rpartition("-")[0] == slug.rpartition("-")[0]
    assert (made == text) == (slug == text)


@given(st.text(min_size=1, max_size=100), st.integers(10, 80))
def test_every_text_has_a_slug_and_a_name(text: str, length: int) -> None:
    slug, name = FILTERS["slug"](text, length), FILTERS["dns_name"](text, length)
    for made, most in ((slug, 63), (name, 253)):
        assert 0 < len(made) <= min(length, most)
        assert not set(made) - set("abcdefghijklmnopqrstuvwxyz0123456789-.")
        for label in made.split("."):
            assert label
            assert not label.startswith("-")
            assert not label.endswith("-")
    assert "." not in slug


def test_different_texts_keep_different_slugs() -> None:
    texts = ["feature/x", "feature-x", "Feature-X", "feature_x", "feature.x", "featurex", "a" * 63, "a" * 64, "a" * 65]
    assert len({FILTERS["slug"](text) for text in texts}) == len(texts)
    assert len({FILTERS["dns_name"](text) for text in texts}) == len(texts)


def test_a_name_that_is_one_already_is_kept_with_its_dots() -> None:
    assert FILTERS["dns_name"]("web.example-1.com") == "web.example-1.com"
    assert FILTERS["dns_name"]("a..-b").startswith("a.b-")


def test_every_filter_says_what_it_does() -> None:
    assert not [name for name, function in FILTERS.items() if not (function.__doc__ or "").strip()]
