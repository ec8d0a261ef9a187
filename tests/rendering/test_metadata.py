"""Metadata: additions win, options become annotations, keys and labels follow Kubernetes' rules."""

from __future__ import annotations

from typing import Any

import pytest

from gitopssets_provider.errors import Problems
from gitopssets_provider.model.deferred import Deferred
from gitopssets_provider.rendering.metadata import check_metadata, with_metadata


def found(labels: Any = None, annotations: Any = None) -> list[str]:
    problems = Problems()
    check_metadata(labels, annotations, problems)
    return [problem.path for error in problems.errors for problem in error.problems]


@pytest.mark.parametrize("key", ["a", "app.kubernetes.io/name", "A_b.c-d", "x" * 63, "example.org/" + "x" * 63])
@pytest.mark.parametrize("value", ["", "a", "A_b.c-d", "v1.2.3", "x" * 63])
def test_good_labels_pass(key: str, value: str) -> None:
    assert found(labels={key: value}) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [("", "a"), ("a/b/c", "a"), ("Ab.c/d", "a"), ("/a", "a"), ("a/", "a"), ("-a", "a"), ("x" * 64, "a")]
    + [("a", value) for value in ("-a", "a-", "a/b", "a b", "x" * 64, "ä", "a\n", None, 1)],
)
def test_bad_labels_are_refused(key: str, value: Any) -> None:
    assert len(found(labels={key: value})) == 1


def test_an_annotation_may_hold_any_text_and_either_may_wait() -> None:
    leaf = Deferred((), lambda values: "x", "x")
    assert found(labels={"a": leaf}, annotations={"a": "any text\n{}", "b": leaf}) == []
    assert found(annotations={"a": 1, "b c": "x"}) == ["metadata.annotations.a", 'metadata.annotations["b c"]']


def test_additions_leave_the_object_they_are_made_to_unchanged() -> None:
    value = {"kind": "X", "metadata": {"name": "a", "labels": {"own": "1", "both": "1"}}}
    added = with_metadata(value, {"both": "2"}, {"note": "3"})
    assert added["metadata"] == {"name": "a", "labels": {"own": "1", "both": "2"}, "annotations": {"note": "3"}}
    assert value["metadata"] == {"name": "a", "labels": {"own": "1", "both": "1"}}


@pytest.mark.parametrize("value", [{}, {"metadata": None}, {"metadata": {"labels": "x"}}])
def test_a_malformed_object_is_left_for_its_own_error(value: dict[str, Any]) -> None:
    assert with_metadata(value, {"a": "b"}, {}) is value


def test_null_labels_are_no_labels() -> None:
    assert with_metadata({"metadata": {"labels": None}}, {"a": "b"}, {}) == {"metadata": {"labels": {"a": "b"}}}
