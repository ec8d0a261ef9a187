"""The answers of Azure DevOps, as its documentation shows them, and what is made of them."""

from __future__ import annotations

from typing import Any

import pytest
from toxic_server import answer

from gitopssets_provider.errors import GitOpsSetsError, SourceError
from gitopssets_provider.model.forge import PullRequest, Repository

SHA = "b60280bc6e62e2f880f1b63c1e24987664d3bda3"
ID = "3411ebc1-d5aa-464f-9615-0b527bc66719"
GIT = "/fabrikam/My%20Project/_apis/git/repositories"
LIST = f"{GIT}/app/pullrequests?searchCriteria.status=active&%24top=100&api-version=6.0&%24skip={{}}"
NAME = "fabrikam/My Project/app"


def pull(number: int = 22, **more: Any) -> dict[str, Any]:
    project = {"id": "a7573007", "name": "My Project", "state": "unchanged"}
    return {
        "repository": {"id": ID, "name": "app", "url": "https://x", "project": project},
        "pullRequestId": number,
        "codeReviewId": number,
        "status": "active",
        "createdBy": {"id": "d6245f20", "displayName": "Norman Paulk", "uniqueName": "fabrikamfiber16@hotmail.com"},
        "creationDate": "2016-11-01T16:30:31.6655471Z",
        "title": "A new feature",
        "sourceRefName": "refs/heads/npaulk/my_work",
        "targetRefName": "refs/heads/new_feature",
        "mergeStatus": "succeeded",
        "isDraft": False,
        "lastMergeSourceCommit": {"commitId": SHA, "url": "https://x"},
        "lastMergeTargetCommit": {"commitId": "0" * 40},
        "labels": [{"id": "x", "name": "preview", "active": True}],
        **more,
    }


def repo(**more: Any) -> dict[str, Any]:
    return {
        "id": ID,
        "name": "app",
        "project": {"name": "My Project"},
        "defaultBranch": "refs/heads/main",
        "remoteUrl": "https://fabrikam@dev.azure.com/fabrikam/My%20Project/_git/app",
        "sshUrl": "git@ssh.dev.azure.com:v3/fabrikam/My%20Project/app",
        "webUrl": "https://dev.azure.com/fabrikam/My%20Project/_git/app",
        "isDisabled": False,
        **more,
    }


def listed(values: list[Any]) -> dict[str, Any]:
    return {"value": values, "count": len(values)}


ONE = {f"/fabrikam/_apis/git/repositories/{ID}?api-version=6.0": repo()}


def test_a_pull_request_is_told_with_all_that_templates_need(replay: Any) -> None:
    replay.answers = {LIST.format(0): listed([pull()]), LIST.format(100): listed([]), **ONE}
    assert replay.pull_requests("azureDevOps", NAME) == [
        PullRequest(
            number=22,
            title="A new feature",
            author="fabrikamfiber16@hotmail.com",
            branch="npaulk/my_work",
            target_branch="new_feature",
            head_sha=SHA,
            labels=("preview",),
            clone_url="https://dev.azure.com/fabrikam/My%20Project/_git/app",
            clone_ssh_url="git@ssh.dev.azure.com:v3/fabrikam/My%20Project/app",
            updated_at="2016-11-01T16:30:31Z",
        )
    ]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("{root}/tfs", "Collection/My Project/app"),
        ("{root}/tfs/Collection", "My Project/app"),
        ("{root}/tfs/Collection/", "My Project/app"),
    ],
)
def test_the_collection_of_a_server_of_one_s_own_may_be_in_its_url(replay: Any, url: str, name: str) -> None:
    own = "/tfs/Collection/My%20Project"
    replay.answers = {
        LIST.format(0).replace("/fabrikam/My%20Project", own): listed([pull()]),
        LIST.format(100).replace("/fabrikam/My%20Project", own): listed([]),
        f"/tfs/Collection/_apis/git/repositories/{ID}?api-version=6.0": repo(
            remoteUrl="https://tfs.example/tfs/Collection/My Project/_git/app", sshUrl=None
        ),
    }
    (found,) = replay.pull_requests("azureDevOps", name, url=url.replace("{root}", replay.server.url))
    assert found.clone_url == "https://tfs.example/tfs/Collection/My%20Project/_git/app"


def test_pages_are_counted_until_one_is_empty(replay: Any) -> None:
    replay.answers = {
        LIST.format(0): listed([pull(1)]),
        LIST.format(100): listed([pull(2)]),
        LIST.format(200): listed([]),
        **ONE,
    }
    assert [known.number for known in replay.pull_requests("azureDevOps", NAME)] == [1, 2]


def test_a_fork_has_the_urls_of_its_own_repository(replay: Any) -> None:
    fork = pull(forkSource={"name": "refs/heads/x", "repository": {"id": "f0", "name": "app.fork"}})
    replay.answers = {
        LIST.format(0): listed([fork]),
        LIST.format(100): listed([]),
        "/fabrikam/_apis/git/repositories/f0?api-version=6.0": repo(
            remoteUrl="https://dev.azure.com/f/p/_git/app.fork"
        ),
    }
    (found,) = replay.pull_requests("azureDevOps", NAME)
    assert (found.fork, found.clone_url) == (True, "https://dev.azure.com/f/p/_git/app.fork")


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (listed([pull(lastMergeSourceCommit=None)]), "lastMergeSourceCommit.commitId: the answer has nothing"),
        (answer(b"<html>sign in", 203, content_type="text/html"), "HTTP 203"),
        (answer(b"", 302, location="https://spsprodeus21.vssps.visualstudio.com/_signin"), "redirects to https://"),
        ({"count": 1}, "value: the answer has nothing where a list of objects should be"),
        ({"value": [], "count": 2}, "the answer says that there are 2, and has 0"),
    ],
)
def test_what_is_no_whole_answer_is_an_error(replay: Any, reply: Any, words: str) -> None:
    replay.answers = {LIST.format(0): reply, LIST.format(100): listed([])}
    with pytest.raises(SourceError) as caught:
        replay.pull_requests("azureDevOps", NAME)
    assert words in str(caught.value)


def test_a_repository_needs_its_project(replay: Any) -> None:
    with pytest.raises(GitOpsSetsError, match="does not look like organisation/project/name"):
        replay.pull_requests("azureDevOps", "app")


PROJECT = {
    f"{GIT}?api-version=6.0": listed(
        [repo(), repo(id="e", name="empty", defaultBranch=None), repo(id="d", name="gone", isDisabled=True)]
    )
}


def test_the_repositories_of_a_project_are_told(replay: Any) -> None:
    replay.answers = dict(PROJECT)
    found = replay.repositories("azureDevOps", "fabrikam/My Project")
    assert [(known.name, known.branch) for known in found] == [("app", "main"), ("empty", "")]
    assert found[0] == Repository(
        id=ID,
        name="app",
        path="fabrikam/My Project/app",
        url="https://dev.azure.com/fabrikam/My%20Project/_git/app",
        ssh_url="git@ssh.dev.azure.com:v3/fabrikam/My%20Project/app",
        default_branch="main",
        branch="main",
    )


def test_branches_and_paths_choose(replay: Any) -> None:
    refs = f"{GIT}/{{}}/refs?filter=heads%2F&%24top=1000&api-version=6.0"
    items = (
        f"{GIT}/{ID}/items?path=%2Fa%2Fb&versionDescriptor.version={SHA}&versionDescriptor.versionType=commit"
        "&%24format=json&api-version=6.0"
    )
    missing = {"$id": "1", "message": "TF401174", "typeKey": "GitItemNotFoundException", "errorCode": 0}
    replay.answers = {
        **PROJECT,
        refs.format(ID): answer(listed([{"name": "refs/heads/main", "objectId": SHA}]), x_ms_continuationtoken="t"),
        refs.format(ID) + "&continuationToken=t": listed([{"name": "refs/heads/x/y", "objectId": SHA}]),
        refs.format("e"): listed([]),
        items: {"objectId": SHA, "gitObjectType": "blob", "path": "/a/b"},
    }
    found = replay.repositories("azureDevOps", "fabrikam/My Project", branch=lambda _: True, paths=("a/b",))
    assert [(known.name, known.branch) for known in found] == [("app", "main"), ("app", "x/y")]
    replay.answers[items] = answer(missing, 404)
    assert replay.repositories("azureDevOps", "fabrikam/My Project", branch=lambda _: True, paths=("a/b",)) == []
    replay.answers[items] = answer({**missing, "typeKey": "GitRepositoryNotFoundException"}, 404)
    with pytest.raises(SourceError, match="is not there"):
        replay.repositories("azureDevOps", "fabrikam/My Project", branch=lambda _: True, paths=("a/b",))
