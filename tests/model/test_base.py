"""Values are frozen, keep tuples, and tell in our words what is wrong with them."""

from __future__ import annotations

from typing import Any

import pytest

from gitopssets_provider import Git, GitOpsSetSpec, ObjectOptions, Template
from gitopssets_provider.errors import DefinitionError
from gitopssets_provider.model.base import Items, Model, SomeItems


class Value(Model):
    some_names: Items[str] = ()
    at_least_one: SomeItems[int] = (1,)


def test_a_list_becomes_a_tuple_that_nobody_can_change() -> None:
    value = Value(some_names=["a"])
    assert value.some_names == ("a",)
    with pytest.raises(Exception, match="frozen"):
        value.some_names = ()  # type: ignore[misc]


def test_a_list_that_must_hold_something_is_told_apart_from_one_with_a_bad_item() -> None:
    with pytest.raises(DefinitionError) as empty:
        Value(at_least_one=[])
    assert [problem.fact for problem in empty.value.problems] == ["must not be empty"]
    with pytest.raises(DefinitionError) as bad:
        Value(at_least_one=["x"])  # type: ignore[list-item]
    assert [str(problem) for problem in bad.value.problems] == [
        "Value(...): at_least_one[0]: must be an integer, not a string"
    ]


@pytest.mark.parametrize(
    ("make", "problems"),
    [
        (lambda: Template(contnt={}), ['Template(...): contnt: unknown key; did you mean "content"?']),  # type: ignore[call-arg]
        (lambda: Git(files="a"), ["Git(...): files: must be a list, not a string"]),
        (
            lambda: ObjectOptions(ignore_changes="x", wait_for=3),  # type: ignore[arg-type]
            [
                "ObjectOptions(...): ignore_changes: must be a list, not a string",
                "ObjectOptions(...): wait_for: must be true, false, or a list of conditions",
            ],
        ),
        (
            lambda: Template(content={}, options={"protekt": True}),  # type: ignore[arg-type]
            ['Template(...): options.protekt: unknown key; did you mean "protect"?'],
        ),
        (
            lambda: GitOpsSetSpec(generators=[{"lst": {}}], templates=[]),  # type: ignore[list-item]
            [
                'GitOpsSetSpec(...): generators[0].lst: unknown generator; did you mean "list"?',
                "GitOpsSetSpec(...): templates: must not be empty",
            ],
        ),
    ],
)
def test_a_value_written_in_python_is_told_what_is_wrong_with_it(make: Any, problems: list[str]) -> None:
    with pytest.raises(DefinitionError) as raised:
        make()
    assert [str(problem) for problem in raised.value.problems] == problems
