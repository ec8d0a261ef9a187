"""Connections: the address that was checked is the one that is dialled, and everything ends with the deadline."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from httpcore2 import ConnectError, ConnectTimeout, NetworkBackend, NetworkStream, SyncBackend, TimeoutException

from gitopssets_provider.sources.network.resolving import Resolver

__all__ = ["Dialler", "deadline", "remaining"]

_FOREVER = 3600.0
_DEADLINE: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Let everything that is sent and received inside, in this thread, end within so many seconds."""
    token = _DEADLINE.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _DEADLINE.reset(token)


def remaining(limit: float) -> float:
    """Return the seconds that are left, at most ``limit``; zero or less where none are."""
    until = _DEADLINE.get()
    return limit if until is None else min(limit, until - time.monotonic())


@dataclass(frozen=True, slots=True)
class Dialler(NetworkBackend):
    """Connects to the checked address of a host. TLS and ``Host`` keep the name; only the dialling is ours."""

    resolver: Resolver
    inner: bool
    backend: NetworkBackend = field(default_factory=SyncBackend)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> NetworkStream:
        """Return a stream to the first address that accepts the connection."""
        failure: Exception = ConnectError("no address")
        for address in self.resolver.addresses(host, port, _left(timeout), inner=self.inner):
            try:
                left = _left(timeout)
                return _Stream(self.backend.connect_tcp(address, port, left, local_address, socket_options))
            except (ConnectError, ConnectTimeout) as error:
                failure = error
        raise failure


@dataclass(frozen=True, slots=True)
class _Stream(NetworkStream):
    """A connection each of whose operations ends with the deadline of the question that uses it."""

    inner: NetworkStream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self.inner.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.inner.write(buffer, _left(timeout))

    def close(self) -> None:
        self.inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        return _Stream(self.inner.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)


def _left(timeout: float | None) -> float:
    left = remaining(_FOREVER if timeout is None else timeout)
    if left <= 0:
        raise TimeoutException("no time is left")
    return left
