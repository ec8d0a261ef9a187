"""The answers of Bitbucket Server, as its documentation shows them, and what is made of them."""

from __future__ import annotations

from typing import Any

import pytest
from toxic_server import answer

from gitopssets_provider.errors import SourceError
from gitopssets_provider.model.credential import Credential
from gitopssets_provider.model.forge import PullRequest, Repository

SHA = "babecafebabecafebabecafebabecafebabecafe"
API = "/rest/api/1.0/projects/PRJ/repos"
LIST = f"{API}/my-repo/pull-requests?state=OPEN&order=OLDEST&limit=100"
CLONE = [
    {"href": "https://jcitizen@bitbucket.example/scm/prj/my-repo.git", "name": "http"},
    {"href": "ssh://git@bitbucket.example:7999/prj/my-repo.git", "name": "ssh"},
]


def page(values: list[Any], following: int | None = None, **more: Any) -> dict[str, Any]:
    last = {"isLastPage": following is None, "nextPageStart": following}
    return {"size": len(values), "limit": 100, "start": 0, "values": values, **last, **more}


def repo(number: int = 1, slug: str = "my-repo", **more: Any) -> dict[str, Any]:
    return {
        "slug": slug,
        "id": number,
        "name": "My repo",
        "scmId": "git",
        "state": "AVAILABLE",
        "forkable": True,
        "project": {"key": "PRJ", "id": 1, "name": "My Cool Project", "public": True, "type": "NORMAL"},
        "public": True,
        "links": {"clone": CLONE, "self": [{"href": "http://link/to/repository"}]},
        **more,
    }


def pull(number: int = 101, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "version": 1,
        "title": "Talking Nerdy",
        "state": "OPEN",
        "open": True,
        "closed": False,
        "createdDate": 1359075920000,
        "updatedDate": 1359085920123,
        "fromRef": {
            "id": "refs/heads/feature/ABC-123",
            "displayId": "feature/ABC-123",
            "latestCommit": SHA,
            "repository": repo(),
        },
        "toRef": {"id": "refs/heads/master", "displayId": "master", "latestCommit": SHA, "repository": repo()},
        "locked": False,
        "author": {"user": {"name": "tom", "displayName": "Tom", "slug": "tom"}, "role": "AUTHOR"},
        **more,
    }


def test_a_pull_request_is_told_with_all_that_templates_need(replay: Any) -> None:
    replay.answers = {LIST: page([pull()])}
    credential = Credential(username="jcitizen", password="secret")
    assert replay.pull_requests("bitbucketServer", "PRJ/my-repo", credential=credential) == [
        PullRequest(
            number=101,
            title="Talking Nerdy",
            author="tom",
            branch="feature/ABC-123",
            target_branch="master",
            head_sha=SHA,
            clone_url="https://bitbucket.example/scm/prj/my-repo.git",
            clone_ssh_url="ssh://git@bitbucket.example:7999/prj/my-repo.git",
            updated_at="2013-01-25T03:52:00Z",
        )
    ]
    assert replay.server.asked[0].headers["authorization"].startswith("Basic ")


def test_every_page_is_read_by_its_start(replay: Any) -> None:
    replay.answers = {
        LIST: page([pull(1)], 37),
        f"{LIST}&start=37": page([pull(2)], 90),
        f"{LIST}&start=90": page([pull(3)]),
    }
    found = replay.pull_requests("bitbucketServer", "PRJ/my-repo")
    assert [known.number for known in found] == [1, 2, 3]


@pytest.mark.parametrize(
    "body", [page([pull()], isLastPage=False), {"values": [pull()]}, page([pull()], isLastPage="true")]
)
def test_a_page_that_does_not_say_whether_it_is_the_last_is_refused(replay: Any, body: Any) -> None:
    replay.answers = {LIST: body}
    with pytest.raises(SourceError, match="page 1 does not say where the list goes on"):
        replay.pull_requests("bitbucketServer", "PRJ/my-repo")


def test_urls_are_asked_for_where_the_list_does_not_tell(replay: Any) -> None:
    bare = pull()
    bare["fromRef"] = {**bare["fromRef"], "repository": {**repo(), "links": {}}}
    replay.answers = {LIST: page([bare]), f"{API}/my-repo": repo()}
    (found,) = replay.pull_requests("bitbucketServer", "PRJ/my-repo")
    assert found.clone_url == "https://bitbucket.example/scm/prj/my-repo.git"


def test_a_fork_is_known_by_its_repository(replay: Any) -> None:
    fork = pull()
    fork["fromRef"] = {**fork["fromRef"], "repository": repo(99)}
    replay.answers = {LIST: page([fork])}
    assert replay.pull_requests("bitbucketServer", "PRJ/my-repo", lambda known: not known.fork) == []


def branch(name: str, *, default: bool = False) -> dict[str, Any]:
    return {
        "id": f"refs/heads/{name}",
        "displayId": name,
        "type": "BRANCH",
        "latestCommit": SHA,
        "isDefault": default,
    }


PROJECT = {
    f"{API}?limit=100": page([repo(), repo(2, "empty"), repo(3, "old", archived=True)]),
    f"{API}/my-repo/branches?limit=100": page([branch("dev"), branch("master", default=True)]),
    f"{API}/empty/branches?limit=100": page([]),
}


def test_the_repositories_of_a_project_are_told_with_their_default_branch(replay: Any) -> None:
    replay.answers = dict(PROJECT)
    found = replay.repositories("bitbucketServer", "PRJ")
    assert [(known.path, known.branch) for known in found] == [("PRJ/empty", ""), ("PRJ/my-repo", "master")]
    assert found[1] == Repository(
        id="1",
        name="my-repo",
        path="PRJ/my-repo",
        url="https://bitbucket.example/scm/prj/my-repo.git",
        ssh_url="ssh://git@bitbucket.example:7999/prj/my-repo.git",
        default_branch="master",
        branch="master",
    )


def test_labels_branches_and_paths_choose(replay: Any) -> None:
    missing = {"errors": [{"message": "x", "exceptionName": "com.atlassian.bitbucket.content.NoSuchPathException"}]}
    replay.answers = {
        **PROJECT,
        f"{API}/my-repo/labels?limit=100": page([{"name": "deploy"}]),
        f"{API}/empty/labels?limit=100": page([]),
        f"{API}/my-repo/browse/a/b.yaml?at={SHA}&type=true": {"type": "FILE"},
        f"{API}/my-repo/browse/c?at={SHA}&type=true": answer(missing, 404),
    }
    choice = {"topics": frozenset({"deploy"}), "branch": lambda name: name == "dev"}
    found = replay.repositories("bitbucketServer", "PRJ", paths=("a/b.yaml",), **choice)
    assert [(known.path, known.branch, known.commit) for known in found] == [("PRJ/my-repo", "dev", SHA)]
    assert replay.repositories("bitbucketServer", "PRJ", paths=("a/b.yaml", "c"), **choice) == []
    other = {"errors": [{"message": "x", "exceptionName": "com.atlassian.bitbucket.NoSuchRepositoryException"}]}
    replay.answers[f"{API}/my-repo/browse/c?at={SHA}&type=true"] = answer(other, 404)
    with pytest.raises(SourceError, match="is not there"):
        replay.repositories("bitbucketServer", "PRJ", paths=("a/b.yaml", "c"), **choice)
