"""Repositories behind SSH: a real server, and the system's client."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gitopssets_provider.errors import SourceError
from gitopssets_provider.model.credential import Credential
from gitopssets_provider.sources.deadline import Timeouts
from gitopssets_provider.sources.git import GitRepositories

pytestmark = pytest.mark.skipif(not shutil.which("ssh"), reason="there is no ssh client on PATH")


@dataclass
class _Ssh:
    folder: Path
    port: int

    def url(self, path: object) -> str:
        return f"ssh://git@127.0.0.1:{self.port}{path}"

    def git(self, credential: Credential | None = None, *, total: float = 10) -> GitRepositories:
        known = {f"127.0.0.1:{self.port}": credential or Credential(ssh_key=str(self.folder / "id"))}
        return GitRepositories(self.folder, known, timeouts=Timeouts(total=total))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Ssh]:
    folder = tmp_path_factory.mktemp("ssh")
    program = [sys.executable, str(Path(__file__).with_name("ssh_server.py")), str(folder)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        yield _Ssh(folder, int(server.stdout.readline()))
        server.kill()


@pytest.fixture
def ssh(running: _Ssh, monkeypatch: pytest.MonkeyPatch) -> _Ssh:
    monkeypatch.setenv("GIT_SSH_COMMAND", f"ssh -F {running.folder}/config")
    return running


def test_a_repository_is_read_with_the_key_of_its_host(ssh: _Ssh, repository: Any) -> None:
    commit = repository.commit({"env/dev.yaml": "d", "env/prod.yaml": "p"})
    tree = ssh.git().tree(ssh.url(repository.path), None)
    assert (tree.commit, tree.files) == (commit, ("env/dev.yaml", "env/prod.yaml"))
    assert tree.read(["env/dev.yaml"]) == {"env/dev.yaml": b"d"}


def test_a_relative_key_is_found_from_the_project(ssh: _Ssh, repository: Any) -> None:
    repository.commit({"a.yaml": "1"})
    assert ssh.git(Credential(ssh_key="id")).tree(ssh.url(repository.path), None).files == ("a.yaml",)


def test_a_tag_and_a_commit_id_are_found(ssh: _Ssh, repository: Any) -> None:
    commit = repository.commit({"a.yaml": "1"})
    repository.git("tag", "-a", "v1", "-m", "x")
    repository.commit({"a.yaml": "2"})
    git = ssh.git()
    for revision in ("v1", commit):
        assert git.tree(ssh.url(repository.path), revision).commit == commit
    with pytest.raises(SourceError, match=r'has no branch or tag mian; did you mean "main"\?'):
        git.tree(ssh.url(repository.path), "mian")


def test_without_a_key_the_server_refuses_and_nobody_is_asked(ssh: _Ssh, repository: Any) -> None:
    with pytest.raises(SourceError, match=r"is not readable: .*Permission denied"):
        ssh.git(Credential(username="git")).tree(ssh.url(repository.path), None)


def test_a_host_that_is_not_known_is_refused(ssh: _Ssh, repository: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_SSH_COMMAND", "ssh -F none -o UserKnownHostsFile=/dev/null")
    with pytest.raises(SourceError, match="Host key verification failed"):
        ssh.git().tree(ssh.url(repository.path), None)


def test_a_repository_that_does_not_exist_is_an_error(ssh: _Ssh) -> None:
    with pytest.raises(SourceError, match=r"is not readable: .*does not appear to be a git repository"):
        ssh.git().tree(ssh.url("/nowhere"), None)


def test_a_server_that_stalls_is_left_at_the_deadline(ssh: _Ssh) -> None:
    started = time.monotonic()
    with pytest.raises(SourceError, match=r"gave no whole answer within 1.5 seconds"):
        ssh.git(total=1.5).tree(ssh.url("/stall"), None)
    assert time.monotonic() - started < 4


def test_a_quote_in_a_path_cannot_end_the_command(ssh: _Ssh) -> None:
    with pytest.raises(SourceError):
        ssh.git().tree(ssh.url("/quoted'$(id)'"), None)
    commands = [line for line in (ssh.folder / "commands").read_text().splitlines() if "/quoted" in line]
    assert commands == ["git-upload-pack '/quoted'\\''$(id)'\\'''"]


def test_a_password_does_not_open_ssh(ssh: _Ssh, repository: Any) -> None:
    with pytest.raises(SourceError, match=r"a password does not open .* over ssh; give an sshKey") as caught:
        ssh.git(Credential(username="u", password="s3cret")).tree(ssh.url(repository.path), None)
    assert "s3cret" not in str(caught.value)
