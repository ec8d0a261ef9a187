"""YAML as people write it, and YAML as attackers do."""

from __future__ import annotations

import time
from typing import Any

import pytest

from gitopssets_provider.documents.yaml_reader import Document, read_yaml
from gitopssets_provider.errors import DefinitionError


def read(text: str | bytes) -> Any:
    (document,) = read_yaml(text, file="f.yaml")
    return document.value


def refusal(text: str | bytes, **options: Any) -> str:
    with pytest.raises(DefinitionError) as caught:
        read_yaml(text, file="f.yaml", **options)
    return str(caught.value)


def test_a_file_of_kubernetes_reads_as_kubectl_reads_it() -> None:
    text = """
    apiVersion: apps/v1
    metadata: {name: web, labels: {on: yes, 1: "1", 0x10: 010}}
    spec:
      replicas: 1e1
      args: [--date=2020-01-01, 2020-01-01, '5', "a\\tb", 12:30]
      script: |
        one
          two
      folded: >-
        a
        b
      nothing:
    """
    assert read(text) == {
        "apiVersion": "apps/v1",
        "metadata": {"name": "web", "labels": {"true": True, "1": "1", "16": 8}},
        "spec": {
            "replicas": 10,
            "args": ["--date=2020-01-01", "2020-01-01", "5", "a\tb", "12:30"],
            "script": "one\n  two\n",
            "folded": "a b",
            "nothing": None,
        },
    }


def test_every_document_knows_the_line_it_begins_at_and_empty_ones_are_left_out() -> None:
    text = "# first\na: 1\n---\n\n# nothing\n---\n---\n- b\n---\n~\n"
    assert read_yaml(text) == [Document({"a": 1}, 2), Document(["b"], 8), Document(None, 10)]


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "---\n", "---\n---\n# x\n"])
def test_a_file_without_content_has_no_document(text: str) -> None:
    assert read_yaml(text) == []


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    assert read(b"\xef\xbb\xbfa: 1") == {"a": 1}


def test_anchors_and_merge_keys_work_and_what_is_written_out_wins() -> None:
    text = "base: &base {image: nginx, port: 80}\nweb:\n  <<: *base\n  port: 8080\napi: *base\n"
    assert read(text) == {
        "base": {"image": "nginx", "port": 80},
        "web": {"image": "nginx", "port": 8080},
        "api": {"image": "nginx", "port": 80},
    }


def test_of_several_merged_mappings_the_first_wins() -> None:
    assert read("a: &a {k: 1}\nb: &b {k: 2, l: 2}\nc: {<<: [*a, *b]}\n")["c"] == {"k": 1, "l": 2}


def test_a_scalar_can_be_repeated_as_a_key() -> None:
    assert read("a: &name web\n*name : 1\n") == {"a": "web", "web": 1}


def test_a_quoted_merge_sign_is_an_ordinary_key() -> None:
    assert read("'<<': {a: 1}") == {"<<": {"a": 1}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", 'f.yaml:3: the key "a" is written twice; remove one of them'),
        ("a:\n  'true': 1\n  yes: 2\n", 'f.yaml:3: the key "true" is written twice; remove one of them'),
        ("1: a\n'1': b\n", 'f.yaml:2: the key "1" is written twice; remove one of them'),
        ("~: 1", "f.yaml:1: a key is null"),
        ("? [a]\n: 1", "f.yaml:1: a key is no scalar"),
        ("a:\n  {{ x }}: 1\n", "f.yaml:2: a key is no scalar"),
        (
            "a: {{ x }}\n",
            "f.yaml:1: a key is no scalar; put braces and brackets at the beginning of a value into quotes",
        ),
        ("a: .nan", "f.yaml:1: .nan is no number that JSON knows"),
        ("a: !!int x", "f.yaml:1: the value is no !!int"),
        ("\na: *b", "f.yaml:2: the anchor &b is not defined before its use"),
        ("a: &a [*a]", "f.yaml:1: the anchor &a contains itself"),
        ("a: &a 1\n---\nb: *a", "f.yaml:3: the anchor &a is not defined before its use"),
        ("<<: 1", "f.yaml:1: << does not name a mapping or a list of mappings"),
        (
            "a: &a {k: 1}\nb:\n  k: 2\n  <<: *a\n",
            'f.yaml:4: << stands behind the key "k", which it sets too; put << first',
        ),
        ("a: 1\n\tb: 2\n", "f.yaml:2: is no YAML: while scanning a plain scalar found a tab character"),
        ("a: 1\nb: [1,\n", "f.yaml:3: is no YAML: while parsing a flow node did not find expected node content"),
        ("a: 1\n\nb: 'x\n\n\n", "f.yaml:3: is no YAML: while scanning a quoted scalar found unexpected end of stream"),
        ("a: 1\nb\nc: 1\n", "f.yaml:2: is no YAML: while scanning a simple key could not find expected ':'"),
        ("a: '\\ud800'\nb: \"\\ud800\"", "f.yaml:2: is no YAML"),
        ("a: b: c", "f.yaml:1: is no YAML: mapping values are not allowed in this context"),
        ("a: @x", "f.yaml:1: is no YAML"),
        ("%YAML 3.0\n---\na: 1", "f.yaml:1: is no YAML"),
    ],
)
def test_a_fault_is_told_with_its_line(text: str, message: str) -> None:
    assert refusal(text).startswith(message)


def test_without_a_file_the_line_stands_alone() -> None:
    with pytest.raises(DefinitionError, match=r"^line 2: the key"):
        read_yaml("a: 1\na: 2")


@pytest.mark.parametrize("opened", ["[", "{a: ", "- "])
def test_nesting_without_end_is_refused_at_once(opened: str) -> None:
    began = time.process_time()
    assert "is nested deeper than 30 levels" in refusal(opened * 250_000)
    assert time.process_time() - began < 3


def test_the_depth_that_is_allowed_is_read_and_one_more_is_not() -> None:
    assert read_yaml("[" * 30 + "]" * 30)
    assert "deeper than 30" in refusal("[" * 31 + "]" * 31)
    assert read_yaml("[" * 64 + "]" * 64, max_depth=64)


def test_depth_counts_through_aliases() -> None:
    text = "a: &a " + "[" * 20 + "]" * 20 + "\nb: " + "[" * 20 + "*a" + "]" * 20
    assert refusal(text) == "f.yaml:2: is nested deeper than 30 levels"


def test_a_billion_laughs_are_refused() -> None:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    assert "aliases repeat more than 20,000 values" in refusal("\n".join(lines))


def test_merge_keys_cannot_explode() -> None:
    lines = ["a0: &a0 {k: 1}"]
    lines += [f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], k{n}: 1}}" for n in range(1, 25)]
    began = time.process_time()
    assert "aliases repeat more than 20,000 values" in refusal("\n".join(lines))
    assert time.process_time() - began < 1


def test_many_anchors_and_long_flat_lists_are_read_fast() -> None:
    began = time.process_time()
    assert len(read("\n".join(f"- &a{n} {n}" for n in range(20_000)))) == 20_000
    assert len(read("[" + "1," * 100_000 + "]")) == 100_000
    assert time.process_time() - began < 10


def test_data_files_of_any_python_type_stay_text() -> None:
    assert read("a: !!python/object/apply:os.system ['x']\nb: !!python/name:os.system\n") == {"a": ["x"], "b": ""}
