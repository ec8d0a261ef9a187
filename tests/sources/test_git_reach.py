"""Git over HTTP obeys the rules of everything else that goes out: granted hosts, checked addresses, those dialled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.git import GitRepositories
from gitopssets_provider.sources.network import Network, NetworkSettings


def _git(root: Path, *hosts: Any, written: bool = True) -> GitRepositories:
    settings = NetworkSettings.model_validate({"hosts": list(hosts)} if written else {})
    return GitRepositories(root, reach=Network(settings).reach)


def test_where_no_hosts_are_listed_a_repository_may_be_anywhere(tmp_path: Path, server: Any, repository: Any) -> None:
    repository.commit({"a.yaml": "a: 1\n"})
    assert _git(tmp_path, written=False).tree(f"{server.url}/env/.git", None).files == ("a.yaml",)


def test_where_hosts_are_listed_a_repository_is_on_one_of_them(tmp_path: Path, server: Any, repository: Any) -> None:
    repository.commit({"a.yaml": "a: 1\n"})
    allowed = {"host": server.authority, "allowHttp": True, "privateAddresses": True}
    assert _git(tmp_path, allowed).tree(f"{server.url}/env/.git", None).files == ("a.yaml",)
    asked = len(server.requests)
    for hosts, words in (
        ([], "is not granted; if it is meant: gitopssets:network"),
        (["127.0.0.1"], "is not granted"),
        ([server.authority], "is asked without TLS"),
        ([{"host": server.authority, "allowHttp": True}], "127.0.0.1 is this machine itself"),
    ):
        with pytest.raises(SourceError, match=words):
            _git(tmp_path, *hosts).tree(f"{server.url}/env/.git", None)
    assert len(server.requests) == asked


def test_a_repository_is_asked_for_through_the_proxy_that_the_environment_sets(tmp_path: Path, server: Any) -> None:
    reach = Network(environment={"HTTP_PROXY": server.url, "NO_PROXY": "inner.invalid"}).reach
    with pytest.raises(SourceError):
        GitRepositories(tmp_path, reach=reach).tree("http://git.invalid/env.git", None)
    assert set(server.requests) == {"http://git.invalid/env.git/info/refs?service=git-upload-pack"}
    with pytest.raises(SourceError, match=r"the name inner\.invalid is not known"):
        GitRepositories(tmp_path, reach=reach).tree("http://inner.invalid/env.git", None)


@pytest.mark.parametrize("url", ["http://169.254.169.254/env.git", "https://[fe80::1]/env.git", "http://0.0.0.0/a.git"])
def test_no_repository_is_at_an_address_that_is_never_dialled(tmp_path: Path, url: str) -> None:
    with pytest.raises(SourceError, match="name another host"):
        _git(tmp_path, written=False).tree(url, None)


def test_a_host_behind_ssh_is_granted_by_name(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"git\.example\.com is not granted"):
        _git(tmp_path, "example.com").tree("git@git.example.com:team/env.git", None)
