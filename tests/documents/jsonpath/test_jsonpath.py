"""What kubectl makes of an expression, and where it fails. The answers are those of kubectl 1.37."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitopssets_provider.documents.jsonpath import JsonPath
from gitopssets_provider.errors import DefinitionError, GitOpsSetsError, SourceError

DATA: dict[str, Any] = json.loads("""
{"kind": "Foo", "s": "text", "nil": null, "empty": [],
 "rows": [{"name": "a", "n": 1, "f": 1.5, "ok": true, "l": [], "nil": null},
          {"name": "b", "n": 2, "f": 2, "ok": false, "l": [1, 2, 3]},
          {"name": "c", "n": 3, "l": [4], "extra": {"x": "y"}}],
 "map": {"k.1": "dot", "s p": "blank", "z": {"deep": {"name": "q"}}}}
""")


def _written(expression: str) -> str:
    """Write the results as kubectl does: those of a part with blanks between them, part after part."""

    def text(value: Any) -> str:
        return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), sort_keys=True)

    return "".join(" ".join(map(text, part)) for part in JsonPath.parse(expression).find(DATA))


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("{.kind}", "Foo"),
        ("{$.kind}", "Foo"),
        ("{@.kind}", "Foo"),
        ("{ .kind }", "Foo"),
        ("hello {.kind} world", "hello Foo world"),
        ("no action", "no action"),
        ("a}b", "a}b"),
        ("", ""),
        ("{.kind} {.s}", "Foo text"),
        ("{.rows[*].name}", "a b c"),
        ("{.rows[*] .name}", "a b c"),
        ("{.rows.*.name}", "a b c"),
        ("{.rows[0].name}", "a"),
        ("{.rows[].name}", "a"),
        ("{.rows[-1].name}", "c"),
        ("{.rows[-1:].name}", "c"),
        ("{.rows[-2:].name}", "b c"),
        ("{.rows[0:2].name}", "a b"),
        ("{.rows[:2].name}", "a b"),
        ("{.rows[:-1].name}", "a b"),
        ("{.rows[0:3:2].name}", "a c"),
        ("{.rows[::2].name}", "a c"),
        ("{.rows[:].name}", "a b c"),
        ("{.rows[1:1].name}", ""),
        ("{.rows[0,2].name}", "a c"),
        ("{.rows[*]['name','n']}", "a b c 1 2 3"),
        ("{['kind', 's']}", "Foo text"),
        ("{['kind']}", "Foo"),
        (r"{['map']['k\.1']}", "dot"),
        (r"{.map.k\.1}", "dot"),
        (r"{.map.s\ p}", "blank"),
        ("{.rows[0]['name']}", "a"),
        ("{.rows[*].extra.x}", "y"),
        ("{.nil}", "null"),
        ("{.nil[0]}", ""),
        ("{.empty[*]}", ""),
        ("{.empty[*].name}", ""),
        ('{.rows[?(@.name=="b")].n}', "2"),
        ("{.rows[?(@.name=='b')].n}", "2"),
        ('{.rows[?( @.name == "b" )].n}', "2"),
        ('{.rows[?("b"==@.name)].n}', "2"),
        ('{.rows[?(@.name!="b")].n}', "1 3"),
        ('{.rows[?(@.name>"a")].name}', "b c"),
        ('{.rows[?(@.name=="a)b")].n}', ""),
        ("{.rows[?(@.n>1)].name}", "b c"),
        ("{.rows[?(@.n>=2)].name}", "b c"),
        ("{.rows[?(@.n<2)].name}", "a"),
        ("{.rows[?(@.n<=2)].name}", "a b"),
        ("{.rows[?(@.n==2)].name}", "b"),
        ("{.rows[?(@.ok)].name}", "a b"),
        ("{.rows[?(@.nil)].name}", "a"),
        ("{.rows[?(@.extra.x)].name}", "c"),
        ("{.rows[?(@.name==@.name)].name}", "a b c"),
        ('{range .rows[*]}{.name}{"\\n"}{end}', "a\nb\nc\n"),
        ("{range .rows[*]}{.name}:{.n},{end}done", "a:1,b:2,c:3,done"),
        ('{range .rows[*]}{range .l[*]}{@}{","}{end};{end}', ";1,2,3,;4,;"),
        ("{range .rows[0:2]}{.name}{end}{range .rows[2:]}{.n}{end}", "ab3"),
        ("{range .rows[*]}{@.name}{end}{.kind}", "abcFoo"),
        ("{range}{.kind}{end}", "Foo"),
        ("{true}", "true"),
        ("{1}", "1"),
        ("{-1}", "-1"),
        ("{+2}", "2"),
        ("{1.5}", "1.5"),
        (r"{'it\'s'}", "it's"),
        (r'{"a\tb\u00e9\x41"}', "a\tbéA"),
        ("{.map..name}", "q"),
        ("{..x}", "y"),
        ("{..['n']}", "1 2 3"),
    ],
)
def test_an_expression_yields_what_kubectl_yields(expression: str, text: str) -> None:
    assert _written(expression) == text


@pytest.mark.parametrize(
    ("expression", "fact"),
    [
        ("{.missing}", "missing is not found"),
        ("{.}", "the empty key is not found"),
        ("{.rows[*].missing}", "missing is not found"),
        ("{.nil.x}", "x is not found"),
        ("{.s.x}", "x is not found"),
        ("{.map['k.1']}", "k is not found"),
        ("{range .rows[*]}{.missing}{end}", "missing is not found"),
        ("{.rows[5].name}", "array index out of bounds: index 5, length 3"),
        ("{.rows[-5].name}", "array index out of bounds: index -2, length 3"),
        ("{.rows[0:9].name}", "array index out of bounds: index 8, length 3"),
        ("{.empty[0]}", "array index out of bounds: index 0, length 0"),
        ("{.rows[*].l[0]}", "array index out of bounds: index 0, length 0"),
        ("{.rows[2:1].name}", "starting index 2 is greater than ending index 1"),
        ("{.rows[0:2:0].name}", "step must be > 0"),
        ("{.s[0]}", "a string is not array or slice"),
        ("{[*]}", "an object is not array or slice"),
        ("{.map[?(@.x)]}", "an object is not array or slice and cannot be filtered"),
        ('{.rows[?(@.n=="2")].name}', "incompatible types for comparison"),
        ("{.rows[?(@.ok==true)].name}", "ok is not found"),
        ("{.rows[0:1][?(@.ok>true)].name}", "an object is not array or slice and cannot be filtered"),
        ("{.rows[?(@.n>true)].name}", "incompatible types for comparison"),
        ('{.rows[?(@.l=="x")].name}', "invalid type for comparison"),
        ('{.rows[?(@["name","n"]=="x")].name}', None),
    ],
)
def test_data_without_what_is_asked_for_is_an_error(expression: str, fact: str | None) -> None:
    with pytest.raises(GitOpsSetsError) as caught:
        _written(expression)
    assert fact is None or str(caught.value) == fact


@pytest.mark.parametrize(
    ("expression", "fact"),
    [
        ("{", "unclosed action"),
        ("{.kind", "unclosed action"),
        ("{.kind\n}", "unclosed action"),
        ("{{.kind}}", "unrecognized character in action: U+007B '{'"),
        ("{.rows[*]\t.name}", "unrecognized character in action: U+0009"),
        ("{.rows[", "unterminated array"),
        ("{.rows[a]}", "invalid array index a"),
        ("{.rows[1.5]}", "invalid array index 1.5"),
        ("{.rows[ 0 ].name}", "invalid array index"),
        ('{.rows["name"]}', 'invalid array index "name"'),
        ("{.rows[--1].name}", "invalid array index --1"),
        ("{.rows[-].name}", "array index - is not a number"),
        ("{.rows[(@.length-1)].name}", "invalid array index"),
        ('{.rows[?(@.name=="b"]}', "unterminated filter"),
        ('{.rows[?(@.name=="b")}', "unclosed array expect ]"),
        ('{.rows[?(@.name=~"b")].n}', "unrecognized filter operator ="),
        ('{.rows[?(@.name<>"b")].n}', "unrecognized filter operator <>"),
        ('{.rows[?(@.name=="b" && @.n==2)].n}', "unrecognized character in action: U+0026 '&'"),
        ('{"open}', "unterminated quoted string"),
        (r'{"\q"}', "is no escape"),
        ("{1.2.3}", "cannot parse number 1.2.3"),
        ("{....name}", "invalid multiple recursive descent"),
        ("{foo}", "unrecognized identifier foo; write .foo"),
        ("{['s p']}", "unrecognized identifier p"),
        ("{.kind}{end}", "not in range, nothing to end"),
        ("{range .rows[*]}{.name}", "a range has no end"),
        ("{.a}" * 500, "is longer than 1,000 characters"),
    ],
)
def test_what_is_no_expression_is_told_before_any_data_is_read(expression: str, fact: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        JsonPath.parse(expression)
    assert fact in str(caught.value)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("{.rows[*].l[*]}", "1 2 3 4"),
        ("{range .empty[*]}{.name}{end}x", "x"),
        ("{.map.*}", 'dot blank {"deep":{"name":"q"}}'),
        ("{..name}", "q a b c"),
        ("{.s.*}", ""),
    ],
)
def test_an_answer_is_the_same_every_time_and_never_less_than_the_truth(expression: str, text: str) -> None:
    assert _written(expression) == text


def test_whole_and_broken_numbers_are_compared_as_numbers() -> None:
    data = {"rows": [{"n": 1.5}, {"n": 1}, {"n": 3}]}
    assert JsonPath.parse("{.rows[?(@.n>1)].n}").find(data) == [[1.5, 3]]


@pytest.mark.parametrize("expression", ["{..[*]..[*]..[*]..[*]}", "{[*]" + "[0,0,0,0,0,0,0,0]" * 12 + "[*]}"])
def test_an_expression_that_multiplies_its_results_is_stopped(expression: str) -> None:
    with pytest.raises(SourceError, match=r"more than 100,000 results"):
        JsonPath.parse(expression).find(_nested(14, [1] * 50))


def _nested(depth: int, inner: Any) -> Any:
    return inner if depth == 0 else [_nested(depth - 1, inner)] * 2


@given(st.text(alphabet="{}[]().,:'\"\\@$?=*-01ab \n", max_size=40))
def test_any_text_is_an_expression_or_a_definition_error(text: str) -> None:
    try:
        path = JsonPath.parse(text)
    except DefinitionError:
        return
    try:
        path.find(DATA)
    except SourceError:
        return
