"""The git generator reads a repository that a Flux GitRepository describes, at the commit Flux has fetched."""

from __future__ import annotations

from typing import Any

import pytest

from gitopssets_provider.errors import DefinitionError, SourceError
from gitopssets_provider.generators import expand_all, parse

pytestmark = pytest.mark.xdist_group("api server")

_REPOSITORIES = "source.toolkit.fluxcd.io/v1/gitrepositories"


def _expand(reading: Any, server: Any) -> Any:
    hosts = [{"host": server.authority, "allowHttp": True, "privateAddresses": True}]
    generator = {"git": {"gitRepository": {"name": "env"}, "files": ["*.yaml"]}}
    return expand_all([parse(generator)], reading(hosts=hosts))


def test_files_are_read_at_the_commit_in_the_status(make: Any, reading: Any, server: Any, repository: Any) -> None:
    commit = repository.commit({"a.yaml": "env: fetched"})
    repository.commit({"a.yaml": "env: newer"})
    artifact = {"revision": f"main@sha1:{commit}"}
    make(_REPOSITORIES, "env", {"artifact": artifact}, spec={"url": f"{server.url}/env"})
    (element,) = _expand(reading, server)
    assert element.parameters["env"] == "fetched"
    assert element.parameters["repository"] == {"url": f"{server.url}/env", "commit": commit}


def test_the_secret_of_the_repository_opens_it(make: Any, reading: Any, server: Any, repository: Any) -> None:
    server.login = ("me", "s3cret")
    commit = repository.commit({"a.yaml": "env: dev"})
    make("v1/secrets", "flux", stringData={"username": "me", "password": "s3cret"})
    spec = {"url": f"{server.url}/env", "secretRef": {"name": "flux"}}
    made = make(_REPOSITORIES, "env", {"artifact": {"revision": f"main@sha1:{commit}"}}, spec=spec)
    (element,) = _expand(reading, server)
    assert element.parameters["env"] == "dev"
    assert "s3cret" not in str(element)
    assert made["status"]


@pytest.mark.parametrize(
    ("status", "fact"),
    [
        ({}, "has no artifact"),
        ({"artifact": {"revision": "main@sha1:123"}}, "names no commit in status.artifact.revision"),
    ],
)
def test_a_repository_that_was_not_fetched_is_an_error(
    make: Any, reading: Any, server: Any, status: Any, fact: str
) -> None:
    make(_REPOSITORIES, "env", status, spec={"url": f"{server.url}/env"})
    with pytest.raises(SourceError, match=rf"generators\[0\].git: GitRepository .*/env {fact}"):
        _expand(reading, server)


def test_a_git_repository_leaves_no_room_for_a_repository_of_ones_own() -> None:
    body = {"gitRepository": {"name": "x"}, "repository": "y", "files": ["a"]}
    with pytest.raises(DefinitionError, match="a gitRepository says repository and revision itself"):
        parse({"git": body})
