"""Templates that want out of the sandbox, or never to end. Each is an error, soon, in structure and in text."""

from __future__ import annotations

import time
import tracemalloc
from typing import Any

import pytest

from gitopssets_provider.errors import TemplateError
from gitopssets_provider.templating import Templating

TEMPLATING = Templating({"set": {"name": "podinfo"}})
NAMES = TEMPLATING.bind({"s": "text", "n": 3, "d": {"items": [1], "k": "v"}, "l": [1, 2, 3]})

ESCAPES = [
    "s.__class__",
    "s['__class__']",
    "s.__class__.__mro__[1].__subclasses__()",
    "''.__class__",
    "[].__class__.__base__",
    "{}.__init__",
    "d.keys().__self__",
    "d.get.__self__",
    "d.get.func",
    "s.upper.func",
    "s.upper.__globals__",
    "range.__init__",
    "range.__init__.__globals__",
    "dict.mro()",
    "dict.__subclasses__()",
    "namespace.__init__.__globals__",
    "namespace(a=1).__class__",
    "self.__init__.__globals__",
    "self._TemplateReference__context",
    "self",
    "self.x",
    "cycler.__init__.__globals__.os.popen('id').read()",
    "cycler",
    "joiner",
    "lipsum.__globals__",
    "lipsum()",
    "url_for",
    "config",
    "request",
    "environment",
    "context",
    "super()",
    "caller()",
    "varargs",
    "_loop_vars",
    "l_0_s",
    "missing",
    "undefined",
    "resolve('s')",
    "s|attr('__class__')",
    "'%s'|format",
    "s.format(1)",
    "s.format_map(d)",
    "s.encode()",
    "s.translate({})",
    "'{0.__class__}'.format(s)",
    "('{0.__class__}'|string).format(s)",
    "l|map(attribute='__class__')|list",
    "l|map('attr', '__class__')|list",
    "l|groupby('__class__')|list",
    "l|sort(attribute='__class__')",
    "l|selectattr('__class__')|list",
    "l.append(1)",
    "l.pop()",
    "l.clear()",
    "d.pop('k')",
    "d.update({})",
    "d.setdefault('x', 1)",
    "d.clear()",
    "d.fromkeys([1])",
    "s|pprint",
    "s|random",
    "l|random",
    "s|urlize",
    "s|xmlattr",
    "s|safe",
    "s|striptags",
    "s is callable",
    "'upper' is filter",
    "now()",
    "env('HOME')",
    "lookup('env', 'HOME')",
    "import('os')",
    "__import__('os')",
    "open('/etc/passwd')",
    "range",
    "d.get",
    "dict",
    "namespace()",
    "[s.upper]",
    "(1).__class__",
    "1.real",
    "n.bit_length()",
    "true.__class__",
    "none.__class__",
    "x.__class__",
    "(l|map('upper')).gi_frame",
    "l|map('upper')|map(attribute='__class__')|list",
    "{'a': s.__class__}.a",
    "(d.items()|list)[0].__class__",
    "d | dictsort | map(attribute='__class__') | list",
    "'a'.join.__self__",
]

BOMBS = [
    "9**(9**9)",
    "9**9**9",
    "2**1000000000",
    "n**(n**(n**n))",
    "(0.5)**-999999999",
    "'a'*500000000",
    "500000000*'a'",
    "s*500000000",
    "[1]*500000000",
    "(1,)*500000000",
    "('a'*1000000)*1000",
    "('a'*1000000)~('a'*1000000)",
    "'a'*1000000+'a'*1000000",
    "[0]*100000+[0]*100000",
    "'%0999999999d' % 1",
    "'%999999999s' % 's'",
    "'%.999999999f' % 1",
    "'%*d' % (999999999, 1)",
    "'%0999999999d'|format(1)",
    "'%(a)999999999s' % {'a': 1}",
    "s|center(999999999)",
    "s|indent(999999999)",
    "s|nindent(999999999)",
    "s.center(999999999)",
    "s.ljust(999999999)",
    "s.rjust(999999999)",
    "s.zfill(999999999)",
    "s.expandtabs(999999999)",
    "('a'*1000000)|replace('a', 'b'*1000000)",
    "('a'*1000000).replace('a', 'b'*1000000)",
    "('a'*1000000).replace('', 'b'*1000000)",
    "('b'*1000000).join('a'*1000000)",
    "(['a']*100000)|join('b'*1000000)",
    "('b'*1000000).join(['a']*100000)",
    "range(999999999)",
    "range(0, 999999999, 2)|list",
    "range(10**18)",
    "range(99999999999999999999999)",
    "range(100000)|batch(1)",
    "range(1)|batch(999999999, 'x')|list",
    "range(1)|slice(999999999)|list",
    "[[0]*100000]*100000",
    "[[[0]*1000]*1000]*1000",
    "([[[0]*1000]*1000]*1000)|to_json",
    "([[[0]*1000]*1000]*1000)|to_yaml",
    "([[[0]*1000]*1000]*1000)|string",
    "([[[0]*1000]*1000]*1000)~''",
    "([[0]*100000]*100000)|flatten",
    "([[0]*100000]*100000)|sum(start=[])",
    "range(100000)|list|union(range(100000)|list)",
    "('9'*1000000)|int",
    "('9'*1000000)|int(base=36)",
    "(2**53)*(2**53)",
    "2**53+1",
    "9007199254740993",
    "'9007199254740993'|int",
    "'9007199254740993'|from_json",
    "'[9007199254740993]'|from_yaml",
    "'\\ud800'",
    "'%c' % 55296",
    "1e308*10",
    "-1e999",
    "1e999",
    "9" * 10_000,
    "(" * 10_000,
    "[" * 10_000 + "]" * 10_000,
    "-" * 10_000 + "1",
    "not " * 10_000 + "s",
    "s" + ".a" * 10_000,
    "s" + "|lower" * 10_000,
    "s" + "()" * 10_000,
    "1" + "+1" * 10_000,
    "s if s else " * 10_000 + "s",
    "'" + "x" * 300_000 + "'",
    "('['*100000)|from_json",
    "('['*100000)|from_yaml",
    "('- '*100000)|from_yaml",
]


def refused_soon(compile_and_render: Any) -> str:
    tracemalloc.start()
    began = time.process_time()
    try:
        with pytest.raises(TemplateError) as caught:
            compile_and_render()
        assert time.process_time() - began < 3
        assert tracemalloc.get_traced_memory()[1] < 200_000_000
    finally:
        tracemalloc.stop()
    message = str(caught.value)
    assert " at 0x" not in message
    assert len(message) < 2000
    return message


@pytest.mark.parametrize("expression", ESCAPES + BOMBS, ids=lambda text: text[:40])
def test_structure_refuses_it(expression: str) -> None:
    content = {"kind": "X", "leaf": "{{ " + expression + " }}"}
    assert refused_soon(lambda: TEMPLATING.structure(content).render(NAMES)).startswith("content.leaf: ")


@pytest.mark.parametrize(
    "expression", [text for text in ESCAPES + BOMBS if "indent(" not in text], ids=lambda text: text[:40]
)
def test_text_refuses_it(expression: str) -> None:
    source = "kind: X\nleaf: {{ " + expression + " }}"
    message = refused_soon(lambda: TEMPLATING.text_template(source, file="t").render(NAMES))
    assert message.startswith(("t:2: ", "t: is longer than", "t: is too deeply nested", "t: holds a number"))


@pytest.mark.parametrize("expression", ["9**(9**9)", "'a'*500000000", "range(999999999)|list", "s.__class__ == 1"])
def test_conditions_and_lists_refuse_it(expression: str) -> None:
    refused_soon(lambda: TEMPLATING.condition(expression)(NAMES))
    refused_soon(lambda: TEMPLATING.items(f"[{expression}]")(NAMES))


@pytest.mark.parametrize(
    "statements",
    [
        "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
        "{% for i in range(100000) %}{% for j in range(100000) if false %}{% endfor %}{% endfor %}",
        "{% for i in range(100000) %}" + "x" * 1000 + "{% endfor %}",
        "{% set ns = namespace(x='aa') %}{% for i in range(100) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
        "{% set ns = namespace(x='aa') %}{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set ns = namespace(x=2) %}{% for i in range(100) %}{% set ns.x = ns.x * ns.x %}{% endfor %}",
        "{% for i in range(3) %}" * 30 + "{% endfor %}" * 30,
        "{% for k in d %}{{ loop.__class__ }}{% endfor %}",
        "{% for k in d %}{{ loop._iterator }}{% endfor %}",
        "{% for k in d %}{{ loop(d) }}{% endfor %}",
        "{% set s.x = 1 %}",
        "{% set d.k = 1 %}",
        "{% set a, b, c = l, 1 %}",
    ],
    ids=lambda text: text[:60],
)
def test_text_refuses_statements_that_never_end(statements: str) -> None:
    refused_soon(lambda: TEMPLATING.text_template("a: 1\n" + statements).render(NAMES))


def test_data_is_never_changed_by_a_template() -> None:
    data = {"l": [3, 1, 2], "d": {"b": 1, "a": 2}}
    expressions = ["l | sort", "d | dictsort", "d | combine({'c': l})", "l | reverse", "l + [4]", "l | union([9])"]
    TEMPLATING.value([f"{{{{ {expression} }}}}" for expression in expressions])(data)
    assert data == {"l": [3, 1, 2], "d": {"b": 1, "a": 2}}


def test_the_same_template_and_data_render_the_same() -> None:
    template = TEMPLATING.structure({"a": "{{ d | to_json }}{{ l | unique | list }}"})
    with pytest.raises(TemplateError):
        template.render(NAMES)
    template = TEMPLATING.structure({"a": "{{ d | to_json }}", "b": "{{ l | unique }}", "c": "{{ 'x' | sha256 }}"})
    assert template.render(NAMES) == template.render(NAMES)
