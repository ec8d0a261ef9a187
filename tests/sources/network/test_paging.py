"""Lists that come in pages."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from toxic_server import Asked, Server, answer

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.network import (
    Following,
    LinkHeader,
    Network,
    NextField,
    PageNumber,
    Request,
    with_query,
)

Serve = Callable[..., Server]
NetworkFor = Callable[..., Network]


def _number(asked: Asked) -> int:
    return int(parse_qs(urlsplit(asked.path).query).get("page", ["1"])[0])


def _linked(pages: int, last: bool = False) -> Callable[[Asked], bytes]:
    def page(asked: Asked) -> bytes:
        number = _number(asked)
        links = [f'</?page={number + 1}>; rel="next"'] if number < pages else []
        links += [f'</?page={pages}>; rel="last"'] if last and number < pages else []
        return answer([number], link=", ".join(links))

    return page


def _values(network: Network, url: str, following: Following) -> list[Any]:
    return [page.value for page in network.pages(Request(url), following)]


@pytest.mark.parametrize("last", [False, True])
def test_links_are_followed_to_the_end(serve: Serve, network_for: NetworkFor, last: bool) -> None:
    server = serve(_linked(5, last))
    assert _values(network_for(server), server.url, LinkHeader()) == [[1], [2], [3], [4], [5]]


def test_a_field_with_a_url_is_followed(serve: Serve, network_for: NetworkFor) -> None:
    def page(asked: Asked) -> bytes:
        number = _number(asked)
        return answer({"n": number, "meta": {"next": f"/?page={number + 1}" if number < 3 else None}})

    server = serve(page)
    values = _values(network_for(server), server.url, NextField(("meta", "next")))
    assert [value["n"] for value in values] == [1, 2, 3]


def test_a_field_with_a_token_is_followed(serve: Serve, network_for: NetworkFor) -> None:
    def page(asked: Asked) -> bytes:
        number = _number(asked)
        return answer({"n": number, **({"nextPage": number + 1} if number < 3 else {})})

    server = serve(page)
    values = _values(network_for(server), f"{server.url}/?size=1", NextField(("nextPage",), "page"))
    assert [value["n"] for value in values] == [1, 2, 3]
    assert server.paths == ["/?size=1", "/?size=1&page=2", "/?size=1&page=3"]


def test_numbers_are_counted_until_a_page_is_empty(serve: Serve, network_for: NetworkFor) -> None:
    sizes = {1: 2, 2: 1, 3: 2}  # a short page is not the last one

    def page(asked: Asked) -> bytes:
        number = _number(asked)
        return answer([{"page": number, "item": item} for item in range(sizes.get(number, 0))])

    server = serve(page)
    following = PageNumber(items=list, fixed={"per_page": "2"})
    assert [len(value) for value in _values(network_for(server), server.url, following)] == [2, 1, 2, 0]
    assert server.paths[0] == "/?per_page=2&page=1"


def test_offsets_are_counted_as_well(serve: Serve, network_for: NetworkFor) -> None:
    def page(asked: Asked) -> bytes:
        offset = int(parse_qs(urlsplit(asked.path).query)["offset"][0])
        return answer(list(range(10))[offset : offset + 4])

    server = serve(page)
    following = PageNumber(items=list, parameter="offset", start=0, step=4)
    pages = _values(network_for(server), server.url, following)
    assert [item for page in pages for item in page] == list(range(10))


@pytest.mark.parametrize("broken", range(1, 8))
@pytest.mark.parametrize("status", [500, 404, 403])
def test_a_page_that_fails_fails_the_list(serve: Serve, network_for: NetworkFor, broken: int, status: int) -> None:
    pages = _linked(7)
    server = serve(lambda asked: answer([], status) if _number(asked) == broken else pages(asked))
    with pytest.raises(SourceError):
        _values(network_for(server, settings={"attempts": 1}), server.url, LinkHeader())


@pytest.mark.parametrize(
    ("page", "following", "words"),
    [
        (lambda asked: answer([1], link='</?page=1>; rel="next"'), LinkHeader(), "is the same as|leads back"),
        (
            lambda asked: answer([1], link=f'</?page={_number(asked) + 1}>; rel="next"'),
            LinkHeader(),
            "page 2 is the same as an earlier one",
        ),
        (
            lambda asked: answer([time.monotonic_ns()], link=f'</?page={_number(asked) + 1}>; rel="next"'),
            LinkHeader(),
            "has more than 9 pages",
        ),
        (lambda asked: answer([1], link='<https://other.example/>; rel="next"'), LinkHeader(), "to another server"),
        (lambda asked: answer([1], link='</?page=9>; rel="last"'), LinkHeader(), "though it is not the last one"),
        (lambda asked: answer({"next": True}), NextField(("next",)), "does not say where the next page is"),
        (lambda asked: answer({"next": {"a": 1}}), NextField(("next",)), "does not say where the next page is"),
        (lambda asked: answer([1]), PageNumber(items=list), "page 2 is the same as an earlier one"),
    ],
)
def test_paging_that_leads_nowhere_is_an_error(
    serve: Serve, network_for: NetworkFor, page: Callable[[Asked], bytes], following: Following, words: str
) -> None:
    server = serve(page)
    with pytest.raises(SourceError, match=words):
        _values(network_for(server, settings={"maxPages": 9}), server.url, following)


def test_a_parameter_is_set_once() -> None:
    assert with_query("https://a/?page=1&x=&page=2", {"page": "3"}) == "https://a/?x=&page=3"
