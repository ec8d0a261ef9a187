"""GitLab's answers, as its documentation shows them, and what is made of them."""

from __future__ import annotations

from typing import Any

import pytest
from toxic_server import answer

from gitopssets_provider.errors import SourceError
from gitopssets_provider.model.credential import Credential
from gitopssets_provider.model.forge import PullRequest, Repository

SHA = "8888888888888888888888888888888888888888"
LIST = "/api/v4/projects/group%2Fsub%2Fapp/merge_requests?state=opened&order_by=created_at&sort=asc&per_page=100"


def merge_request(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "id": 5000 + number,
        "iid": number,
        "project_id": 3,
        "title": "test1",
        "state": "opened",
        "created_at": "2026-04-29T08:46:00Z",
        "updated_at": "2026-04-29T10:46:00.123+02:00",
        "target_branch": "main",
        "source_branch": "test1",
        "author": {"id": 1, "username": "admin", "name": "Administrator"},
        "source_project_id": 3,
        "target_project_id": 3,
        "labels": ["Community contribution", "Manage"],
        "draft": False,
        "sha": SHA,
        "has_conflicts": False,
        **more,
    }


def project(number: int = 3, path: str = "group/sub/app", **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "name": "The App",
        "path": path.rpartition("/")[2],
        "path_with_namespace": path,
        "default_branch": "main",
        "topics": ["deploy"],
        "archived": False,
        "ssh_url_to_repo": f"git@gitlab.example:{path}.git",
        "http_url_to_repo": f"https://gitlab.example/{path}.git",
        **more,
    }


def test_a_merge_request_is_told_with_the_urls_of_its_project(replay: Any) -> None:
    replay.answers = {LIST: [merge_request()], "/api/v4/projects/3": project()}
    found = replay.pull_requests("gitlab", "group/sub/app", credential=Credential(username="oauth2", password="t0ken"))
    assert found == [
        PullRequest(
            number=1,
            title="test1",
            author="admin",
            branch="test1",
            target_branch="main",
            head_sha=SHA,
            labels=("Community contribution", "Manage"),
            clone_url="https://gitlab.example/group/sub/app.git",
            clone_ssh_url="git@gitlab.example:group/sub/app.git",
            updated_at="2026-04-29T08:46:00Z",
        )
    ]
    headers = replay.server.asked[0].headers
    assert (headers["private-token"], "authorization" in headers) == ("t0ken", False)


def test_a_project_is_asked_for_once_and_only_for_what_is_wanted(replay: Any) -> None:
    fork = merge_request(3, source_project_id=9)
    replay.answers = {LIST: [merge_request(1), merge_request(2), fork], "/api/v4/projects/3": project()}
    found = replay.pull_requests("gitlab", "group/sub/app", lambda known: not known.fork)
    assert [known.number for known in found] == [1, 2]
    assert sorted(replay.server.paths) == sorted([LIST, "/api/v4/projects/3"])


def test_a_project_that_may_not_be_read_is_an_error(replay: Any) -> None:
    fork = merge_request(3, source_project_id=9)
    replay.answers = {LIST: [fork], "/api/v4/projects/9": answer({"message": "404 Project Not Found"}, 404)}
    with pytest.raises(SourceError, match="projects/9"):
        replay.pull_requests("gitlab", "group/sub/app")


def test_a_project_that_is_gone_leaves_no_urls(replay: Any) -> None:
    replay.answers = {LIST: [merge_request(source_project_id=None)]}
    (found,) = replay.pull_requests("gitlab", "group/sub/app")
    assert (found.fork, found.clone_url) == (True, "")


def test_drafts_of_older_servers_are_known(replay: Any) -> None:
    old = merge_request(2, work_in_progress=True)
    del old["draft"]
    replay.answers = {LIST: [merge_request(1, draft=True), old], "/api/v4/projects/3": project()}
    assert [known.draft for known in replay.pull_requests("gitlab", "group/sub/app")] == [True, True]


def test_a_list_that_ends_before_its_total_is_refused(replay: Any) -> None:
    replay.answers = {LIST: answer([merge_request()], x_total="2", x_total_pages="1")}
    with pytest.raises(SourceError, match="the list ends with 1 of 2"):
        replay.pull_requests("gitlab", "group/sub/app")


def test_a_merge_request_without_a_commit_is_an_error(replay: Any) -> None:
    replay.answers = {LIST: [merge_request(sha=None)]}
    with pytest.raises(SourceError, match=r"\[0\].sha: the answer has nothing where a text should be"):
        replay.pull_requests("gitlab", "group/sub/app")


GROUP = "/api/v4/groups/group/projects?order_by=id&sort=asc&with_shared=false&per_page=100"


def test_the_projects_of_a_group_are_told(replay: Any) -> None:
    replay.answers = {
        GROUP: [
            project(),
            project(4, "group/empty", default_branch=None, empty_repo=True),
            project(5, "group/old", archived=True),
        ],
        f"{GROUP}&include_subgroups=true": [],
    }
    found = replay.repositories("gitlab", "group")
    assert [known.path for known in found] == ["group/empty", "group/sub/app"]
    assert found[1] == Repository(
        id="3",
        name="app",
        path="group/sub/app",
        url="https://gitlab.example/group/sub/app.git",
        ssh_url="git@gitlab.example:group/sub/app.git",
        default_branch="main",
        topics=("deploy",),
        branch="main",
    )
    assert replay.repositories("gitlab", "group", subgroups=True) == []


def test_branches_and_paths_choose(replay: Any) -> None:
    tree = "/api/v4/projects/{}/repository/tree?ref={}&per_page=100{}"
    replay.answers = {
        GROUP: [project(), project(4, "group/empty", default_branch=None, empty_repo=True), project(6, "group/lib")],
        "/api/v4/projects/3/repository/branches?per_page=100": [{"name": "main", "commit": {"id": SHA}}],
        "/api/v4/projects/6/repository/branches?per_page=100": [{"name": "main", "commit": {"id": SHA}}],
        tree.format(3, SHA, "&path=deploy"): [{"id": "x", "name": "app.yaml", "path": "deploy/app.yaml"}],
        tree.format(6, SHA, "&path=deploy"): answer({"message": "404 Tree Not Found"}, 404),
    }
    found = replay.repositories("gitlab", "group", branch=lambda _: True, paths=("deploy/app.yaml",))
    assert [(known.path, known.branch, known.commit) for known in found] == [("group/sub/app", "main", SHA)]
    replay.answers[tree.format(3, "main", "")] = [{"id": "x", "name": "a", "path": "a"}]
    assert replay.repositories("gitlab", "group", name=lambda name: name == "app", paths=("b",)) == []
    replay.answers[tree.format(6, "main", "&path=x")] = answer({"message": "404 Project Not Found"}, 404)
    with pytest.raises(SourceError, match="is not there"):
        replay.repositories("gitlab", "group", name=lambda name: name == "lib", paths=("x/y",))


def test_a_project_whose_code_may_not_be_read_is_not_taken_for_an_empty_one(replay: Any) -> None:
    branches = "/api/v4/projects/3/repository/branches?per_page=100"
    replay.answers = {GROUP: [project(default_branch=None)], branches: answer({"message": "403 Forbidden"}, 403)}
    with pytest.raises(SourceError, match="repository/branches"):
        replay.repositories("gitlab", "group")
    replay.answers[branches] = [{"name": "trunk", "default": True, "commit": {"id": SHA}}]
    assert [known.branch for known in replay.repositories("gitlab", "group")] == ["trunk"]


def test_a_project_without_a_repository_has_no_branches(replay: Any) -> None:
    replay.answers = {GROUP: [project(default_branch=None, repository_access_level="disabled")]}
    assert [known.branch for known in replay.repositories("gitlab", "group")] == [""]
    assert replay.repositories("gitlab", "group", branch=lambda _: True) == []
