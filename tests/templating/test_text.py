"""Text templates: YAML is read before data is bound, so data adds nothing to it."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitopssets_provider.errors import TemplateError
from gitopssets_provider.templating import Templating

TEMPLATING = Templating({"set": {"name": "podinfo"}})


def render(source: str, delimiters: tuple[str, str] = ("{{", "}}"), /, **parameters: Any) -> list[dict[str, Any]]:
    template = TEMPLATING.text_template(textwrap.dedent(source), file="t.yaml.j2", delimiters=delimiters)
    return template.render(TEMPLATING.bind(parameters))


def one(source: str, **parameters: Any) -> dict[str, Any]:
    (made,) = render(source, **parameters)
    return made


def refusal(source: str, **parameters: Any) -> str:
    with pytest.raises(TemplateError) as caught:
        render(source, **parameters)
    return str(caught.value)


def test_a_text_becomes_an_object_for_each_of_its_documents() -> None:
    source = """
        # made of {{ env }}
        {% set app = "podinfo-" ~ env %}
        apiVersion: v1
        kind: Service
        metadata:
          name: {{ app }}
        spec:
          ports:
          {% for port in ports %}
          - port: {{ port }}
            name: "p{{ loop.index }}"
          {% endfor %}
          {% if external %}
          type: LoadBalancer
          {% endif %}
        ---
        {# nothing here #}
        ---
        {kind: ConfigMap, metadata: {name: {{ app }}}}
    """
    assert render(source, env="dev", ports=[80, 443], external=True) == [
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "podinfo-dev"},
            "spec": {"ports": [{"port": 80, "name": "p1"}, {"port": 443, "name": "p2"}], "type": "LoadBalancer"},
        },
        {"kind": "ConfigMap", "metadata": {"name": "podinfo-dev"}},
    ]


def test_a_text_that_renders_to_nothing_has_no_objects() -> None:
    assert render("{% if x %}\na: 1\n{% endif %}\n", x=False) == []
    assert render("") == []


@pytest.mark.parametrize("value", [3, True, None, 1.5, "no", "1e3", "", [1], {"a": 1}])
def test_a_plain_scalar_that_is_one_output_has_the_type_of_its_value(value: Any) -> None:
    made = one("a: {{ x }}", x=value)["a"]
    assert (made, type(made)) == (value, type(value))


@pytest.mark.parametrize(("value", "text"), [(3, "3"), (True, "true"), ("no", "no"), (1.5, "1.5")])
@pytest.mark.parametrize("quoted", ['"{{ x }}"', "'{{ x }}'", "!!str {{ x }}", "! {{ x }}", ">-\n  {{ x }}"])
def test_a_quoted_scalar_is_a_string(quoted: str, value: Any, text: str) -> None:
    assert one(f"a: {quoted}", x=value) == {"a": text}


def test_a_scalar_with_text_around_its_output_is_a_string() -> None:
    assert one("a: 1{{ x }}\nb: {{ x }}{{ x }}\nc: -{{ x }}", x=5) == {"a": "15", "b": "55", "c": "-5"}


HOSTILE = [
    "x\n  injected: y",
    "x\n---\nkind: ClusterRoleBinding",
    "a: b",
    "a #b",
    "'",
    '"',
    "\\",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "{a: 1}",
    "[a]",
    "*alias",
    "&anchor",
    "!!python/object",
    "- a",
    "? a",
    "|",
    ">",
    "%YAML",
    "@",
    "`",
    "\t",
    "\u2028injected: y",
    "\x85injected: y",
    "\rinjected: y",
    "null",
    "0123456",
    "1:30",
    "\ue0000\ue0010\ue002",
    "\x00",
    "\ud83d\ude00",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_data_stays_data_wherever_it_stands(value: str) -> None:
    source = """
        plain: {{ x }}
        single: '{{ x }}'
        double: "{{ x }}"
        mixed: a {{ x }} b
        flow: [{{ x }}, {k: {{ x }}}]
        literal: |
          1
          {{ x }}
        folded: >-
          {{ x }}
        # comment {{ x }}
    """
    assert render(source, x=value) == [
        {
            "plain": value,
            "single": value,
            "double": value,
            "mixed": f"a {value} b",
            "flow": [value, {"k": value}],
            "literal": f"1\n{value}\n",
            "folded": value,
        }
    ]


@given(st.text())
def test_whatever_the_data_is_the_structure_is_the_skeleton_s(value: str) -> None:
    assert render("a: {{ x }}\nb: '-{{ x }}'", x=value) == [{"a": value, "b": f"-{value}"}]


def test_objects_of_one_skeleton_do_not_share_their_data() -> None:
    template = TEMPLATING.text_template("a: {{ x }}\nb: {c: '{{ x }}'}")
    assert [template.render({"x": n}) for n in (1, 2)] == [[{"a": 1, "b": {"c": "1"}}], [{"a": 2, "b": {"c": "2"}}]]


def test_what_is_encoded_for_yaml_is_the_value_where_yaml_would_read_it() -> None:
    source = """
        json: {{ m | to_json }}
        yaml:
          {{ m | to_yaml | indent(2) }}
        quoted: {{ n | quote }}
        single: {{ n | squote }}
        kept: '{{ m | to_json }}'
        block: |
          {{ m | to_yaml | nindent(2) }}
    """
    assert one(source, m={"a": [1]}, n=8080) == {
        "json": {"a": [1]},
        "yaml": {"a": [1]},
        "quoted": "8080",
        "single": "8080",
        "kept": '{"a":[1]}',
        "block": "a:\n- 1\n",
    }


def test_lines_of_data_need_no_indentation_in_a_block() -> None:
    source = """
        data:
          script: |
            begin
            {{ x | indent(4) }}
            end
    """
    assert one(source, x="one\n  two") == {"data": {"script": "begin\none\n  two\nend\n"}}


def test_statements_leave_no_blank_lines_in_a_block() -> None:
    source = """
        a: |
          1
          {% for x in [2, 3] %}
          {{ x }}
          {% endfor %}
          4
    """
    assert one(source) == {"a": "1\n2\n3\n4\n"}


def test_omit_leaves_out_a_key() -> None:
    assert one("a: {{ x | default(omit) }}\nb: [{{ omit }}, 1]") == {"b": [1]}


def test_namespace_carries_a_value_out_of_a_loop() -> None:
    source = "{% set ns = namespace(n=0) %}{% for x in [1, 2] %}{% set ns.n = ns.n + x %}{% endfor %}\na: {{ ns.n }}"
    assert one(source) == {"a": 3}


def test_anchors_of_the_template_repeat_data() -> None:
    assert one("a: &a {k: {{ x }}}\nb: *a\nc: {<<: *a, l: 1}", x=1) == {
        "a": {"k": 1},
        "b": {"k": 1},
        "c": {"k": 1, "l": 1},
    }


def test_other_delimiters_free_all_braces() -> None:
    source = "a: '{{ x }} {% y %} {# z #}'\n<% if x %>\nb: << x >>\n<% endif %>\n<# gone #>\n"
    assert render(source, ("<<", ">>"), x=1) == [{"a": "{{ x }} {% y %} {# z #}", "b": 1}]


def test_raw_text_keeps_its_braces() -> None:
    assert one("a: '{% raw %}{{ x }}{% endraw %}'") == {"a": "{{ x }}"}


def test_numbers_become_text_where_kubernetes_wants_text() -> None:
    source = """
        kind: ConfigMap
        metadata: {name: x, labels: {port: {{ port }}}, annotations: {{ notes }}}
        data: {port: {{ port }}, on: {{ on }}}
    """
    made = one(source, port=80, on=True, notes={"a": 1})
    assert made["metadata"] == {"name": "x", "labels": {"port": "80"}, "annotations": {"a": "1"}}
    assert made["data"] == {"port": "80", "true": "true"}


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("{% macro a() %}{% endmacro %}", "macro"),
        ("{% call a() %}{% endcall %}", "call"),
        ("{% filter upper %}x{% endfilter %}", "filter"),
        ("{% set x %}a{% endset %}", "block set"),
        ("{% include 'x' %}", "include"),
        ("{% import 'x' as y %}", "import"),
        ("{% from 'x' import y %}", "import"),
        ("{% extends 'x' %}", "extends"),
        ("{% block x %}{% endblock %}", "block"),
        ("{% with x = 1 %}{% endwith %}", "with"),
        ("{% autoescape true %}{% endautoescape %}", "autoescape"),
    ],
)
def test_a_statement_that_data_would_not_survive_is_refused(statement: str, word: str) -> None:
    assert refusal(f"a: 1\n\n{statement}\n") == (
        f't.yaml.j2:3: holds the statement "{word}"; '
        "a text template has output, if, for and set; data would not survive others"
    )


STRUCTURE = "data fills values and parts of strings, it adds no keys and no lines: write `key: {{ value }}`"


@pytest.mark.parametrize(
    ("source", "line", "fact"),
    [
        ("a: 1\n{{ x }}: 2", 2, "a key is made of data, and keys are literal"),
        ("a:\n  team-{{ x }}: 2", 2, "a key is made of data, and keys are literal"),
        ("a:\n  b: 1\n  {{ m | to_yaml | indent(2) }}\n", 3, "is no YAML: while scanning a simple key"),
        ("a: 1\n{{ m }}\n", 2, "is no YAML: while scanning a simple key"),
        ("{{ m }}", 1, "a document is nothing but data"),
        ("a: 1\n---\n{{ m }}", 3, "a document is nothing but data"),
        ("a: &{{ x }} 1", 1, "is no YAML: while scanning an anchor"),
        ("a: !{{ x }} 1", 1, "is no YAML: while scanning a tag"),
        ("a: !!int {{ x }}", 1, "the tag tag:yaml.org,2002:int cannot stand before data"),
    ],
)
def test_data_where_structure_would_be_built_is_an_error_with_its_line(source: str, line: int, fact: str) -> None:
    message = refusal(source, x="y", m={"k": 1})
    assert message.startswith(f"t.yaml.j2:{line}: {fact}")
    assert message.endswith(STRUCTURE)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("a: 1\nb: {{ missing }}\n", 't.yaml.j2:2: "missing" is not known; known are: '),
        ("a: 1\n{% for x in missing %}\n{% endfor %}\n", 't.yaml.j2:2: "missing" is not known'),
        ("a: 1\n{% if missing %}\n{% endif %}\n", 't.yaml.j2:2: "missing" is not known'),
        ("a: 1\n\n{% set y = missing.z %}\nb: {{ y }}", 't.yaml.j2:4: "missing" is not known'),
        ("a: 1\nb: {{ xs | nope }}", 't.yaml.j2:2: there is no filter "nope"'),
        ("a: 1\nb: {{ xs", "t.yaml.j2:2: is no template: unexpected end of template"),
        ("a: 1\n{% if xs %}\n", "t.yaml.j2:2: is no template: Unexpected end of template."),
        ("a: 1\n{% nope %}\n", "t.yaml.j2:2: is no template: Encountered unknown tag 'nope'."),
        ("a: 1\nb: x{{ xs }}", "t.yaml.j2:2: a list has no text; use | to_json"),
        ("a: 1\nb: {{ 1 / 0 }}", "t.yaml.j2:2: divides by zero"),
        ("{% for x in xs %}\n# {{ x }}\n{% endfor %}\na: 1\na: 2\n", 't.yaml.j2:5: the key "a" is written twice'),
        ("{% for x in xs %}\na: {{ x }}\n{% endfor %}\nb: 1", 't.yaml.j2:2: the key "a" is written twice'),
        ("{# one\ntwo #}\n{% if true -%}\n\n\na: [\n{% endif %}b: }", "t.yaml.j2:7: is no YAML"),
        ("- a\n", "t.yaml.j2:1: the document is a list, not a mapping"),
        ("a: 1\n---\njust text\n", "t.yaml.j2:3: the document is a string, not a mapping"),
        ("a: 1\n{% for x in xs recursive %}\n{% endfor %}", "t.yaml.j2:2: holds a recursive loop"),
        ("a: 1\nb: \ue000", "t.yaml.j2:2: holds the private character U+E000"),
        ("a: 1\nb: \x00", "t.yaml.j2:2: is binary or holds a control character (U+0000)"),
        ("a: .inf", "t.yaml.j2:1: .inf is no number that JSON knows"),
        ("\n\na: 1\n\tb: 1", "t.yaml.j2:4: is no YAML: while scanning a plain scalar found a tab character"),
    ],
)
def test_a_fault_is_told_with_the_line_of_the_template(source: str, message: str) -> None:
    assert refusal(source, xs=[1, 2]).startswith(message)


def test_a_text_without_a_file_names_its_line_in_the_definition() -> None:
    with pytest.raises(TemplateError) as caught:
        TEMPLATING.text_template("a: 1\nb: {{ x }}").render({})
    assert str(caught.value.at("templates[0]")).startswith('templates[0].text:2: "x" is not known')


def test_windows_line_ends_are_line_ends() -> None:
    assert one("a: {{ x }}\r\nb: |\r\n  {{ x }}\r\n", x=1) == {"a": 1, "b": "1\n"}
