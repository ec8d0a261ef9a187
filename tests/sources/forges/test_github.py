"""GitHub's answers, as its documentation shows them, and what is made of them."""

from __future__ import annotations

from typing import Any

import pytest
from toxic_server import answer

from gitopssets_provider.errors import GitOpsSetsError, SourceError
from gitopssets_provider.model.credential import Credential
from gitopssets_provider.model.forge import ForgeServer, PullRequest, Repository
from gitopssets_provider.sources.forges.github import _api

SHA = "6dcb09b5b57875f334f61aebed695e2e4193db5e"
LIST = "/api/v3/repos/octocat/Hello-World/pulls?state=open&sort=created&direction=asc&per_page=100"


def repo(name: str = "octocat/Hello-World", number: int = 1296269, **more: Any) -> dict[str, Any]:
    owner, _, short = name.partition("/")
    return {
        "id": number,
        "node_id": "MDEwOlJlcG9zaXRvcnkxMjk2MjY5",
        "name": short,
        "full_name": name,
        "owner": {"login": owner, "id": 1, "type": "User"},
        "private": False,
        "fork": False,
        "clone_url": f"https://github.com/{name}.git",
        "ssh_url": f"git@github.com:{name}.git",
        "html_url": f"https://github.com/{name}",
        "default_branch": "main",
        "topics": ["octocat", "api"],
        "archived": False,
        **more,
    }


def pull(number: int = 1347, **more: Any) -> dict[str, Any]:
    return {
        "id": 1000 + number,
        "number": number,
        "state": "open",
        "locked": True,
        "title": "Amazing new feature",
        "user": {"login": "octocat", "id": 1},
        "labels": [{"id": 208045946, "name": "bug", "color": "f29513", "default": True}],
        "created_at": "2026-01-26T19:01:12Z",
        "updated_at": "2026-01-27T19:01:12Z",
        "head": {"label": "octocat:new-topic", "ref": "new-topic", "sha": SHA, "repo": repo()},
        "base": {"label": "octocat:main", "ref": "main", "sha": SHA, "repo": repo()},
        "draft": False,
        **more,
    }


def test_a_pull_request_is_told_with_all_that_templates_need(replay: Any) -> None:
    replay.answers = {LIST: [pull()]}
    assert replay.pull_requests("github", "octocat/Hello-World") == [
        PullRequest(
            number=1347,
            title="Amazing new feature",
            author="octocat",
            branch="new-topic",
            target_branch="main",
            head_sha=SHA,
            labels=("bug",),
            clone_url="https://github.com/octocat/Hello-World.git",
            clone_ssh_url="git@github.com:octocat/Hello-World.git",
            updated_at="2026-01-27T19:01:12Z",
        )
    ]
    headers = replay.server.asked[0].headers
    assert (headers["accept"], headers["x-github-api-version"]) == ("application/vnd.github+json", "2022-11-28")
    assert "authorization" not in headers


def test_a_token_is_shown_as_a_bearer_s(replay: Any) -> None:
    replay.answers = {LIST: []}
    assert replay.pull_requests("github", "octocat/Hello-World", credential=Credential(password="t0ken")) == []
    assert replay.server.asked[0].headers["authorization"] == "Bearer t0ken"


def test_every_page_is_read_and_the_order_is_by_number(replay: Any) -> None:
    second, third = f"{LIST}&page=2", f"{LIST}&page=3"
    replay.answers = {
        LIST: answer([pull(9)], link=f'<{{root}}{second}>; rel="next", <{{root}}{third}>; rel="last"'),
        second: answer([pull(3)], link=f'<{{root}}{LIST}>; rel="prev", <{{root}}{third}>; rel="next"'),
        third: answer([pull(12)], link=f'<{{root}}{second}>; rel="prev"'),
    }
    assert [known.number for known in replay.pull_requests("github", "octocat/Hello-World")] == [3, 9, 12]


def test_a_full_page_without_a_link_is_not_taken_for_the_last(replay: Any) -> None:
    full = [pull(number) for number in range(1, 101)]
    replay.answers = {LIST: full, f"{LIST}&page=2": [pull(101)]}
    assert len(replay.pull_requests("github", "octocat/Hello-World")) == 101


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ([pull(1)], "is the same as an earlier one"),
        ([pull(2), pull(1)], "the list repeats number 1 on page 2"),
    ],
)
def test_a_list_that_repeats_is_refused(replay: Any, page: list[Any], words: str) -> None:
    second = f"{LIST}&page=2"
    replay.answers = {
        LIST: answer([pull(1)], link=f'<{{root}}{second}>; rel="next"'),
        second: answer(page, link=f'<{{root}}{LIST}&page=3>; rel="next"'),
    }
    with pytest.raises(SourceError, match=words):
        replay.pull_requests("github", "octocat/Hello-World")


@pytest.mark.parametrize("page", range(2, 6))
def test_a_page_that_is_missing_is_an_error(replay: Any, page: int) -> None:
    for number in range(1, page):
        path = LIST if number == 1 else f"{LIST}&page={number}"
        replay.answers[path] = answer([pull(number)], link=f'<{{root}}{LIST}&page={number + 1}>; rel="next"')
    with pytest.raises(SourceError):
        replay.pull_requests("github", "octocat/Hello-World")
    assert len(replay.server.asked) == page


def test_a_fork_is_known_by_its_repository_even_if_that_is_gone(replay: Any) -> None:
    other = pull(1, head={"ref": "x", "sha": SHA, "repo": repo("someone/Hello-World", 7)})
    gone = pull(2, head={"ref": "x", "sha": SHA, "repo": None}, user=None)
    renamed = pull(3, head={"ref": "x", "sha": SHA, "repo": repo("OCTOCAT/hello-world")})
    replay.answers = {LIST: [other, gone, renamed]}
    found = replay.pull_requests("github", "octocat/Hello-World")
    assert [known.fork for known in found] == [True, True, False]
    assert [known.clone_url for known in found][:2] == ["https://github.com/someone/Hello-World.git", ""]
    assert found[1].author == "ghost"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"head": {"ref": "x", "sha": None, "repo": repo()}}, "[0].head.sha: the answer has nothing where a text"),
        ({"head": {"ref": "x", "sha": "6dcb09b", "repo": repo()}}, "where the id of a commit should be"),
        ({"head": {"sha": SHA, "repo": repo()}}, "[0].head.ref: the answer has nothing where a text should be"),
        ({"number": "1"}, "[0].number: the answer has a string where a number should be"),
        ({"number": True}, "where a number should be"),
        ({"labels": {"name": "bug"}}, "[0].labels: the answer has a mapping where a list of objects should be"),
        ({"draft": "no"}, "where true or false should be"),
        ({"updated_at": "yesterday"}, "where a moment should be"),
    ],
)
def test_a_pull_request_that_lacks_something_is_an_error(replay: Any, change: dict[str, Any], words: str) -> None:
    replay.answers = {LIST: [{**pull(), **change}]}
    with pytest.raises(SourceError) as caught:
        replay.pull_requests("github", "octocat/Hello-World")
    assert words in str(caught.value)
    assert "/api/v3/repos/octocat/Hello-World/pulls" in str(caught.value)


@pytest.mark.parametrize("name", ["octocat", "a/b/c", "a//b", "../x", "a/..", ""])
def test_a_name_that_is_no_repository_s_is_not_asked_for(replay: Any, name: str) -> None:
    with pytest.raises(GitOpsSetsError, match="does not look like owner/name"):
        replay.pull_requests("github", name)
    assert replay.server.asked == []


def test_what_a_name_holds_leads_nowhere_else(replay: Any) -> None:
    path = LIST.replace("octocat/Hello-World", "a%3Fb/c%23%20d")
    replay.answers = {path: []}
    assert replay.pull_requests("github", "a?b/c# d") == []


@pytest.mark.parametrize(
    ("url", "api"),
    [
        ("https://github.com", "https://api.github.com"),
        ("https://api.github.com", "https://api.github.com"),
        ("https://acme.ghe.com", "https://api.acme.ghe.com"),
        ("https://api.acme.ghe.com", "https://api.acme.ghe.com"),
        ("https://git.acme.example", "https://git.acme.example/api/v3"),
        ("https://git.acme.example/api/v3", "https://git.acme.example/api/v3"),
    ],
)
def test_the_api_is_where_the_forge_has_it(url: str, api: str) -> None:
    assert _api(url) == api
    assert ForgeServer("github").url == ""


ORGANISATION = {
    "/api/v3/users/acme": {"login": "acme", "type": "Organization"},
    "/api/v3/orgs/acme/repos?sort=full_name&per_page=100": [
        repo("acme/web", 2),
        repo("acme/api", 1, topics=["octocat"]),
        repo("acme/old", 3, archived=True),
    ],
}


def test_the_repositories_of_an_organisation_are_ordered_and_without_archived_ones(replay: Any) -> None:
    replay.answers = dict(ORGANISATION)
    found = replay.repositories("github", "acme")
    assert [known.path for known in found] == ["acme/api", "acme/web"]
    assert found[0] == Repository(
        id="1",
        name="api",
        path="acme/api",
        url="https://github.com/acme/api.git",
        ssh_url="git@github.com:acme/api.git",
        default_branch="main",
        topics=("octocat",),
        branch="main",
    )
    assert [known.name for known in replay.repositories("github", "acme", archived=True)] == ["api", "old", "web"]
    assert [known.name for known in replay.repositories("github", "acme", topics=frozenset({"api"}))] == ["web"]


def test_a_user_has_repositories_as_well(replay: Any) -> None:
    replay.answers = {
        "/api/v3/users/octocat": {"login": "octocat", "type": "User"},
        "/api/v3/users/octocat/repos?sort=full_name&per_page=100": [repo()],
    }
    assert [known.path for known in replay.repositories("github", "octocat")] == ["octocat/Hello-World"]


def test_branches_and_paths_choose(replay: Any) -> None:
    branches = "/api/v3/repos/acme/{}/branches?per_page=100"
    contents = f"/api/v3/repos/acme/{{}}/contents/deploy/app.yaml?ref={SHA}"
    missing = answer({"message": "Not Found", "documentation_url": "https://docs.github.com", "status": "404"}, 404)
    replay.answers = {
        **ORGANISATION,
        branches.format("web"): [{"name": name, "commit": {"sha": SHA}} for name in ("main", "release/1", "x")],
        branches.format("api"): [{"name": "release/2", "commit": {"sha": SHA}}],
        contents.format("web"): {"type": "file", "path": "deploy/app.yaml", "content": "YQ=="},
        contents.format("api"): missing,
    }
    found = replay.repositories("github", "acme", branch=lambda name: name != "x", paths=("deploy/app.yaml",))
    assert [(known.path, known.branch, known.commit) for known in found] == [
        ("acme/web", "main", SHA),
        ("acme/web", "release/1", SHA),
    ]


@pytest.mark.parametrize(
    "reply",
    [
        answer(b"<html>", 404, content_type="text/html"),
        answer(b"", 404),
        answer({"whatever": 1}, 404),
        answer({"message": "no"}, 403),
        answer({"message": "no"}, 500),
    ],
)
def test_a_path_is_only_absent_where_the_forge_itself_says_so(replay: Any, reply: bytes) -> None:
    replay.answers = {**ORGANISATION, "/api/v3/repos/acme/web/contents/x?ref=main": reply}
    with pytest.raises(SourceError):
        replay.repositories("github", "acme", name=lambda name: name == "web", paths=("x",))


def test_a_folder_is_a_path_too(replay: Any) -> None:
    replay.answers = {**ORGANISATION, "/api/v3/repos/acme/web/contents/x?ref=main": [{"type": "file", "name": "y"}]}
    assert len(replay.repositories("github", "acme", name=lambda name: name == "web", paths=("x",))) == 1
