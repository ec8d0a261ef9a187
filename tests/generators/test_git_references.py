"""Branches and tags as elements: which are chosen, in what order, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from gitopssets_provider.errors import DefinitionError, SourceError
from gitopssets_provider.generators import Context, parse
from gitopssets_provider.model.element import Element
from gitopssets_provider.sources.fixtures import fixtures

Ask = Callable[..., list[dict[str, Any]]]
TAGS = ["app-v1.0.0", "app-v1.10.0", "app-v1.9.0", "nightly", "v1.0.0", "v1.1.0", "v1.2.0-rc.1", "v2.0.0"]
BRANCHES = ["main", "release/1.0", "release/1.1", "renovate/x"]


@pytest.fixture
def ask(expand: Callable[..., list[Element]], context: Context, tmp_path: Path) -> Ask:
    """Return a function that expands generators where a repository has known branches and tags."""
    known = {
        "name": "app",
        "tags": {name: f"{index:040x}" for index, name in enumerate(TAGS)},
        "branches": {name: f"{index:040x}" for index, name in enumerate(BRANCHES)},
    }
    file = tmp_path / "answers.yaml"
    file.write_text(yaml.safe_dump({"gitRepositories": [known, {"name": "none"}]}))
    using = replace(context, sources=fixtures(file, context.sources))

    def ask(*others: Any, empty: bool = False, **fields: Any) -> list[dict[str, Any]]:
        generator = {"git": {"repository": "app", **fields}, "allowEmpty": empty}
        whole = {"matrix": {"generators": [*others, generator]}} if others else generator
        return [dict(element.parameters) for element in expand(whole, using=using)]

    return ask


def names(elements: list[dict[str, Any]]) -> list[str]:
    return [(element.get("tag") or element["branch"])["name"] for element in elements]


def test_every_branch_is_an_element_with_its_commit(ask: Ask) -> None:
    elements = ask(branches={})
    assert names(elements) == BRANCHES
    assert elements[1] == {"branch": {"name": "release/1.0", "commit": f"{1:040x}"}, "repository": {"url": "app"}}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"match": ["main", "release/*"]}, ["main", "release/1.0", "release/1.1"]),
        ({"exclude": ["renovate/**"]}, ["main", "release/1.0", "release/1.1"]),
        ({"match": ["**/1.{0,1}"], "exclude": ["*/1.0"]}, ["release/1.1"]),
    ],
)
def test_patterns_choose_branches(ask: Ask, fields: Any, expected: list[str]) -> None:
    assert names(ask(branches=fields)) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"semver": "*"}, ["v2.0.0", "v1.1.0", "v1.0.0"]),
        ({"semver": ">=1.0.0-0 <2"}, ["v1.2.0-rc.1", "v1.1.0", "v1.0.0"]),
        ({"semver": "1.x", "newest": 1}, ["v1.1.0"]),
        ({"newest": 2}, ["v2.0.0", "v1.1.0"]),
        ({"prefix": "app-", "newest": 2}, ["app-v1.10.0", "app-v1.9.0"]),
        ({"match": ["v1.*"], "semver": "*"}, ["v1.1.0", "v1.0.0"]),
    ],
)
def test_tags_are_chosen_by_version_the_newest_first(ask: Ask, fields: Any, expected: list[str]) -> None:
    elements = ask(tags=fields)
    assert names(elements) == expected
    assert [element["tag"]["version"] for element in elements] == [name.split("v", 1)[1] for name in expected]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (
            {"branches": {"match": ["mian"]}},
            'git.branches.match: no branch matches mian (4 in all); did you mean "main"',
        ),
        ({"tags": {"semver": ">=3"}}, "git.tags.semver: no tag is a version in the range >=3"),
        ({"tags": {"match": ["night*"], "newest": 1}}, "git.tags.newest: no tag is a version in the range *"),
        ({"branches": {}, "repository": "none"}, "yields no element"),
    ],
)
def test_nothing_that_matches_is_an_error_unless_it_may_be_empty(ask: Ask, fields: Any, told: str) -> None:
    with pytest.raises(SourceError) as error:
        ask(**fields)
    assert told in str(error.value)
    assert ask(empty=True, **fields) == []


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"branches": {}, "tags": {}}, "exactly one of files, directories, branches and tags"),
        ({"branches": {}, "revision": "main"}, "branches and tags have no revision"),
        ({"tags": {"semver": "latest"}}, "tags.semver"),
        ({"tags": {"newest": 0}}, "tags.newest"),
        ({"tags": {"prefix": "v"}}, "a prefix stands before a version"),
        ({"tags": {"match": ["../x"]}}, "tags.match"),
    ],
)
def test_what_makes_no_sense_is_refused_when_it_is_read(fields: Any, told: str) -> None:
    with pytest.raises(DefinitionError) as error:
        parse({"git": fields})
    assert told in str(error.value)


def test_a_later_factor_takes_its_range_from_an_earlier_one(ask: Ask) -> None:
    rows = {"list": {"elements": [{"range": "1.x"}, {"range": "2.x"}]}}
    assert names(ask(rows, tags={"semver": "{{ range }}", "newest": 1})) == ["v1.1.0", "v2.0.0"]
