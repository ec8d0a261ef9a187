"""Where Kubernetes wants text, numbers and booleans become text; elsewhere they stay what they are."""

from __future__ import annotations

from typing import Any

import pytest

from gitopssets_provider.model.deferred import Deferred, Opaque
from gitopssets_provider.templating import Templating
from gitopssets_provider.templating.strings import coerce_strings

TEMPLATING = Templating({})


@pytest.mark.parametrize(
    ("given", "coerced"),
    [
        (
            {"metadata": {"labels": {"a": 1, "b": True, "c": 1.5, "d": "x", "e": None}}},
            {"metadata": {"labels": {"a": "1", "b": "true", "c": "1.5", "d": "x", "e": None}}},
        ),
        (
            {"metadata": {"annotations": {"a": 8080}, "generation": 1}},
            {"metadata": {"annotations": {"a": "8080"}, "generation": 1}},
        ),
        (
            {"spec": {"template": {"metadata": {"labels": {"v": 2}}}}},
            {"spec": {"template": {"metadata": {"labels": {"v": "2"}}}}},
        ),
        ({"spec": {"commonMetadata": {"labels": {"v": 2}}}}, {"spec": {"commonMetadata": {"labels": {"v": "2"}}}}),
        (
            {"spec": {"volumeClaimTemplates": [{"metadata": {"labels": {"v": 2}}}]}},
            {"spec": {"volumeClaimTemplates": [{"metadata": {"labels": {"v": "2"}}}]}},
        ),
        ({"spec": {"selector": {"matchLabels": {"v": 2}}}}, {"spec": {"selector": {"matchLabels": {"v": "2"}}}}),
        ({"spec": {"nodeSelector": {"gpu": True}}}, {"spec": {"nodeSelector": {"gpu": "true"}}}),
        (
            {"kind": "ConfigMap", "data": {"port": 80, "on": False}},
            {"kind": "ConfigMap", "data": {"port": "80", "on": "false"}},
        ),
        ({"kind": "Secret", "stringData": {"pin": 1234}}, {"kind": "Secret", "stringData": {"pin": "1234"}}),
        (
            {"kind": "Service", "spec": {"selector": {"v": 1}, "ports": [{"port": 80}]}},
            {"kind": "Service", "spec": {"selector": {"v": "1"}, "ports": [{"port": 80}]}},
        ),
        (
            {
                "spec": {
                    "containers": [
                        {"env": [{"name": "PORT", "value": 80}, {"name": "X", "valueFrom": {"optional": True}}]}
                    ]
                }
            },
            {
                "spec": {
                    "containers": [
                        {"env": [{"name": "PORT", "value": "80"}, {"name": "X", "valueFrom": {"optional": True}}]}
                    ]
                }
            },
        ),
    ],
)
def test_text_is_made_where_text_belongs(given: Any, coerced: Any) -> None:
    before = repr(given)
    assert coerce_strings(given) == coerced
    assert repr(given) == before


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "Deployment", "spec": {"replicas": 3, "paused": False}},
        {"kind": "Thing", "data": {"port": 80}},
        {"labels": {"a": 1}},
        {"spec": {"labels": {"a": 1}}},
        {
            "kind": "CustomResourceDefinition",
            "spec": {
                "properties": {
                    "metadata": {"type": "object", "properties": {"labels": {"nullable": True}}},
                    "matchLabels": {"nullable": True},
                    "nodeSelector": {"x-kubernetes-preserve-unknown-fields": True},
                }
            },
        },
        {"kind": "Deployment", "spec": {"selector": {"matchExpressions": [{"key": "a", "values": [1]}]}}},
        {"spec": {"env": {"value": 1}}},
        {"spec": {"env": [{"value": 1}, 2]}},
        {"kind": ["ConfigMap"], "data": {"a": 1}},
        {"kind": "ConfigMap", "data": None, "metadata": None},
        {"kind": "Service", "spec": None},
        {"metadata": {"labels": ["a"]}},
    ],
)
def test_everything_else_is_left_alone_and_shared(given: Any) -> None:
    assert coerce_strings(given) is given


def test_what_waits_becomes_text_when_it_is_known() -> None:
    leaf = Deferred((Opaque(5, label="x", secret=False, known=True),), lambda values: values[0], "{{ x }}")
    made = coerce_strings({"metadata": {"labels": {"a": leaf}}})
    assert made["metadata"]["labels"]["a"].reveal() == "5"


@pytest.mark.parametrize("kind", ["ConfigMap", "{{ kind }}"])
def test_expressions_of_a_template_become_text_there_too(kind: str) -> None:
    content = {
        "kind": kind,
        "metadata": {"labels": {"n": "{{ n }}", "v": 1}, "annotations": "{{ notes }}"},
        "data": {"n": "{{ n }}", "t": "{{ t }}", "s": "{{ s }}"},
        "spec": {"n": "{{ n }}"},
    }
    names = {"kind": "ConfigMap", "n": 80, "t": True, "s": "no", "notes": {"a": 1, "b": {"c": 2}}}
    assert TEMPLATING.structure(content).render(names) == [
        {
            "kind": "ConfigMap",
            "metadata": {"labels": {"n": "80", "v": "1"}, "annotations": {"a": "1", "b": {"c": 2}}},
            "data": {"n": "80", "t": "true", "s": "no"},
            "spec": {"n": 80},
        }
    ]


def test_whole_parts_made_of_data_are_coerced_inside() -> None:
    content = {"kind": "Pod", "metadata": "{{ meta }}", "spec": "{{ spec }}"}
    names = {"meta": {"labels": {"a": 1}}, "spec": {"containers": [{"env": [{"name": "A", "value": 1}]}]}}
    (made,) = TEMPLATING.structure(content).render(names)
    assert made["metadata"]["labels"] == {"a": "1"}
    assert made["spec"]["containers"][0]["env"][0]["value"] == "1"
    assert names["meta"]["labels"] == {"a": 1}
