"""Kubeconfigs are put together and judged without asking anybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gitopssets_provider.errors import GitOpsSetsError, SourceError
from gitopssets_provider.sources.kubernetes.connection import Connection, connection_of
from gitopssets_provider.sources.kubernetes.exec_plugin import ExecPlugin
from gitopssets_provider.sources.kubernetes.kubeconfig import Chosen, Kubeconfig, standard_paths


def _connection(user: Any = None, **cluster: Any) -> Connection:
    described = {"server": "https://c", **cluster}
    return connection_of(Chosen("x", "", described, Path(), user or {}, Path()), allow_exec=False)


def test_kubectls_places_are_looked_at(tmp_path: Path) -> None:
    assert standard_paths({"KUBECONFIG": "a::b", "HOME": "/h"}) == [Path("a"), Path("b")]
    assert standard_paths({"HOME": str(tmp_path)}) == []
    (tmp_path / ".kube").mkdir()
    (tmp_path / ".kube" / "config").write_text("")
    assert standard_paths({"HOME": str(tmp_path)}) == [tmp_path / ".kube" / "config"]


def test_a_relative_path_is_found_from_the_folder_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "ca").write_bytes(b"pem")
    (tmp_path / "config").write_text(
        "clusters: [{name: c, cluster: {server: https://c/, certificate-authority: ca}}]\n"
        "contexts: [{name: x, context: {cluster: c}}]\ncurrent-context: x\n"
    )
    found = connection_of(Kubeconfig.read([tmp_path / "config"]).choose(), allow_exec=False)
    assert (found.url, found.tls.ca) == ("https://c", b"pem")
    (tmp_path / "ca").unlink()
    with pytest.raises(SourceError, match=r"ca: the file is not readable: No such file"):
        connection_of(Kubeconfig.read([tmp_path / "config"]).choose(), allow_exec=False)


def test_a_user_name_and_a_proxy_are_understood() -> None:
    found = _connection({"username": "me", "password": "s3cret"}, **{"proxy-url": "http://proxy:3128"})
    assert found.secrets == {"Authorization": "Basic bWU6czNjcmV0"}
    assert found.proxy == "http://proxy:3128"
    assert "bWU6" not in repr(found)


@pytest.mark.parametrize(
    ("user", "cluster", "fact"),
    [
        ({}, {"server": ""}, "the cluster has no server"),
        ({}, {"proxy-url": "socks5://p"}, "the proxy-url is neither http nor https"),
        ({}, {"certificate-authority-data": "*"}, "certificate-authority-data: is no base64"),
        ({"auth-provider": {"name": "gcp"}}, {}, "has an auth-provider, which kubectl no longer knows"),
        ({"token": 3}, {}, "token: must be a string"),
        ({"as": "a", "as-groups": "g"}, {}, "as-groups is a list"),
    ],
)
def test_what_is_not_understood_is_an_error(user: Any, cluster: Any, fact: str) -> None:
    with pytest.raises(GitOpsSetsError, match=fact):
        _connection(user, **cluster)


@pytest.mark.parametrize(
    ("change", "fact"),
    [
        ({"apiVersion": "client.authentication.k8s.io/v1alpha1"}, "speaks an unknown version"),
        ({"interactiveMode": "Always"}, "wants to ask at a terminal"),
        ({"command": None}, "must be a mapping with a command"),
        ({"env": [{"name": "A"}]}, "env a list of {name, value}"),
    ],
)
def test_a_plugin_that_cannot_be_run_is_an_error(change: Any, fact: str) -> None:
    plugin = {"apiVersion": "client.authentication.k8s.io/v1", "command": "aws", **change}
    with pytest.raises(SourceError, match=fact):
        ExecPlugin.of(plugin, Path())


def test_a_plugin_named_by_a_path_is_found_from_its_kubeconfig_and_others_by_their_name() -> None:
    plugin = {"apiVersion": "client.authentication.k8s.io/v1", "command": "bin/login"}
    assert list(ExecPlugin.of(plugin, Path("/k")).command) == ["/k/bin/login"]
    assert list(ExecPlugin.of({**plugin, "command": "aws", "args": ["x", 1]}, Path("/k")).command) == ["aws", "x", "1"]


def test_a_plugin_that_is_not_installed_is_an_error() -> None:
    plugin = {"apiVersion": "client.authentication.k8s.io/v1", "command": "no-such-program-here"}
    with pytest.raises(SourceError, match=r"no-such-program-here cannot be run: No such file.*; install it"):
        ExecPlugin.of(plugin, Path()).run({}, b"")
