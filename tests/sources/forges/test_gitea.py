"""The answers of Gitea and Forgejo, as their documentation shows them, and what is made of them."""

from __future__ import annotations

from typing import Any

import pytest
from toxic_server import answer

from gitopssets_provider.errors import GitOpsSetsError, SourceError
from gitopssets_provider.model.forge import PullRequest, Repository

SHA = "7bbaf62d92ddfafd9cc8b340c619abaec32bc09f"
LIST = "/api/v1/repos/test/gitea/pulls?state=open&sort=oldest&limit=50&page=1"
MISSING = answer({"message": "object does not exist [id: , rel_path: x]", "url": "https://x/api/swagger"}, 404)


def repo(number: int = 1, name: str = "test/gitea", **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "owner": {"id": 1, "login": name.partition("/")[0]},
        "name": name.partition("/")[2],
        "full_name": name,
        "empty": False,
        "clone_url": f"https://git.example/{name}.git",
        "ssh_url": f"git@git.example:{name}.git",
        "default_branch": "main",
        "archived": False,
        **more,
    }


def pull(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "id": 100 + number,
        "number": number,
        "user": {"id": 1, "login": "graeme"},
        "title": "Add a file",
        "labels": [{"id": 1, "name": "preview", "color": "00aabb"}],
        "state": "open",
        "draft": False,
        "base": {"label": "main", "ref": "main", "sha": SHA, "repo_id": 1, "repo": repo()},
        "head": {"label": "test", "ref": "test", "sha": SHA, "repo_id": 1, "repo": repo()},
        "created_at": "2026-04-07T21:53:31+02:00",
        "updated_at": "2026-04-07T21:53:31+02:00",
        **more,
    }


@pytest.mark.parametrize("kind", ["gitea", "forgejo"])
def test_a_pull_request_is_told_with_all_that_templates_need(replay: Any, kind: str) -> None:
    replay.answers = {LIST: answer([pull()], x_total_count="1")}
    assert replay.pull_requests(kind, "test/gitea") == [
        PullRequest(
            number=1,
            title="Add a file",
            author="graeme",
            branch="test",
            target_branch="main",
            head_sha=SHA,
            labels=("preview",),
            clone_url="https://git.example/test/gitea.git",
            clone_ssh_url="git@git.example:test/gitea.git",
            updated_at="2026-04-07T19:53:31Z",
        )
    ]


def test_a_server_that_gives_smaller_pages_is_read_to_its_end(replay: Any) -> None:
    pages = [LIST.replace("page=1", f"page={number}") for number in (1, 2, 3)]
    replay.answers = {
        pages[0]: answer([pull(1)], x_total_count="3", link=f'<{{root}}{pages[1]}>; rel="next"'),
        pages[1]: answer([pull(2)], x_total_count="3", link=f'<{{root}}{pages[2]}>; rel="next"'),
        pages[2]: answer([pull(3)], x_total_count="3", link=f'<{{root}}{pages[0]}>; rel="first"'),
    }
    assert [known.number for known in replay.pull_requests("gitea", "test/gitea")] == [1, 2, 3]
    replay.answers[pages[0]] = answer([pull(1)], x_total_count="3")
    with pytest.raises(SourceError, match="the list ends with 1 of 3"):
        replay.pull_requests("gitea", "test/gitea")


def test_there_is_no_public_one(replay: Any) -> None:
    with pytest.raises(GitOpsSetsError, match="gitea has no server of its own; write server"):
        replay.pull_requests("gitea", "test/gitea", url="")


ORGANISATION = {
    "/api/v1/orgs/test": {"id": 3, "username": "test"},
    "/api/v1/orgs/test/repos?limit=50&page=1": [
        repo(2, "test/web"),
        repo(1, "test/api", topics=["deploy"]),
        repo(3, "test/empty", empty=True),
        repo(4, "test/old", archived=True),
    ],
}


def test_the_repositories_of_an_organisation_are_told(replay: Any) -> None:
    replay.answers = dict(ORGANISATION)
    found = replay.repositories("gitea", "test")
    assert [known.name for known in found] == ["api", "empty", "web"]
    assert found[0] == Repository(
        id="1",
        name="api",
        path="test/api",
        url="https://git.example/test/api.git",
        ssh_url="git@git.example:test/api.git",
        default_branch="main",
        topics=("deploy",),
        branch="main",
    )
    assert (found[1].default_branch, found[1].branch) == ("", "")


def test_a_user_has_repositories_as_well(replay: Any) -> None:
    replay.answers = {
        "/api/v1/orgs/graeme": answer({"message": "GetOrgByName", "url": "x", "errors": None}, 404),
        "/api/v1/users/graeme/repos?limit=50&page=1": [repo(1, "graeme/x")],
    }
    assert [known.path for known in replay.repositories("gitea", "graeme")] == ["graeme/x"]
    replay.answers["/api/v1/orgs/graeme"] = answer(b"<html>", 404, content_type="text/html")
    with pytest.raises(SourceError):
        replay.repositories("gitea", "graeme")


def test_topics_are_asked_for_where_the_list_does_not_tell(replay: Any) -> None:
    topics = "/api/v1/repos/test/{}/topics"
    replay.answers = {
        **ORGANISATION,
        topics.format("web"): {"topics": ["deploy", "x"]},
        topics.format("empty"): {"topics": []},
    }
    found = replay.repositories("gitea", "test", topics=frozenset({"deploy"}))
    assert [known.name for known in found] == ["api", "web"]


def test_branches_and_paths_choose(replay: Any) -> None:
    branches = "/api/v1/repos/test/{}/branches?limit=50&page=1"
    contents = "/api/v1/repos/test/{}/contents/x?ref=" + SHA
    replay.answers = {
        **ORGANISATION,
        branches.format("web"): [{"name": "main", "commit": {"id": SHA}}, {"name": "dev", "commit": {"id": SHA}}],
        branches.format("api"): [{"name": "main", "commit": {"id": SHA}}],
        contents.format("web"): [{"name": "y", "type": "file"}],
        contents.format("api"): MISSING,
    }
    found = replay.repositories("gitea", "test", branch=lambda name: name == "main", paths=("x",))
    assert [(known.path, known.branch, known.commit) for known in found] == [("test/web", "main", SHA)]
