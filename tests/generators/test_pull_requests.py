"""Which pull requests become elements, and what is in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from toxic_server import Answer, Server, answer

from gitopssets_provider.errors import DefinitionError, GitOpsSetsError, SourceError
from gitopssets_provider.generators import Context, expand_all, parse
from gitopssets_provider.model.deferred import Opaque
from gitopssets_provider.sources.fixtures import fixtures
from gitopssets_provider.sources.forges import live_forges
from gitopssets_provider.sources.network import HostGrant, Network, NetworkSettings
from gitopssets_provider.sources.variables import Variables
from gitopssets_provider.templating import Templating

SHA = "6dcb09b5b57875f334f61aebed695e2e4193db5e"
OTHER = "564254f7170844f40a01315fc571ae45fb8665b7"
Of = Callable[..., list[Any]]

FIXTURES = f"""
pullRequests:
- number: 12
  title: "Draft: try"
  author: alice
  state: open
  draft: true
  labels: [preview, ready]
  base: {{ref: main, repo_full_name: octo/app}}
  head: {{ref: Feature/One, sha: {SHA}, clone: https://h/octo/app.git, clone_ssh: "git@h:octo/app.git"}}
  head_repo_full_name: Octo/app
  updated_at: "2026-08-01T10:00:00Z"
- number: 3
  title: Fix it
  state: open
  labels: [preview]
  base: {{ref: release/1, repo_full_name: octo/app}}
  head: {{ref: fix, sha: {OTHER}, clone: https://h/eve/app.git, clone_ssh: "git@h:eve/app.git"}}
  head_repo_full_name: eve/app
- number: 4
  state: closed
  labels: []
  base: {{ref: main, repo_full_name: octo/app}}
  head: {{ref: old, sha: {OTHER}}}
  head_repo_full_name: octo/app
- number: 5
  labels: []
  base: {{ref: main, repo_full_name: octo/app}}
  head: {{ref: plain, sha: {OTHER}}}
  head_repo_full_name: octo/app
"""


@pytest.fixture(name="of")
def _of(context: Context, tmp_path: Path) -> Of:
    (tmp_path / "fixtures.yaml").write_text(FIXTURES)
    sources = fixtures(tmp_path / "fixtures.yaml")

    def expand(**fields: Any) -> list[Any]:
        generator = parse({"pullRequests": {"forge": "github", "repository": "octo/app", **fields}})
        elements = expand_all([generator], replace(context, sources=sources))
        return [element.parameters["pullRequest"] for element in elements]

    return expand


def test_an_element_holds_the_pull_request(of: Of) -> None:
    assert of()[1] == {
        "number": 12,
        "title": "Draft: try",
        "author": "alice",
        "labels": ["preview", "ready"],
        "branch": "Feature/One",
        "branchSlug": of()[1]["branchSlug"],
        "targetBranch": "main",
        "headSha": SHA,
        "headShortSha": "6dcb09b5",
        "fork": False,
        "cloneUrl": "https://h/octo/app.git",
        "cloneSshUrl": "git@h:octo/app.git",
        "updatedAt": "2026-08-01T10:00:00Z",
    }


def test_a_branch_s_slug_is_a_name_that_no_other_branch_has(of: Of) -> None:
    plain, changed = [element["branchSlug"] for element in of()]
    assert plain == "plain"
    assert changed.startswith("feature-one-")
    assert len(changed) <= 50


@pytest.mark.parametrize(
    ("fields", "numbers"),
    [
        ({}, [5, 12]),
        ({"drafts": False}, [5]),
        ({"labels": ["preview"]}, [12]),
        ({"labels": ["preview", "ready"]}, [12]),
        ({"labels": ["preview"], "forks": True}, [3, 12]),
        ({"labels": ["preview"], "forks": True, "targetBranchMatch": "^release/"}, [3]),
        ({"branchMatch": "^Feature/"}, [12]),
        ({"titleMatch": "(?i)draft"}, [12]),
        ({"where": "pullRequest.number > 5"}, [12]),
    ],
)
def test_filters_choose(of: Of, fields: dict[str, Any], numbers: list[int]) -> None:
    assert [element["number"] for element in of(**fields)] == numbers


def test_none_at_all_is_an_error_unless_it_is_allowed(of: Of) -> None:
    with pytest.raises(GitOpsSetsError, match="yields no element"):
        of(labels=["nobody"])
    assert of(labels=["nobody"], allowEmpty=True) == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"forks": True}, "forks: true needs labels"),
        ({"forge": "bitbucketCloud", "labels": ["x"]}, "pull requests of Bitbucket have no labels"),
        ({"forge": "bitbucketServer", "forks": True}, "forks: true needs labels"),
        ({"forge": "githob"}, "forge"),
        ({"labels": [""]}, "a label is not empty"),
        ({"titleMatch": "("}, "titleMatch"),
        ({"branchMatch": "(?=x)"}, "branchMatch"),
        ({"tokn": "x"}, 'did you mean "token"?'),
    ],
)
def test_what_does_not_fit_together_is_refused_before_anybody_is_asked(
    of: Of, fields: dict[str, Any], words: str
) -> None:
    with pytest.raises(DefinitionError) as caught:
        of(**fields)
    assert words in str(caught.value)


def test_a_repository_that_no_fixture_has_is_an_error(of: Of) -> None:
    with pytest.raises(SourceError) as caught:
        of(repository="octo/ap")
    assert 'no pullRequests are of octo/ap; did you mean "octo/app"?' in str(caught.value)
    assert "generators[0].pullRequests" in str(caught.value)


def test_the_repository_may_come_from_an_earlier_factor(context: Context, tmp_path: Path) -> None:
    (tmp_path / "fixtures.yaml").write_text(FIXTURES)
    matrix = {
        "matrix": {
            "generators": [
                {"list": {"elements": [{"app": "octo/app", "kind": "github", "labels": ["ready"]}]}},
                {"pullRequests": {"forge": "{{ kind }}", "repository": "{{ app }}", "labels": "{{ labels }}"}},
            ]
        }
    }
    sources = fixtures(tmp_path / "fixtures.yaml")
    (element,) = expand_all([parse(matrix)], replace(context, sources=sources))
    assert element.parameters["pullRequest"]["number"] == 12
    assert element.origin.flatten()[1].commit == SHA


def _live(context: Context, answers: Answer, constants: Any = None, **fields: Any) -> tuple[list[Any], Server]:
    server = Server(answers)
    with server:
        grant = HostGrant(host=server.authority, allow_http=True, private_addresses=True)
        network = Network(NetworkSettings(hosts=[grant], attempts=1, read_timeout=1))
        forges = live_forges(network, network.concurrently)
        sources = replace(context.sources, forges=forges, variables=Variables({"TOKEN": "s3cret"}, ["TOKEN"]))
        templating = Templating(constants or {})
        generator = parse({"pullRequests": {"server": server.url, "allowEmpty": True, **fields}})
        try:
            found = expand_all([generator], replace(context, sources=sources, templating=templating))
        finally:
            network.close()
    return found, server


def test_a_token_from_the_environment_is_shown_to_the_forge(context: Context) -> None:
    token = {"from": {"environment": "TOKEN"}}
    found, server = _live(context, lambda _: answer([]), forge="github", repository="octo/app", token=token)
    assert found == []
    assert server.asked[0].headers["authorization"] == "Bearer s3cret"


def test_a_token_may_be_a_secret_of_the_stack(context: Context) -> None:
    secret = Opaque("s3cret", label="secrets.forge", secret=True, known=True)
    constants = {"secrets": {"forge": secret}}
    fields = {"forge": "gitlab", "repository": "octo/app", "token": "{{ secrets.forge }}"}
    _, server = _live(context, lambda _: answer([]), constants, **fields)
    assert server.asked[0].headers["private-token"] == "s3cret"


@pytest.mark.parametrize(
    ("token", "username", "header"),
    [
        ("s3cret", "", "Basic dG9rZW46czNjcmV0"),
        ("s3cret", "me", "Basic bWU6czNjcmV0"),
        ("eyJ0.eyJ1.sig", "", "Bearer eyJ0.eyJ1.sig"),
    ],
)
def test_azure_devops_takes_a_personal_token_as_a_password(
    context: Context, token: str, username: str, header: str
) -> None:
    body = {"value": [], "count": 0}
    fields = {"forge": "azureDevOps", "repository": "org/project/app", "token": token, "username": username}
    _, server = _live(context, lambda _: answer(body), **fields)
    assert server.asked[0].headers["authorization"] == header


def test_what_a_forge_refuses_is_told_with_the_generator_s_place(context: Context) -> None:
    with pytest.raises(SourceError) as caught:
        _live(context, lambda _: answer({}, 404), forge="gitlab", repository="octo/app")
    assert str(caught.value).startswith("generators[0].pullRequests: http://127.0.0.1:")
    assert "has no such thing (HTTP 404); check the URL; if it is private, give credentials" in str(caught.value)


def test_a_forge_whose_host_is_not_granted_is_not_asked(context: Context) -> None:
    network = Network(NetworkSettings())
    sources = replace(context.sources, forges=live_forges(network, network.concurrently))
    generator = parse({"pullRequests": {"forge": "github", "repository": "octo/app"}})
    with pytest.raises(SourceError, match=r"api\.github\.com is not granted; if it is meant: gitopssets:network"):
        expand_all([generator], replace(context, sources=sources))
