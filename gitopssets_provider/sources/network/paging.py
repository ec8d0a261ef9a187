"""Lists that come in pages: followed to their end, or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.network.message import Request, Response
from gitopssets_provider.sources.network.target import Target

__all__ = ["Following", "LinkHeader", "NextField", "Page", "PageNumber", "follow", "with_query"]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: its number from 1, its JSON value, and the answer it came in."""

    number: int
    value: Any
    response: Response


class Following(Protocol):
    """Says how one page leads to the next."""

    def first(self, request: Request) -> Request:
        """Return the question for the first page."""
        ...

    def after(self, page: Page, request: Request) -> str | None:
        """Return the URL of the next page; None behind the last one."""
        ...


@dataclass(frozen=True, slots=True)
class LinkHeader:
    """Follows the header ``Link: <...>; rel="next"``."""

    def first(self, request: Request) -> Request:
        """Return the question as it is."""
        return request

    def after(self, page: Page, request: Request) -> str | None:
        """Return the ``next`` link. Where the header names a last page, the list ends with no other."""
        links = page.response.links
        if "next" not in links and links.get("last", request.url) != request.url:
            raise SourceError(
                f"page {page.number} leads nowhere, though it is not the last one",
                remedy="try again",
                file=page.response.source,
            )
        return links.get("next")


@dataclass(frozen=True, slots=True)
class NextField:
    """Follows a field of the body, given by its keys: a URL, or the value of the query parameter ``parameter``.

    The list ends where the field is absent, null or empty; a field that is neither text nor a number is an error.
    """

    keys: Sequence[str]
    parameter: str = ""

    def first(self, request: Request) -> Request:
        """Return the question as it is."""
        return request

    def after(self, page: Page, request: Request) -> str | None:
        """Return the URL that the field holds or stands for."""
        value = page.value
        for key in self.keys:
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, str | int):
            fact = f"the field {'.'.join(self.keys)} does not say where the next page is"
            raise SourceError(fact, file=page.response.source)
        return (
            with_query(request.url, {self.parameter: str(value)})
            if self.parameter
            else urljoin(page.response.url, str(value))
        )


@dataclass(frozen=True, slots=True)
class PageNumber:
    """Counts a query parameter up until a page is empty: a short page may come from a server that gives fewer.

    ``items`` says what is on a page. ``step`` is 1 for page numbers, the size of a page for offsets.
    """

    items: Callable[[Any], Sequence[Any]]
    parameter: str = "page"
    start: int = 1
    step: int = 1
    fixed: Mapping[str, str] | None = None

    def first(self, request: Request) -> Request:
        """Return the question with the number of the first page and the fixed parameters, such as a page's size."""
        query = {**(self.fixed or {}), self.parameter: str(self.start)}
        return replace(request, url=with_query(request.url, query))

    def after(self, page: Page, request: Request) -> str | None:
        """Return the next number's URL; None behind an empty page."""
        if not self.items(page.value):
            return None
        return with_query(request.url, {self.parameter: str(self.start + page.number * self.step)})


def follow(
    send: Callable[[Request], Response], request: Request, following: Following, max_pages: int
) -> Iterator[Page]:
    """Return each page. Credentials are bound to a host, so that no page may be on another one."""
    request = following.first(request)
    origin = Target.of(request.url).origin
    seen_urls: set[str] = set()
    seen_bodies: set[bytes] = set()
    number = 0
    while True:
        number += 1
        source = Target.of(request.url).shown
        if number > max_pages:
            raise SourceError(f"has more than {max_pages:,} pages", remedy="ask for less", file=source)
        seen_urls.add(request.url)
        response = send(request)
        page = Page(number, response.json(), response)
        following_url = following.after(page, request)
        digest = hashlib.sha256(response.body).digest()
        if following_url is not None and digest in seen_bodies:
            raise SourceError(f"page {number} is the same as an earlier one", remedy="check the paging", file=source)
        seen_bodies.add(digest)
        yield page
        if following_url is None:
            return
        if following_url in seen_urls:
            raise SourceError(f"page {number} leads back to an earlier one", remedy="check the paging", file=source)
        if Target.of(following_url).origin != origin:
            raise SourceError(f"page {number} leads to another server", remedy="check the paging", file=source)
        request = replace(request, url=following_url)


def with_query(url: str, parameters: Mapping[str, str]) -> str:
    """Return the URL with query parameters set, each once."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in parameters]
    return urlunsplit(parts._replace(query=urlencode([*kept, *parameters.items()])))
