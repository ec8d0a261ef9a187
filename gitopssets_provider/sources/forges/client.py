"""How a forge is asked: single answers, lists to their end, and whether there is something at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar
from urllib.parse import quote, urlencode

from gitopssets_provider.errors import SourceError
from gitopssets_provider.model.forge import ForgeServer
from gitopssets_provider.sources.base import HttpReader
from gitopssets_provider.sources.forges.item import Item
from gitopssets_provider.sources.network.message import Request, Response, Tls
from gitopssets_provider.sources.network.paging import Following, Page, with_query

__all__ = ["Client", "Concurrently", "Numbered"]

T = TypeVar("T")
R = TypeVar("R")

# A pull request of GitHub describes two whole repositories: a hundred of them are more than the usual bound.
_MAX_BYTES = 10 * 1024 * 1024
_TOTALS = ("x-total-count", "x-total")


class Concurrently(Protocol):
    """Does the same work for many items, a few at a time."""

    def __call__(self, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """Return the results in the order of the items."""
        ...


@dataclass(frozen=True, slots=True)
class Numbered:
    """Follows the header ``Link``; a full page without one may still not be the last, so that the next is asked for."""

    size: int

    def first(self, request: Request) -> Request:
        """Return the question as it is."""
        return request

    def after(self, page: Page, request: Request) -> str | None:
        """Return the URL of the next page; None behind the last one."""
        links = page.response.links
        if "next" in links:
            return links["next"]
        if links.get("last", request.url) != request.url:
            fact = f"page {page.number} leads nowhere, though it is not the last one"
            raise SourceError(fact, remedy="try again", file=page.response.source)
        full = isinstance(page.value, list) and len(page.value) >= self.size
        return with_query(request.url, {"page": str(page.number + 1)}) if full and not links else None


@dataclass(frozen=True, slots=True)
class Client:
    """Asks one server. ``root`` is the URL of its API, ``token_header`` where a token is shown."""

    http: HttpReader
    concurrently: Concurrently
    server: ForgeServer
    root: str
    headers: Mapping[str, str]
    token_header: str = ""

    def request(self, parts: Sequence[str], query: Mapping[str, str], *, absent: bool = False) -> Request:
        """Return a question; ``parts`` are what stands between slashes in the URL, whatever they hold."""
        path = "/".join(quote(part, safe="") for part in parts)
        return Request(
            f"{self.root}/{path}{'?' if query else ''}{urlencode(query)}",
            headers=self.headers,
            credential=self.server.credential,
            token_header=self.token_header,
            tls=Tls(ca=self.server.ca),
            max_bytes=_MAX_BYTES,
            statuses=frozenset({200, 404}) if absent else frozenset({200}),
        )

    def get(self, *parts: str, **query: str) -> Item:
        """Return the object at a path of the API."""
        return _object(self.http.send(self.request(parts, query)))

    def find(self, missing: Callable[[Item], bool], parts: Sequence[str], query: Mapping[str, str]) -> Item | None:
        """Return the object, or None where the server says in its own words that there is none.

        ``missing`` knows these words: a 404 may as well come from something on the way, or mean something else.
        """
        response = self.http.send(self.request(parts, query, absent=True))
        if response.status != 404:
            value = response.json()
            return Item(value[0] if isinstance(value, list) and value else value, response.source)
        if not missing(_object(response)):
            raise SourceError("is not there (HTTP 404)", remedy="check names and credentials", file=response.source)
        return None

    def collect(
        self, following: Following, parts: Sequence[str], query: Mapping[str, str], *, at: str = "", key: str = "id"
    ) -> list[Item]:
        """Return the objects of a list, page after page; ``key`` is what no two of them have in common.

        A list that changes while it is read may have lost something in between, so that a repetition is an error, and
        so are fewer objects than the server counts.
        """
        found: list[Item] = []
        seen: set[str] = set()
        for page in self.http.pages(self.request(parts, query), following):
            for item in Item(page.value, page.response.source).items(at):
                identity = repr(item.value.get(key))
                if identity in seen:
                    fact = f"the list repeats {key} {identity} on page {page.number}"
                    raise SourceError(fact, remedy="it has changed meanwhile; try again", file=page.response.source)
                seen.add(identity)
                found.append(item)
            _check_total(len(found), page, following)
            _check_count(Item(page.value, page.response.source), at)
        return found


def _object(response: Response) -> Item:
    value = response.json()
    if not isinstance(value, Mapping):
        raise SourceError("the answer is no object", remedy="check the URL", file=response.source)
    return Item(value, response.source)


def _check_total(count: int, page: Page, following: Following) -> None:
    """Refuse a last page that comes before all that the server counts."""
    counts = [page.response.headers.get(name, "") for name in _TOTALS]
    total = next((int(text) for text in counts if text.isascii() and text.isdigit() and len(text) < 10), None)
    if total is None or count >= total:
        return
    if isinstance(following, Numbered) and "next" not in page.response.links:
        fact = f"the list ends with {count} of {total}"
        raise SourceError(fact, remedy="it has changed meanwhile; try again", file=page.response.source)


def _check_count(page: Item, at: str) -> None:
    """Refuse a page that says itself how much is on it, and has less."""
    count, found = (page.value.get("count"), len(page.items(at))) if at else (None, 0)
    if isinstance(count, int) and count != found:
        raise SourceError(
            f"the answer says that there are {count}, and has {found}", remedy="try again", file=page.source
        )
