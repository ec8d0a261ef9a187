"""One document becomes a definition, or all that is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gitopssets_provider.errors import DefinitionError
from gitopssets_provider.generators import List
from gitopssets_provider.model.element import Element
from gitopssets_provider.model.template import Template
from gitopssets_provider.spec import GitOpsSetSpec, define, parse

CONFIG_MAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "{{ name }}"}}


def document(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "gitopssets/v1",
        "kind": "GitOpsSet",
        "metadata": {"name": "podinfo"},
        "spec": {
            "generators": [{"list": {"elements": [{"name": "a"}]}}],
            "templates": [{"content": CONFIG_MAP}],
            **spec,
        },
    }


def problems(value: Any, **where: Any) -> list[str]:
    with pytest.raises(DefinitionError) as raised:
        parse(value, file="set.yaml", **where)
    return [str(problem) for problem in raised.value.problems]


def test_a_document_becomes_a_definition_with_its_words() -> None:
    value = document(
        limits={"minElements": 1, "maxElements": 10, "maxObjects": 20, "allowEmpty": False},
        commonMetadata={"labels": {"team": "a"}},
    )
    value["metadata"]["namespace"] = "apps"
    definition = parse(value, file="stacks/sets/podinfo.yaml")
    assert (definition.name, definition.namespace, definition.resource) == ("podinfo", "apps", "apps.podinfo")
    assert definition.file == "stacks/sets/podinfo.yaml"
    assert definition.spec.generators == (List(elements=[{"name": "a"}]),)
    assert definition.templates == (Template(content=CONFIG_MAP),)
    assert (definition.spec.limits.min_elements, definition.spec.limits.max_objects) == (1, 20)
    assert definition.spec.common_metadata.labels == {"team": "a"}


def test_a_misspelt_key_is_refused_with_the_nearest_one_wherever_it_stands() -> None:
    value = document(limts={}, templates=[{"content": {}, "wehn": "x", "options": {"protekt": True}}])
    assert problems(value) == [
        'set.yaml: spec.templates[0].options.protekt: unknown key; did you mean "protect"?',
        'set.yaml: spec.templates[0].wehn: unknown key; did you mean "when"?',
        'set.yaml: spec.limts: unknown key; did you mean "limits"?',
    ]


def test_words_of_later_versions_are_unknown_keys() -> None:
    assert problems(document(serviceAccount={"name": "x"})) == [
        "set.yaml: spec.serviceAccount: unknown key; known are: commonMetadata, generators, limits, templates"
    ]
    (problem,) = problems(document(limits={"maxDeletions": "10%"}))
    assert problem.startswith("set.yaml: spec.limits.maxDeletions: unknown key")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            {"apiVersion": "gitopsset/v1"},
            'apiVersion: is "gitopsset/v1", not "gitopssets/v1"; did you mean "gitopssets/v1"?',
        ),
        ({"apiVersion": "v1"}, 'apiVersion: is "v1", not "gitopssets/v1"'),
        ({"kind": "GitopsSet"}, 'kind: is "GitopsSet", not "GitOpsSet"; did you mean "GitOpsSet"?'),
        ({"metadata": {}}, "metadata.name: this key is required"),
        ({"metadata": {"name": "Pod_Info"}}, 'metadata.name: "Pod_Info" is no DNS name: lower-case letters, digits'),
        ({"metadata": {"name": "a", "namespace": "a.b"}}, 'metadata.namespace: "a.b" is no DNS label'),
        ({"metadata": {"name": "a", "labels": {}}}, "metadata.labels: unknown key"),
        ({"spec": {"templates": []}}, "spec.generators: this key is required"),
        ({"spec": None}, "spec: must be a mapping, not null"),
    ],
)
def test_a_wrong_head_names_the_key(change: dict[str, Any], problem: str) -> None:
    found = problems({**document(), **change})
    assert any(line.startswith(f"set.yaml: {problem}") for line in found), found


@pytest.mark.parametrize(("value", "shape"), [(["x"], "a list"), (None, "null"), ("x", "a string")])
def test_a_document_that_is_no_mapping_says_what_it_is(value: Any, shape: str) -> None:
    assert problems(value) == [f"set.yaml: a definition is a mapping, not {shape}"]


def test_a_set_needs_a_generator_and_a_template() -> None:
    found = problems(document(generators=[], templates=[]))
    assert [line.partition(": ")[2].partition(":")[0] for line in found] == ["spec.generators", "spec.templates"]


@pytest.mark.parametrize("template", [{}, {"content": CONFIG_MAP, "text": "a: 1"}])
def test_a_template_has_exactly_one_body(template: dict[str, Any]) -> None:
    (problem,) = problems(document(templates=[template]))
    assert problem.startswith("set.yaml: spec.templates[0]: a template has exactly one of content, text, file")


def test_wrong_types_are_told_all_at_once() -> None:
    found = problems(
        document(
            templates=[{"content": "x", "repeat": 3, "options": {"await": "yes", "dependsOn": [{}]}}],
            limits={"maxElements": "many", "minElements": -1},
        )
    )
    assert [line.split(": ")[1] for line in found] == [
        "spec.templates[0].content",
        "spec.templates[0].repeat",
        "spec.templates[0].options.dependsOn[0]",
        "spec.templates[0].options.await",
        "spec.limits.minElements",
        "spec.limits.maxElements",
    ]


def test_limits_that_contradict_each_other_are_refused() -> None:
    (problem,) = problems(document(limits={"minElements": 5, "maxElements": 2}))
    assert problem == "set.yaml: spec.limits: minElements is 5, above maxElements, which is 2"


def test_limits_end_at_a_million() -> None:
    (problem,) = problems(document(limits={"maxObjects": 1_000_001}))
    assert problem.startswith("set.yaml: spec.limits.maxObjects: must be less than or equal to 1000000")


def test_a_template_that_waits_for_an_unknown_one_gets_the_nearest_name() -> None:
    templates = [
        {"name": "database", "content": CONFIG_MAP},
        {"content": CONFIG_MAP, "options": {"dependsOn": [{"template": "databse"}]}},
    ]
    (problem,) = problems(document(templates=templates))
    place = "set.yaml: spec.templates[1].options.dependsOn[0].template"
    assert problem == f'{place}: no template is named "databse"; did you mean "database"?'


def test_templates_that_wait_for_each_other_are_named_as_a_circle() -> None:
    def waiting(name: str, other: str) -> dict[str, Any]:
        return {"name": name, "content": CONFIG_MAP, "options": {"dependsOn": [{"template": other}]}}

    templates = [waiting("a", "b"), waiting("b", "c"), waiting("c", "a")]
    assert problems(document(templates=templates)) == [
        "set.yaml: spec.templates: templates wait for each other: a -> b -> c -> a"
    ]


def test_two_templates_of_one_name_are_refused() -> None:
    templates = [{"name": "a", "content": CONFIG_MAP}, {"name": "a", "content": CONFIG_MAP}]
    assert problems(document(templates=templates)) == [
        'set.yaml: spec.templates[1].name: "a" is the name of templates[0] too'
    ]


def test_a_mapping_with_the_keys_of_yaml_is_a_spec_too() -> None:
    definition = define("podinfo", document()["spec"], namespace="apps")
    assert definition.resource == "apps.podinfo"
    assert definition.place == 'GitOpsSet "apps.podinfo"'


def test_a_function_is_a_template() -> None:
    def make(element: Element) -> dict[str, Any]:
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": element.parameters["name"]}}

    spec = GitOpsSetSpec(generators=[List(elements=[{"name": "a"}])], templates=[make, Template(content=CONFIG_MAP)])
    assert define("podinfo", spec).templates[0] == Template(function=make)


def test_template_files_are_read_with_the_definition(tmp_path: Path) -> None:
    (tmp_path / "app.yaml.j2").write_text("kind: ConfigMap\n")
    definition = parse(document(templates=[{"file": "app.yaml.j2"}]), folder=tmp_path)
    assert definition.texts == {"app.yaml.j2": "kind: ConfigMap\n"}


def test_a_missing_template_file_is_told_with_everything_else(tmp_path: Path) -> None:
    (tmp_path / "app.yaml.j2").write_text("")
    value = document(templates=[{"file": "apps.yaml.j2"}])
    value["metadata"]["name"] = "A"
    found = problems(value, folder=tmp_path)
    assert found[0].startswith('set.yaml: metadata.name: "A" is no DNS name')
    assert found[1] == (
        'set.yaml: spec.templates[0].file: there is no file "apps.yaml.j2"; did you mean "app.yaml.j2"?'
    )
