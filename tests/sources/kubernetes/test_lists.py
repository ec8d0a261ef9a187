"""A list is whole or an error, whatever the server does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from toxic_server import Asked, Server, answer

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.kubernetes.api import Api
from gitopssets_provider.sources.kubernetes.connection import Connection
from gitopssets_provider.sources.kubernetes.kinds import CONFIG_MAP
from gitopssets_provider.sources.network import Network

_RESOURCES = {"kind": "APIResourceList", "resources": [{"kind": "ConfigMap", "name": "configmaps", "namespaced": True}]}


def _page(*names: str, following: str = "", kind: str = "ConfigMapList") -> dict[str, Any]:
    items = [{"metadata": {"namespace": "n", "name": name}} for name in names]
    return {"kind": kind, "metadata": {"continue": following}, "items": items}


_EXPIRED = answer({"kind": "Status", "reason": "Expired", "message": "too old"}, 410)


@pytest.fixture
def names_from(network: Network) -> Iterator[Callable[..., list[str]]]:
    """Return a function that lists what a server answers, page by page, and says what it was asked."""
    servers: list[Server] = []

    def read(*pages: bytes, asked: list[str] | None = None) -> list[str]:
        left = list(pages)

        def serve(request: Asked) -> bytes:
            if request.path == "/api/v1":
                return answer(_RESOURCES)
            if asked is not None:
                asked.append(request.path)
            return left.pop(0)

        servers.append(Server(serve, None).__enter__())
        api = Api(Connection(f"http://{servers[-1].authority}"), network)
        return [each["metadata"]["name"] for each in api.list(CONFIG_MAP)]

    yield read
    for server in servers:
        server.__exit__()


def test_a_list_that_expired_between_two_pages_is_read_again_from_its_start(names_from: Any) -> None:
    asked: list[str] = []
    first, whole = answer(_page("a", following="next")), answer(_page("a", "b"))
    assert names_from(first, _EXPIRED, whole, asked=asked) == ["a", "b"]
    assert ["continue" in path for path in asked] == [False, True, False]


def test_a_list_that_expires_every_time_is_an_error(names_from: Any) -> None:
    first = answer(_page("a", following="next"))
    with pytest.raises(SourceError, match="the list of ConfigMap changes faster than it is read"):
        names_from(*[first, _EXPIRED] * 3)


@pytest.mark.parametrize(
    ("pages", "fact"),
    [
        ([_page("a", following="x"), _page("b", following="x")], "leads back to an earlier one"),
        ([_page("a", following="x"), _page("a")], "lists a ConfigMap twice"),
        ([_page("a", kind="Table")], "answers no list of ConfigMap"),
        ([{"kind": "ConfigMapList", "metadata": {}, "items": None}], "answers without a list of items"),
        ([{"kind": "ConfigMapList", "items": [{}]}], "an object without a name"),
        ([[]], "answers no object"),
    ],
)
def test_a_list_that_is_not_whole_is_an_error(names_from: Any, pages: list[Any], fact: str) -> None:
    with pytest.raises(SourceError, match=fact):
        names_from(*map(answer, pages))


@pytest.mark.parametrize("page", [2, 1])
def test_what_stands_before_a_server_is_not_taken_for_it(names_from: Any, page: int) -> None:
    pages = [answer(_page("a", following="x")), answer(_page("b"))]
    pages[page - 1] = answer(b"<html>not found</html>", 404, Content_Type="text/html")
    with pytest.raises(SourceError, match="answers HTTP 404, but not as an API server does"):
        names_from(*pages)


def test_every_byte_of_a_page_counts(names_from: Any) -> None:
    body = json.dumps(_page("a", "b")).encode()
    for cut in range(0, len(body), 17):
        with pytest.raises(SourceError):
            names_from(*[answer(body[:cut], Content_Type="application/json")] * 6)
