"""The branches and tags of real repositories, here and on a server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.base import GitReference
from gitopssets_provider.sources.git import GitRepositories
from gitopssets_provider.sources.network import HostGrant, Network, NetworkSettings


@pytest.fixture
def commits(repository: Any) -> list[str]:
    """Return the commits of a repository with two branches, a light tag, an annotated one and one of that."""
    first = repository.commit({"a": "1"})
    repository.git("branch", "release/1.0")
    repository.git("tag", "v1.0.0")
    second = repository.commit({"a": "2"})
    repository.git("tag", "-a", "v2.0.0", "-m", "two")
    repository.git("tag", "-a", "again", "-m", "a tag of a tag", "v2.0.0")
    return [first, second]


def expected(commits: list[str], kind: str) -> list[GitReference]:
    first, second = commits
    if kind == "branches":
        return [GitReference("main", second), GitReference("release/1.0", first)]
    return [GitReference("again", second), GitReference("v1.0.0", first), GitReference("v2.0.0", second)]


def remote(server: Any, root: Path, **options: Any) -> GitRepositories:
    grant = HostGrant(host=server.authority, allow_http=True, private_addresses=True)
    return GitRepositories(root, reach=Network(NetworkSettings(hosts=[grant])).reach, **options)


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("kind", ["branches", "tags"])
def test_a_local_repository_lists_its_own(
    tmp_path: Path, repository: Any, commits: list[str], kind: Any, packed: bool
) -> None:
    if packed:
        repository.git("pack-refs", "--all")
    assert GitRepositories(tmp_path).references("env", kind) == expected(commits, kind)


@pytest.mark.parametrize("modern", [True, False])
@pytest.mark.parametrize("kind", ["branches", "tags"])
def test_a_server_lists_the_same_and_is_asked_once(
    tmp_path: Path, server: Any, commits: list[str], kind: Any, modern: bool
) -> None:
    server.modern = modern
    git = remote(server, tmp_path)
    assert git.references(f"{server.url}/env", kind) == expected(commits, kind)
    asked = len(server.requests)
    assert git.references(f"{server.url}/env", kind) == expected(commits, kind)
    assert len(server.requests) == asked


@pytest.mark.parametrize("modern", [True, False])
def test_a_cut_answer_is_an_error_never_a_shorter_list(
    tmp_path: Path, server: Any, commits: list[str], modern: bool
) -> None:
    server.modern = modern
    for cut in range(1, 700, 29):
        server.cut = cut
        try:
            found = remote(server, tmp_path).references(f"{server.url}/env", "tags")
        except SourceError:
            continue
        assert found == expected(commits, "tags")


def test_a_repository_without_commits_has_no_branches(tmp_path: Path, server: Any, repository: Any) -> None:
    assert GitRepositories(tmp_path).references("env", "branches") == []
    assert remote(server, tmp_path).references(f"{server.url}/env", "branches") == []


def test_what_cannot_be_listed_is_an_error(tmp_path: Path, server: Any) -> None:
    (tmp_path / "plain").mkdir()
    for git, name, told in (
        (GitRepositories(tmp_path), "plain", "plain is no git repository"),
        (GitRepositories(tmp_path), "missing", "the repository missing does not exist"),
        (remote(server, tmp_path), f"{server.url}/missing", "HTTP 404"),
        (GitRepositories(tmp_path, offline=True), f"{server.url}/env", "--offline allows no other machine"),
    ):
        with pytest.raises(SourceError) as error:
            git.references(name, "tags")
        assert told in str(error.value)


def test_a_server_that_wants_to_know_who_asks_is_told(tmp_path: Path, server: Any, commits: list[str]) -> None:
    server.login = ("me", "secret")
    with pytest.raises(SourceError, match="asks for credentials"):
        remote(server, tmp_path).references(f"{server.url}/env", "tags")
