"""The one way out: everything that is asked of another machine over HTTP is asked here."""

from __future__ import annotations

import hashlib
import json
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from gitopssets_provider.errors import GitOpsSetsError, SourceError
from gitopssets_provider.model.credential import Credential
from gitopssets_provider.sources.network.access import Access
from gitopssets_provider.sources.network.cache import Cache, conditions
from gitopssets_provider.sources.network.message import Request, Response
from gitopssets_provider.sources.network.paging import Following, Page, follow
from gitopssets_provider.sources.network.reach import Reach
from gitopssets_provider.sources.network.report import Meter, NetworkReport
from gitopssets_provider.sources.network.resolving import Resolver
from gitopssets_provider.sources.network.settings import NetworkSettings
from gitopssets_provider.sources.network.target import Target

if TYPE_CHECKING:
    from gitopssets_provider.sources.network.conversation import Conversation

__all__ = ["Network"]

T = TypeVar("T")
R = TypeVar("R")


class Network:
    """Asks other machines. There is one in a run; it may be used from any thread.

    Only granted hosts are asked, at addresses that were checked and are the ones dialled. Each distinct question is
    asked once; what may pass is asked again, within the deadline of the whole question. An answer is whole, or there
    is a ``SourceError`` whose place is the URL. ``environment`` may set a proxy.
    """

    def __init__(
        self,
        settings: NetworkSettings | None = None,
        *,
        credentials: Mapping[str, Credential] | None = None,
        offline: bool = False,
        progress: Callable[[str], None] | None = None,
        cache_dir: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.settings = settings or NetworkSettings()
        self.access = Access(self.settings, credentials or {}, environment or {})
        self._resolver = Resolver()
        self._offline = offline
        self._progress = progress
        self._cache = Cache(cache_dir) if cache_dir else None
        self._meter = Meter()
        self._conversation: Conversation | None = None
        self._answers: dict[str, Response | GitOpsSetsError] = {}
        self._asking: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def send(self, request: Request) -> Response:
        """Return the whole answer to a question; raises ``SourceError``, which names the URL and what to do."""
        target = Target.of(request.url)
        try:
            self.access.grant(target.authority, clear=target.scheme == "http", given=request.grant)
            if self._offline:
                raise SourceError("is not asked: --offline allows no other machine")
            question = _question(request, self.access.proof(target, request))
            if request.repeated:
                return self._ask(request, target, question)
            return self._answer(request, target, question)
        except GitOpsSetsError as error:
            raise error.at(file=target.shown) from None

    def get_json(self, url: str, **options: Any) -> Any:
        """Return the JSON value at a URL; ``options`` are the other fields of a ``Request``."""
        return self.send(Request(url, **options)).json()

    def pages(self, request: Request, following: Following) -> Iterator[Page]:
        """Return the pages of a list, to its end; raises where one repeats, leads elsewhere, or there are too many."""
        return follow(self.send, request, following, self.settings.max_pages)

    def concurrently(self, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """Return ``work`` of each item, in order, a few at a time; raises the first error, in the order of items."""
        with ThreadPoolExecutor(self.settings.concurrency, thread_name_prefix="gitopssets") as pool:
            futures = [pool.submit(work, item) for item in items]
            try:
                return [future.result() for future in futures]
            finally:
                pool.shutdown(cancel_futures=True)

    def report(self) -> NetworkReport:
        """Return what has been asked so far, and what the hosts still allow."""
        return self._meter.report()

    @property
    def reach(self) -> Reach:
        """Return what says where git may go."""
        return Reach(self.access, self._resolver)

    def close(self) -> None:
        """Close every connection."""
        if self._conversation:
            self._conversation.exchange.close()

    def _answer(self, request: Request, target: Target, question: str) -> Response:
        """Return the answer of this run to a question; who asks the same meanwhile waits for it."""
        with self._lock:
            asking = self._asking.setdefault(question, threading.Lock())
        with asking:
            if question not in self._answers:
                try:
                    self._answers[question] = self._ask(request, target, question)
                except GitOpsSetsError as error:
                    self._answers[question] = error
        answer = self._answers[question]
        if isinstance(answer, GitOpsSetsError):
            raise answer
        return answer

    def _ask(self, request: Request, target: Target, question: str) -> Response:
        if self._progress:
            self._progress(f"asking {target.shown}")
        cache = self._cache if request.cached and request.method == "GET" else None
        known = cache.find(question, request.url, target.shown) if cache else None
        response = self._talk().answer(request, known, conditions(known.headers) if known else {})
        if cache and response is not known:
            cache.keep(question, response)
        return response

    def _talk(self) -> Conversation:
        """Return what asks; its library takes a while to load, so that a run that asks nothing does without it."""
        with self._lock:
            if self._conversation is None:
                from gitopssets_provider.sources.network.conversation import Conversation
                from gitopssets_provider.sources.network.exchange import Exchange

                settings = self.settings
                exchange = Exchange(
                    settings.connect_timeout, settings.read_timeout, settings.concurrency, self._resolver
                )
                self._conversation = Conversation(self.access, exchange, self._meter)
                weakref.finalize(self, exchange.close)
            return self._conversation


def _question(request: Request, proof: Mapping[str, str]) -> str:
    """Return a hash of everything that may decide an answer, who asks included."""
    tls = request.tls
    parts: list[Any] = [
        [request.method, request.url, request.accept, request.max_bytes, request.proxy, request.redirects],
        sorted(request.statuses),
        sorted(request.headers.items()),
        sorted(proof.items()),
        [_digest(part) for part in (request.body, tls.ca, tls.client_certificate, tls.client_key)],
        [tls.server_name, tls.verify],
    ]
    return _digest(json.dumps(parts).encode())


def _digest(content: bytes | None) -> str:
    return "" if content is None else hashlib.sha256(content).hexdigest()
