"""The answers of Bitbucket Cloud, as its documentation shows them, and what is made of them."""

from __future__ import annotations

from typing import Any

import pytest
from toxic_server import answer

from gitopssets_provider.errors import SourceError
from gitopssets_provider.model.forge import PullRequest, Repository
from gitopssets_provider.sources.forges.bitbucket_cloud import _api

SHA = "fb7b8ef9ea51c0c1fdd2bb4e39bd7e3a5d0e5a13"
API = "/2.0/repositories/team/app"
LIST = f"{API}/pullrequests?state=OPEN&sort=id&pagelen=50"
CLONE = [
    {"name": "https", "href": "https://someone@bitbucket.org/team/app.git"},
    {"name": "ssh", "href": "git@bitbucket.org:team/app.git"},
]


def repo(slug: str = "app", uuid: str = "{a}", **more: Any) -> dict[str, Any]:
    return {
        "type": "repository",
        "uuid": uuid,
        "slug": slug,
        "name": "The App",
        "full_name": f"team/{slug}",
        "is_private": True,
        "mainbranch": {"type": "branch", "name": "main"},
        "links": {"clone": CLONE},
        **more,
    }


def pull(number: int = 1, **more: Any) -> dict[str, Any]:
    short = {"type": "repository", "full_name": "team/app", "name": "app", "uuid": "{a}"}
    return {
        "type": "pullrequest",
        "id": number,
        "title": "a change",
        "state": "OPEN",
        "draft": False,
        "author": {"display_name": "Some One", "nickname": "someone", "uuid": "{u}", "type": "user"},
        "source": {
            "branch": {"name": "feature/x"},
            "commit": {"type": "commit", "hash": SHA[:12]},
            "repository": short,
        },
        "destination": {
            "branch": {"name": "main"},
            "commit": {"type": "commit", "hash": "0" * 12},
            "repository": short,
        },
        "created_on": "2026-08-08T13:13:06.211163+00:00",
        "updated_on": "2026-08-08T13:13:06.233179+00:00",
        **more,
    }


def page(values: list[Any], **more: Any) -> dict[str, Any]:
    return {"pagelen": 50, "page": 1, "size": len(values), "values": values, **more}


COMMIT = {f"{API}/commit/{SHA[:12]}": {"type": "commit", "hash": SHA}, API: repo()}


def test_a_pull_request_is_told_with_the_full_id_of_its_commit(replay: Any) -> None:
    replay.answers = {LIST: page([pull()]), **COMMIT}
    assert replay.pull_requests("bitbucketCloud", "team/app") == [
        PullRequest(
            number=1,
            title="a change",
            author="someone",
            branch="feature/x",
            target_branch="main",
            head_sha=SHA,
            clone_url="https://bitbucket.org/team/app.git",
            clone_ssh_url="git@bitbucket.org:team/app.git",
            updated_at="2026-08-08T13:13:06Z",
        )
    ]


@pytest.mark.parametrize(
    "commit", [answer({"type": "error"}, 404), {"type": "commit", "hash": "0" * 40}, {"type": "commit"}]
)
def test_a_commit_that_is_not_the_one_is_an_error(replay: Any, commit: Any) -> None:
    replay.answers = {LIST: page([pull()]), **COMMIT, f"{API}/commit/{SHA[:12]}": commit}
    with pytest.raises(SourceError, match=f"commit/{SHA[:12]}"):
        replay.pull_requests("bitbucketCloud", "team/app")


def test_every_page_is_read_and_none_of_another_server(replay: Any) -> None:
    second = f"{LIST}&page=2"
    replay.answers = {
        LIST: page([pull(1)], next=f"{{root}}{second}"),
        second: page([pull(2)]),
        **COMMIT,
    }
    found = replay.pull_requests("bitbucketCloud", "team/app")
    assert [known.number for known in found] == [1, 2]
    replay.answers[LIST] = page([pull(1)], next="https://elsewhere.example/2.0/x")
    with pytest.raises(SourceError, match="page 1 leads to another server"):
        replay.pull_requests("bitbucketCloud", "team/app")


def test_nothing_more_is_asked_for_what_is_not_wanted(replay: Any) -> None:
    fork = pull()
    fork["source"] = {**fork["source"], "repository": {"uuid": "{b}", "full_name": "other/app"}}
    gone = pull(2)
    gone["source"] = {**gone["source"], "repository": None}
    replay.answers = {LIST: page([fork, gone])}
    assert replay.pull_requests("bitbucketCloud", "team/app", lambda known: not known.fork) == []
    assert len(replay.server.asked) == 1


@pytest.mark.parametrize("url", ["https://bitbucket.org", "https://api.bitbucket.org/2.0"])
def test_the_api_is_where_the_forge_has_it(url: str) -> None:
    assert _api(url) == "https://api.bitbucket.org/2.0"


WORKSPACE = {"/2.0/repositories/team?pagelen=100&sort=full_name": page([repo(), repo("empty", "{b}", mainbranch=None)])}


def test_the_repositories_of_a_workspace_are_told(replay: Any) -> None:
    replay.answers = dict(WORKSPACE)
    found = replay.repositories("bitbucketCloud", "team")
    assert [(known.path, known.branch) for known in found] == [("team/app", "main"), ("team/empty", "")]
    assert found[0] == Repository(
        id="{a}",
        name="app",
        path="team/app",
        url="https://bitbucket.org/team/app.git",
        ssh_url="git@bitbucket.org:team/app.git",
        default_branch="main",
        branch="main",
    )


def test_branches_and_paths_choose(replay: Any) -> None:
    refs = "/2.0/repositories/team/{}/refs/branches"
    missing = {"type": "error", "error": {"message": "No such file or directory: y"}}
    replay.answers = {
        **WORKSPACE,
        refs.format("app") + "?pagelen=100": page([{"name": "feature/x", "target": {"hash": SHA}}]),
        refs.format("empty") + "?pagelen=100": page([]),
        refs.format("app") + "/main": {"name": "main", "target": {"hash": SHA}},
        f"{API}/src/{SHA}/x?format=meta": {"type": "commit_file", "path": "x"},
        f"{API}/src/{SHA}/y?format=meta": answer(missing, 404),
    }
    found = replay.repositories("bitbucketCloud", "team", branch=lambda _: True, paths=("x",))
    assert [(known.path, known.branch, known.commit) for known in found] == [("team/app", "feature/x", SHA)]
    assert [known.path for known in replay.repositories("bitbucketCloud", "team", paths=("x",))] == ["team/app"]
    assert replay.repositories("bitbucketCloud", "team", paths=("x", "y")) == []
    replay.answers[f"{API}/src/{SHA}/y?format=meta"] = answer({"type": "error", "error": {"message": "no"}}, 404)
    with pytest.raises(SourceError, match="is not there"):
        replay.repositories("bitbucketCloud", "team", paths=("y",))
