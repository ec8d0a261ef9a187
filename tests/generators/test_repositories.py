"""Which repositories and branches become elements, and what is in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gitopssets_provider.errors import DefinitionError, GitOpsSetsError, SourceError
from gitopssets_provider.generators import Context, expand_all, parse
from gitopssets_provider.sources.fixtures import fixtures

SHA = "6dcb09b5b57875f334f61aebed695e2e4193db5e"
Of = Callable[..., list[Any]]

FIXTURES = f"""
repositories:
- path: acme/web
  url: https://h/acme/web.git
  sshUrl: git@h:acme/web.git
  topics: [deploy, go]
  branches: {{main: {SHA}, release/1: {SHA}}}
  files: [deploy/app.yaml]
- {{path: acme/api, topics: [deploy], branches: {{main: {SHA}}}, files: [README.md]}}
- {{path: acme/old, archived: true, branches: {{main: {SHA}}}}}
- {{path: acme/empty, defaultBranch: ""}}
- {{path: acme/team/deep, branches: {{main: {SHA}}}}}
"""


@pytest.fixture(name="of")
def _of(context: Context, tmp_path: Path) -> Of:
    (tmp_path / "fixtures.yaml").write_text(FIXTURES)
    sources = fixtures(tmp_path / "fixtures.yaml")

    def expand(**fields: Any) -> list[Any]:
        generator = parse({"repositories": {"forge": "gitlab", "owner": "acme", **fields}})
        elements = expand_all([generator], replace(context, sources=sources))
        return [element.parameters["repository"] for element in elements]

    return expand


def test_an_element_holds_the_repository(of: Of) -> None:
    assert of(repositoryMatch="^web$") == [
        {
            "name": "web",
            "owner": "acme",
            "path": "acme/web",
            "url": "https://h/acme/web.git",
            "sshUrl": "git@h:acme/web.git",
            "defaultBranch": "main",
            "branch": "main",
            "branchSlug": "main",
            "topics": ["deploy", "go"],
            "archived": False,
        }
    ]


def test_each_branch_that_matches_is_an_element_with_its_commit(of: Of) -> None:
    found = of(branchMatch="^release/|^main$", topics=["deploy"])
    assert [(one["path"], one["branch"], one["commit"], one["shortCommit"]) for one in found] == [
        ("acme/api", "main", SHA, "6dcb09b5"),
        ("acme/web", "main", SHA, "6dcb09b5"),
        ("acme/web", "release/1", SHA, "6dcb09b5"),
    ]


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({}, ["api", "empty", "web"]),
        ({"archived": True}, ["api", "empty", "old", "web"]),
        ({"subgroups": True, "repositoryMatch": "e"}, ["empty", "deep", "web"]),
        ({"topics": ["deploy", "go"]}, ["web"]),
        ({"pathsExist": ["deploy"]}, ["web"]),
        ({"pathsExist": ["deploy/app.yaml"]}, ["web"]),
        ({"where": "'go' in repository.topics"}, ["web"]),
    ],
)
def test_filters_choose(of: Of, fields: dict[str, Any], names: list[str]) -> None:
    assert [one["name"] for one in of(**fields)] == names


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"forge": "azureDevOps", "topics": ["x"]}, "have no topics"),
        ({"forge": "github", "subgroups": True}, "only GitLab has subgroups"),
        ({"forge": "bitbucketCloud", "archived": True}, "never archived"),
        ({"pathsExist": ["../x"]}, "a path is relative to the repository"),
        ({"pathsExist": ["/x"]}, "a path is relative to the repository"),
        ({"branchMatch": "["}, "branchMatch"),
    ],
)
def test_what_does_not_fit_together_is_refused_before_anybody_is_asked(
    of: Of, fields: dict[str, Any], words: str
) -> None:
    with pytest.raises(DefinitionError) as caught:
        of(**fields)
    assert words in str(caught.value)


def test_an_owner_that_no_fixture_has_is_an_error(of: Of) -> None:
    with pytest.raises(SourceError, match=r'no repositories are of acmee; did you mean "acme"\?'):
        of(owner="acmee")


def test_none_at_all_is_an_error_unless_it_is_allowed(of: Of) -> None:
    with pytest.raises(GitOpsSetsError, match="yields no element"):
        of(repositoryMatch="nothing")
    assert of(repositoryMatch="nothing", allowEmpty=True) == []


def test_a_repository_leads_to_its_pull_requests(context: Context, tmp_path: Path) -> None:
    pulls = f"""
pullRequests:
- number: 7
  base: {{repo_full_name: acme/web}}
  head: {{ref: x, sha: {SHA}}}
  head_repo_full_name: acme/web
"""
    (tmp_path / "fixtures.yaml").write_text(FIXTURES + pulls)
    matrix = {
        "matrix": {
            "generators": [
                {"repositories": {"forge": "github", "owner": "acme", "repositoryMatch": "web"}},
                {"pullRequests": {"forge": "github", "repository": "{{ repository.path }}"}},
            ]
        }
    }
    (element,) = expand_all([parse(matrix)], replace(context, sources=fixtures(tmp_path / "fixtures.yaml")))
    assert element.parameters["pullRequest"]["number"] == 7
