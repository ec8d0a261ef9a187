"""What has been asked in a run, and what the servers still allow."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

__all__ = ["HostReport", "Meter", "NetworkReport"]

_REMAINING = ("x-ratelimit-remaining", "ratelimit-remaining", "x-rate-limit-remaining")
_LIMIT = ("x-ratelimit-limit", "ratelimit-limit", "x-rate-limit-limit")


@dataclass(frozen=True, slots=True)
class HostReport:
    """One host: requests sent, those among them that were repetitions, answers unchanged since an earlier run, and the
    quota as the host last told it (None where it tells none).
    """

    requests: int = 0
    repetitions: int = 0
    unchanged: int = 0
    remaining: int | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class NetworkReport:
    """Every host that was asked, by name (``host:port``)."""

    hosts: Mapping[str, HostReport]

    @property
    def requests(self) -> int:
        """Return how many requests were sent in all."""
        return sum(host.requests for host in self.hosts.values())

    def lines(self) -> list[str]:
        """Return a line for each host: ``api.github.com: 12 requests, 7 unchanged, 4988 of 5000 remain``."""
        return [f"{name}: {_told(host)}" for name, host in sorted(self.hosts.items())]


@dataclass(slots=True)
class Meter:
    """Counts, from any thread."""

    _hosts: dict[str, HostReport] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def sent(self, authority: str, *, again: bool) -> None:
        """Count a request."""
        with self._lock:
            host = self._hosts.get(authority, HostReport())
            counted = replace(host, requests=host.requests + 1, repetitions=host.repetitions + int(again))
            self._hosts[authority] = counted

    def answered(self, authority: str, status: int, headers: Mapping[str, str]) -> None:
        """Note what an answer tells of the quota, and whether it was "not modified"."""
        remaining, limit = _number(headers, _REMAINING), _number(headers, _LIMIT)
        with self._lock:
            host = self._hosts.get(authority, HostReport())
            self._hosts[authority] = replace(
                host,
                unchanged=host.unchanged + int(status == 304),
                remaining=host.remaining if remaining is None else remaining,
                limit=host.limit if limit is None else limit,
            )

    def report(self) -> NetworkReport:
        """Return the counts as they are now."""
        with self._lock:
            return NetworkReport(dict(self._hosts))


def _number(headers: Mapping[str, str], names: tuple[str, ...]) -> int | None:
    text = next((headers[name].strip() for name in names if name in headers), "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def _told(host: HostReport) -> str:
    parts = [f"{host.requests} request{'' if host.requests == 1 else 's'}"]
    if host.repetitions:
        parts.append(f"{host.repetitions} repeated")
    if host.unchanged:
        parts.append(f"{host.unchanged} unchanged")
    if host.remaining is not None:
        parts.append(f"{host.remaining}{'' if host.limit is None else f' of {host.limit}'} remain")
    return ", ".join(parts)
