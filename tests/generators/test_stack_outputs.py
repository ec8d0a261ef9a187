"""What the stack generator makes of outputs, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from gitopssets_provider.errors import GitOpsSetsError, SourceError
from gitopssets_provider.generators import Context
from gitopssets_provider.model.deferred import Opaque
from gitopssets_provider.model.element import Element
from gitopssets_provider.sources.fixtures import fixtures

Expand = Callable[..., list[Element]]
NET = "organization/network/prod"
OUTPUTS = {
    "region": "eu",
    "ports": [80, 443],
    "clusters": [{"name": "a", "size": 1}, {"name": "b", "size": 2}],
    "deep": {"zones": [{"zone": "x"}]},
    "token": "hush",
}


@pytest.fixture
def ask(expand: Expand, context: Context, tmp_path: Path) -> Callable[..., list[Element]]:
    """Return a function that expands a stack generator where two stacks are known."""
    known = [{"name": NET, "outputs": OUTPUTS, "secretOutputs": ["token"]}, {"name": "empty"}]
    file = tmp_path / "answers.yaml"
    file.write_text(yaml.safe_dump({"stacks": known}))
    using = replace(context, sources=fixtures(file, context.sources))

    def ask(**fields: Any) -> list[Element]:
        beside = {key: fields.pop(key) for key in ("where", "allowEmpty") if key in fields}
        return expand({"stack": {"reference": NET, **fields}, **beside}, using=using)

    return ask


def test_the_outputs_are_one_element(ask: Callable[..., list[Element]]) -> None:
    (element,) = ask()
    secret = element.parameters["token"]
    assert {**element.parameters, "token": "hush"} == OUTPUTS
    assert isinstance(secret, Opaque)
    assert (secret.secret, secret.known, secret.handle) == (True, True, "hush")
    assert element.origin.source == f"stack {NET}"


def test_only_chosen_outputs_are_parameters_and_each_must_be_there(ask: Callable[..., list[Element]]) -> None:
    assert ask(outputs=["region"])[0].parameters == {"region": "eu"}
    with pytest.raises(SourceError, match=r'stack\.outputs: .* has no output regio; did you mean "region"'):
        ask(outputs=["regio"])


@pytest.mark.parametrize(("path", "expected"), [("clusters", ["a", "b"]), ("deep.zones", ["x"])])
def test_a_list_of_objects_is_one_element_each(ask: Any, path: str, expected: list[str]) -> None:
    assert [next(iter(element.parameters.values())) for element in ask(path=path)] == expected


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("cluster", 'did you mean "clusters"'),
        ("ports", "must be an object, not a number"),
        ("region", "holds a string, not a list"),
        ("token", "output token of organization/network/prod is a secret"),
        ("token.list", "output token of organization/network/prod is a secret"),
    ],
)
def test_what_is_no_list_of_objects_is_refused(ask: Any, path: str, told: str) -> None:
    with pytest.raises(SourceError) as error:
        ask(path=path)
    assert told in str(error.value)
    assert str(error.value).startswith("generators[0].stack.path")
    assert "hush" not in str(error.value)


def test_a_secret_decides_no_condition(ask: Any) -> None:
    with pytest.raises(GitOpsSetsError, match=r"stack\.where.*output token of organization/network/prod") as error:
        ask(where="token != 'x'")
    assert "hush" not in str(error.value)


def test_a_stack_without_outputs_is_an_error_unless_it_may_be_empty(ask: Any) -> None:
    with pytest.raises(SourceError, match="the stack empty has no outputs; deploy it first"):
        ask(reference="empty")
    assert ask(reference="empty", allowEmpty=True) == []


def test_an_unknown_stack_is_an_error_even_if_it_may_be_empty(ask: Any) -> None:
    with pytest.raises(SourceError, match="no stacks are named organization/network/prodd"):
        ask(reference=f"{NET}d", allowEmpty=True)


def test_definitions_on_their_own_know_no_stacks(expand: Expand) -> None:
    with pytest.raises(SourceError, match="say which with --stack"):
        expand({"stack": {"reference": NET}})
