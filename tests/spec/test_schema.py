"""The JSON Schema takes what the parser takes, and refuses misspelt keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from gitopssets_provider.documents.yaml_reader import read_yaml
from gitopssets_provider.spec import parse, schema

VALIDATOR = jsonschema.Draft202012Validator(schema())
EXAMPLES = sorted(Path(__file__).parents[2].glob("stacks/sets/*.yaml"))


def wrong(value: Any) -> list[str]:
    return [error.json_path for error in VALIDATOR.iter_errors(value)]


def document(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "gitopssets/v1",
        "kind": "GitOpsSet",
        "metadata": {"name": "podinfo"},
        "spec": {
            "generators": [{"list": {"elements": [{"name": "a", "n": 1, "deep": {"x": [None, True]}}]}}],
            "templates": [{"content": {"kind": "ConfigMap"}}],
            **spec,
        },
    }


def test_the_schema_is_a_valid_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name)
def test_the_examples_follow_the_schema(file: Path) -> None:
    for found in read_yaml(file.read_bytes(), max_depth=64):
        assert wrong(found.value) == []


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"generators": [{"git": {"repository": ".", "files": ["a/*.yaml", {"path": "b", "exclude": True}]}}]},
        {"generators": [{"clusters": {}}, {"clusters": {"selector": {}}}]},
        {"generators": [{"list": {"elements": []}, "where": "{{ a }}", "name": "x", "allowEmpty": True}]},
        {
            "generators": [
                {
                    "matrix": {
                        "generators": [
                            {"list": {"elements": [{"zones": ["a"]}]}},
                            {
                                "clusters": {
                                    "selector": {
                                        "matchLabels": {"env": "{{ env }}"},
                                        "matchExpressions": [
                                            {"key": "zone", "operator": "In", "values": "{{ zones }}"}
                                        ],
                                    }
                                }
                            },
                        ]
                    }
                }
            ]
        },
        {"templates": [{"text": "a: 1", "when": True, "repeat": "items", "target": "x", "scope": "Cluster"}]},
        {"templates": [{"content": [{}], "delimiters": ["<<", ">>"], "options": {"await": False, "patchForce": True}}]},
        {"templates": [{"file": "a.j2", "options": {"await": ["condition=Ready"], "dependsOn": [{"set": "other"}]}}]},
        {"limits": {"minElements": 0, "maxElements": 5, "maxObjects": 5, "allowEmpty": True}},
        {"commonMetadata": {"labels": {"a": "b"}, "annotations": {}}},
    ],
)
def test_the_schema_takes_what_the_parser_takes(spec: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "a.j2").write_text("")
    parse(document(**spec), folder=tmp_path)
    assert wrong(document(**spec)) == []


@pytest.mark.parametrize(
    "spec",
    [
        {"limts": {}},
        {"generators": [{"lst": {"elements": []}}]},
        {"generators": [{"list": {"elments": []}}]},
        {"generators": [{"list": {"elements": []}, "git": {"files": ["a"]}}]},
        {"generators": [{"clusters": {"selector": {"matchLabel": {}}}}]},
        {"generators": []},
        {"templates": [{"content": {}, "wehn": "x"}]},
        {"templates": [{"content": {}, "text": "x"}]},
        {"templates": [{}]},
        {"templates": [{"content": {}, "options": {"protekt": True}}]},
        {"templates": [{"content": {}, "scope": "Everything"}]},
        {"limits": {"maxElements": "many"}},
    ],
)
def test_the_schema_refuses_what_the_parser_refuses(spec: dict[str, Any]) -> None:
    with pytest.raises(Exception, match="spec"):
        parse(document(**spec))
    assert wrong(document(**spec)) != []


def test_every_field_that_an_editor_shows_is_described() -> None:
    document = schema()
    parts = {"GitOpsSet": document, **document["$defs"]}
    missing = [
        f"{part}.{key}"
        for part, body in parts.items()
        for key, value in body.get("properties", {}).items()
        if not value.get("description")
    ]
    assert missing == []
