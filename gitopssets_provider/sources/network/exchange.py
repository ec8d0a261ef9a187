"""One request and its answer over a pool of connections; what fails on the way is told in plain words."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpcore2

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.network.body import whole_body
from gitopssets_provider.sources.network.dialling import Dialler, remaining
from gitopssets_provider.sources.network.failures import CutShortError, UnreachedError
from gitopssets_provider.sources.network.message import Headers, Response, Tls
from gitopssets_provider.sources.network.resolving import Resolver
from gitopssets_provider.sources.network.target import Target
from gitopssets_provider.sources.network.tls import context_of

__all__ = ["Exchange"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """Sends requests. There is a pool for each way to connect, so that connections are only shared by equals."""

    connect_timeout: float
    read_timeout: float
    concurrency: int
    resolver: Resolver
    _pools: dict[tuple[Tls | None, str, bool], httpcore2.ConnectionPool] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def once(
        self,
        target: Target,
        method: str,
        headers: Mapping[str, str | tuple[str, ...]],
        body: bytes | None,
        *,
        tls: Tls,
        proxy: str,
        inner: bool,
        limit: int,
    ) -> Response:
        """Return the answer to one request, whatever its status; raises ``UnreachedError`` or ``CutShortError``."""
        length = {} if body is None else {"Content-Length": str(len(body))}
        request = httpcore2.Request(
            method,
            httpcore2.URL(
                scheme=target.scheme.encode(),
                host=target.bracketed.encode() if proxy else target.host.encode(),
                port=target.port,
                target=target.path.encode(),
            ),
            headers=_fields({"Host": target.authority, **headers, **length}),
            content=body,
            extensions=self._extensions(tls),
        )
        with _told(target.authority):
            answer = self._pool(tls if target.scheme == "https" else None, proxy, inner=inner).handle_request(request)
            try:
                fields = Headers([(name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers])
                content = whole_body(answer.iter_stream(), fields.get("content-encoding", ""), limit)
            finally:
                answer.close()
        url = f"{target.scheme}://{target.authority}{target.path}"
        return Response(url, target.shown, answer.status, fields, content)

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            for pool in self._pools.values():
                pool.close()
            self._pools.clear()

    def _extensions(self, tls: Tls) -> dict[str, Any]:
        read = self.read_timeout
        timeouts = {"connect": self.connect_timeout, "read": read, "write": read, "pool": remaining(_LONGEST)}
        return {"timeout": timeouts, **({"sni_hostname": tls.server_name} if tls.server_name else {})}

    def _pool(self, tls: Tls | None, proxy: str, *, inner: bool) -> httpcore2.ConnectionPool:
        key = (tls, proxy, inner)
        with self._lock:
            if key not in self._pools:
                self._pools[key] = httpcore2.ConnectionPool(
                    ssl_context=context_of(tls) if tls else None,
                    max_connections=self.concurrency,
                    keepalive_expiry=15,
                    # The proxy is named by whoever runs the stack, and it is the proxy that is dialled.
                    network_backend=Dialler(self.resolver, inner=inner or bool(proxy)),
                    proxy=_proxy(proxy) if proxy else None,
                )
            return self._pools[key]


def _fields(headers: Mapping[str, str | tuple[str, ...]]) -> list[tuple[bytes | str, bytes | str]]:
    return [
        (name, value) for name, given in headers.items() for value in ((given,) if isinstance(given, str) else given)
    ]


def _proxy(url: str) -> httpcore2.Proxy:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SourceError("the proxy is no http or https URL", remedy="write http://host:port")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    auth = (parts.username or "", parts.password or "") if parts.username or parts.password else None
    return httpcore2.Proxy(
        httpcore2.URL(scheme=parts.scheme.encode(), host=parts.hostname.encode(), port=port, target=b"/"),
        auth=auth,
        ssl_context=context_of(Tls()) if parts.scheme == "https" else None,
    )


@contextmanager
def _told(host: str) -> Iterator[None]:
    """Say what failed on the way to a host; the library's own words may hold what was sent."""
    try:
        yield
    except httpcore2.ConnectError as error:
        cause = error.args[0] if error.args else None
        if isinstance(cause, ssl.SSLCertVerificationError):
            fact = f"{host} is not trusted: {cause.verify_message}"
            raise SourceError(fact, remedy="give its CA, or name the host that the certificate is for") from None
        if isinstance(cause, ssl.SSLError):
            raise SourceError(f"{host} speaks no usable TLS", remedy="check scheme and port of the URL") from None
        raise UnreachedError(f"{host} refuses the connection", remedy=_REMEDY) from None
    except httpcore2.ConnectTimeout:
        raise UnreachedError(f"{host} is not reached in time", remedy=_REMEDY) from None
    except httpcore2.TimeoutException:
        raise UnreachedError(f"{host} does not answer in time", remedy="try again") from None
    except httpcore2.ProxyError:
        raise UnreachedError(
            f"the proxy does not lead to {host}", remedy="check the proxy and what it allows"
        ) from None
    except httpcore2.LocalProtocolError:
        raise SourceError("a header or the URL holds what HTTP does not allow", remedy="check the headers") from None
    except (httpcore2.NetworkError, httpcore2.ProtocolError):
        raise CutShortError(f"{host} cut the connection, or its answer is no HTTP", remedy="try again") from None


_LONGEST = 600.0
_REMEDY = "check the URL and the network, or try again"
