"""One question, asked until there is a whole answer or nothing is left to hope for."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.network.access import Access
from gitopssets_provider.sources.network.content import check_content, check_status
from gitopssets_provider.sources.network.dialling import deadline, remaining
from gitopssets_provider.sources.network.exchange import Exchange
from gitopssets_provider.sources.network.failures import CutShortError, UnreachedError
from gitopssets_provider.sources.network.message import Request, Response
from gitopssets_provider.sources.network.patience import TRANSIENT, is_limited, pause, wait_asked_for
from gitopssets_provider.sources.network.report import Meter
from gitopssets_provider.sources.network.target import Target

__all__ = ["Conversation"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS = 3


class _LaterError(SourceError):
    """Raised where a server says that it would answer later."""

    wait: float | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """Asks with patience: within the deadline of the whole question, never before a server allows it."""

    access: Access
    exchange: Exchange
    meter: Meter

    def answer(self, request: Request, known: Response | None, conditions: Mapping[str, str]) -> Response:
        """Return the whole answer; ``known`` where the server says that it still holds."""
        total, attempts = self.access.settings.total_timeout, self.access.settings.attempts
        with deadline(total):
            for attempt in range(1, attempts + 1):
                try:
                    return self._attempt(request, known, conditions, again=attempt > 1)
                except (UnreachedError, CutShortError, _LaterError) as error:
                    wait = error.wait if isinstance(error, _LaterError) else None
                    seconds = pause(attempt) if wait is None else max(wait, pause(attempt))
                    if attempt == attempts or seconds >= remaining(total):
                        raise SourceError(problems=error.problems) from None
                time.sleep(seconds)
        raise AssertionError("every attempt returns or raises")

    def _attempt(
        self, request: Request, known: Response | None, conditions: Mapping[str, str], *, again: bool
    ) -> Response:
        response, target, proved = self._followed(request, conditions, again=again)
        if response.status == 304 and known is not None:
            return known
        status = response.status
        if status not in request.statuses and (status in TRANSIENT or is_limited(status, response.headers)):
            raise _later(response, target.authority)
        check_status(status, request, target.authority, with_credentials=proved)
        check_content(response, request)
        return response

    def _followed(
        self, request: Request, conditions: Mapping[str, str], *, again: bool
    ) -> tuple[Response, Target, bool]:
        """Return the answer behind redirects, where it came from, and whether we proved there who we are."""
        target = Target.of(request.url)
        grant = self.access.grant(target.authority, clear=target.scheme == "http", given=request.grant)
        proof = self.access.proof(target, request)
        for _ in range(_MAX_REDIRECTS + 1):
            response = self._once(request, target, {**conditions, **proof}, inner=grant.private_addresses, again=again)
            if response.status not in _REDIRECTS or response.status in request.statuses:
                return response, target, bool(proof)
            there = _place(response, request)
            if not _same_server(target, there):
                if request.redirects == "host" or there.scheme == "http":
                    fact = f"{target.authority} redirects to {there.scheme}://{there.authority}"
                    raise SourceError(fact, remedy="write the URL that is meant")
                grant, proof = self.access.grant(there.authority, clear=False), {}
            target = there
        raise SourceError(f"{target.authority} redirects more than {_MAX_REDIRECTS} times", remedy="check the URL")

    def _once(
        self, request: Request, target: Target, extra: Mapping[str, str], *, inner: bool, again: bool
    ) -> Response:
        self.meter.sent(target.authority, again=again)
        response = self.exchange.once(
            target,
            request.method,
            {**_headers(request), **extra},
            request.body,
            tls=request.tls,
            proxy=self.access.proxy(target, request),
            inner=inner,
            limit=request.max_bytes or self.access.settings.max_bytes,
        )
        self.meter.answered(target.authority, response.status, response.headers)
        return response


def _headers(request: Request) -> dict[str, str | tuple[str, ...]]:
    accept = "application/json" if request.accept == "json" else "*/*"
    return {"Accept": accept, "Accept-Encoding": "gzip", "User-Agent": "gitopssets", **request.headers}


def _place(response: Response, request: Request) -> Target:
    location = response.headers.get("location", "")
    if not location or request.method != "GET":
        raise SourceError(f"answers HTTP {response.status}, a redirect that cannot be followed", remedy="check the URL")
    return Target.of(urljoin(response.url, location))


def _same_server(here: Target, there: Target) -> bool:
    if here.origin == there.origin:
        return True
    upgraded = (here.scheme, here.port, there.scheme, there.port) == ("http", 80, "https", 443)
    return here.host == there.host and upgraded


def _later(response: Response, host: str) -> _LaterError:
    """Return what to tell if nobody waits, and how long to wait."""
    now = datetime.now(UTC)
    wait = wait_asked_for(response.headers, now)
    limited = is_limited(response.status, response.headers)
    fact = f"{host} allows no more requests" if limited else f"{host} is not available"
    when = "try again later"
    if wait is not None:
        when = f"try again after {now + timedelta(seconds=wait):%Y-%m-%d %H:%M:%S} UTC"
    error = _LaterError(f"{fact} (HTTP {response.status})", remedy=when)
    error.wait = wait
    return error
