"""Repositories behind HTTP, served by git's own http-backend."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gitopssets_provider.errors import SourceError
from gitopssets_provider.model.credential import Credential
from gitopssets_provider.sources.git import GitRepositories

_LOGIN = ("user", "s3cret")


def _git(tmp_path: Path, **options: Any) -> GitRepositories:
    return GitRepositories(tmp_path, **options)


@pytest.fixture
def history(repository: Any) -> tuple[str, str]:
    first = repository.commit({"a.yaml": "1", "env/dev.yaml": "d", "env/prod.yaml": "p"})
    repository.git("branch", "dev")
    repository.git("tag", "light")
    repository.git("tag", "-a", "v1.0", "-m", "annotated")
    return first, repository.commit({"a.yaml": "2"})


@pytest.fixture
def url(server: Any, history: tuple[str, str]) -> str:
    return f"{server.url}/env/.git"


@pytest.mark.parametrize("modern", [True, False], ids=["protocol 2", "protocol 0"])
@pytest.mark.parametrize("revision", ["dev", "light", "v1.0", "refs/heads/dev", "refs/tags/v1.0"])
def test_a_branch_and_a_tag_lead_to_their_commit(
    tmp_path: Path, server: Any, url: str, history: tuple[str, str], revision: str, modern: bool
) -> None:
    server.modern = modern
    tree = _git(tmp_path).tree(url, revision)
    assert tree.commit == history[0]
    assert tree.files == ("a.yaml", "env/dev.yaml", "env/prod.yaml")
    assert tree.read(["a.yaml", "env/dev.yaml"]) == {"a.yaml": b"1", "env/dev.yaml": b"d"}


def test_without_a_revision_the_default_branch_is_meant(tmp_path: Path, url: str, history: tuple[str, str]) -> None:
    tree = _git(tmp_path).tree(url, None)
    assert (tree.commit, tree.read(["a.yaml"])) == (history[1], {"a.yaml": b"2"})


@pytest.mark.parametrize("modern", [True, False], ids=["protocol 2", "protocol 0"])
def test_a_commit_that_no_branch_ends_with_is_found_by_its_id(
    tmp_path: Path, server: Any, url: str, repository: Any, modern: bool
) -> None:
    server.modern = modern
    commit = repository.commit({"a.yaml": "3"})
    repository.commit({"a.yaml": "4"})
    assert _git(tmp_path).tree(url, commit).read(["a.yaml"]) == {"a.yaml": b"3"}
    with pytest.raises(SourceError, match="has no commit 2222"):
        _git(tmp_path).tree(url, "2" * 40)


def test_only_the_files_that_are_read_are_fetched_and_nothing_lands_on_disk(
    tmp_path: Path, server: Any, repository: Any
) -> None:
    repository.commit({f"d{index % 20}/{index}.txt": f"{index}" * 200 for index in range(400)})
    before = sorted(path for path in tmp_path.rglob("*") if ".git" not in path.parts)
    tree = _git(tmp_path).tree(f"{server.url}/env/.git", None)
    assert len(tree.files) == 400
    assert tree.read(["d1/1.txt", "d2/2.txt"]) == {"d1/1.txt": b"1" * 200, "d2/2.txt": b"2" * 200}
    assert sorted(path for path in tmp_path.rglob("*") if ".git" not in path.parts) == before


def test_a_second_reading_brings_everything_so_that_there_is_no_third(tmp_path: Path, server: Any, url: str) -> None:
    tree = _git(tmp_path).tree(url, None)
    tree.read(["a.yaml"])
    tree.read(["env/dev.yaml"])
    asked = len(server.requests)
    assert tree.read(["env/prod.yaml", "a.yaml"]) == {"env/prod.yaml": b"p", "a.yaml": b"2"}
    assert len(server.requests) == asked


def test_each_question_is_asked_once(tmp_path: Path, server: Any, url: str) -> None:
    git = _git(tmp_path)
    tree = git.tree(url, "main")
    asked = len(server.requests)
    assert git.tree(url, "main") is tree
    assert len(server.requests) == asked


def test_a_server_that_neither_filters_nor_gives_single_files_gives_the_commit(
    tmp_path: Path, server: Any, url: str, repository: Any
) -> None:
    repository.git("config", "uploadpack.allowFilter", "false")
    server.modern = False
    assert _git(tmp_path).tree(url, "dev").read(["env/prod.yaml"]) == {"env/prod.yaml": b"p"}


def test_links_and_submodules_are_named_and_not_followed(tmp_path: Path, server: Any, repository: Any) -> None:
    (repository.path / "link.yaml").symlink_to("/etc/passwd")
    other = repository.commit({"a.yaml": "a"})
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{other},module")
    repository.git("commit", "-q", "-m", "submodule")
    tree = _git(tmp_path).tree(f"{server.url}/env/.git", None)
    assert tree.refused == {"link.yaml": "a symbolic link", "module": "a submodule"}


@pytest.mark.parametrize(
    ("revision", "message"),
    [
        ("mian", 'has no branch or tag mian; did you mean "main"?'),
        ("abcd1234", "has no branch or tag abcd1234; a URL needs the full commit id"),
        ("refs/heads/nope", "has no branch or tag refs/heads/nope"),
        ("main~1", "has no branch or tag main~1"),
        ("1" * 40, f"has no commit {'1' * 40}"),
    ],
)
def test_a_revision_that_does_not_exist_is_an_error(tmp_path: Path, url: str, revision: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        _git(tmp_path).tree(url, revision)
    assert str(caught.value).startswith(f"{url}: ")
    assert message in str(caught.value)


def test_an_id_that_is_no_commit_is_an_error(tmp_path: Path, url: str, repository: Any) -> None:
    tree = repository.git("rev-parse", "HEAD^{tree}")
    with pytest.raises(SourceError, match=f"{tree} is no commit of it"):
        _git(tmp_path).tree(url, tree)


def test_a_name_that_is_a_branch_and_a_tag_must_be_written_in_full(tmp_path: Path, url: str, repository: Any) -> None:
    repository.git("branch", "light", "main")
    with pytest.raises(SourceError, match="both a branch and a tag; write refs/heads/light or refs/tags/light"):
        _git(tmp_path).tree(url, "light")
    assert _git(tmp_path).tree(url, "refs/heads/light").files


def test_a_repository_that_does_not_exist_is_an_error(tmp_path: Path, server: Any) -> None:
    with pytest.raises(SourceError, match=r"has no such repository \(HTTP 404\)"):
        _git(tmp_path).tree(f"{server.url}/nope.git", None)


def test_an_empty_repository_has_no_default_branch(tmp_path: Path, server: Any, repository: Any) -> None:
    with pytest.raises(SourceError, match="has no default branch"):
        _git(tmp_path).tree(f"{server.url}/env/.git", None)


def test_the_credential_of_the_host_opens_a_private_repository(tmp_path: Path, server: Any, url: str) -> None:
    server.login = _LOGIN
    credential = Credential(username=_LOGIN[0], password=_LOGIN[1])
    tree = _git(tmp_path, credentials={server.authority: credential}).tree(url, None)
    assert tree.read(["a.yaml"]) == {"a.yaml": b"2"}


@pytest.mark.parametrize(
    ("credential", "message"),
    [
        (None, "asks for credentials"),
        (Credential(username="user", password="wr0ng"), "refuses the credentials"),
    ],
)
def test_a_private_repository_says_what_is_missing_and_no_password(
    tmp_path: Path, server: Any, url: str, credential: Credential | None, message: str
) -> None:
    server.login = _LOGIN
    credentials = {server.authority: credential} if credential else {}
    with pytest.raises(SourceError, match=message) as caught:
        _git(tmp_path, credentials=credentials).tree(url, None)
    assert "wr0ng" not in str(caught.value)


def test_a_credential_for_another_host_is_not_sent(tmp_path: Path, server: Any, url: str) -> None:
    others = {host: Credential(username="u", password="s3cret") for host in ("127.0.0.1", "localhost", "example.com")}
    assert _git(tmp_path, credentials=others).tree(url, None).files
    assert set(server.authorizations) == {None}


def test_a_redirect_to_another_host_is_refused(tmp_path: Path, server: Any, url: str) -> None:
    server.redirects = "http://localhost:1"
    with pytest.raises(SourceError, match=r"127.0.0.1 redirects to http://localhost; write the URL that is meant"):
        _git(tmp_path).tree(url, None)


def test_a_redirect_to_another_port_does_not_get_the_credential(
    tmp_path: Path, server: Any, url: str, misbehaving: Any
) -> None:
    seen: list[bytes] = []
    with misbehaving(lambda connection: seen.append(connection.recv(4096))) as port:
        server.redirects = f"http://127.0.0.1:{port}"
        credential = Credential(username="u", password="s3cret")
        with pytest.raises(SourceError):
            _git(tmp_path, credentials={server.authority: credential}).tree(url, None)
    assert b"authorization" not in b"".join(seen).lower()


def test_offline_refuses_other_machines_and_reads_this_one(tmp_path: Path, url: str, repository: Any) -> None:
    git = _git(tmp_path, offline=True)
    with pytest.raises(SourceError, match="is not read: --offline allows no other machine"):
        git.tree(url, None)
    assert git.tree("env", None).files
    assert git.tree(f"file://{repository.path}", None).files


def test_progress_is_told(tmp_path: Path, url: str) -> None:
    said: list[str] = []
    git = _git(tmp_path, progress=said.append)
    git.tree(url, None)
    git.tree(url, "dev")
    git.tree("env", None)
    assert said == [f"reading {url} at its default branch", f"reading {url} at dev"]
