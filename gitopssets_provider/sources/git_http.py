"""git over HTTP(S): one host is spoken to, it gets the credentials bound to it, and it is not waited for forever."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import urllib3
from dulwich.client import Urllib3HttpGitClient, default_user_agent_string
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
    SSLError,
)

from gitopssets_provider.errors import SourceError
from gitopssets_provider.model.credential import Credential
from gitopssets_provider.sources.deadline import Timeouts
from gitopssets_provider.sources.git_dialling import Addresses, dialling_pools
from gitopssets_provider.sources.location import Remote

__all__ = ["HttpClient", "told"]

_MAX_ANSWER = 512 * 1024 * 1024


class HttpClient(Urllib3HttpGitClient):
    """Speaks the smart protocol with one host. Every other answer is an error that says what it was."""

    def __init__(
        self, remote: Remote, credential: Credential | None, timeouts: Timeouts, addresses: Addresses, proxy: str = ""
    ) -> None:
        self.authority = remote.authority
        self._credential = credential
        host = f"[{remote.host}]" if ":" in remote.host else remote.host
        base = f"{remote.scheme}://{host}{f':{remote.port}' if remote.port else ''}/"
        options: dict[str, Any] = {
            "headers": {"User-Agent": default_user_agent_string()},
            "cert_reqs": "CERT_REQUIRED",
            "timeout": urllib3.Timeout(connect=timeouts.connect, read=timeouts.read),
            "retries": _Retries(),
        }
        pool = urllib3.ProxyManager(proxy, **options) if proxy else urllib3.PoolManager(**options)
        pool.pool_classes_by_scheme = dialling_pools(remote.host, addresses)
        username = (credential.username or remote.user or "git") if credential and credential.password else None
        password = credential.password if credential and credential.password else None
        super().__init__(base, pool_manager=pool, username=username, password=password, thin_packs=False)

    def close(self) -> None:
        """Close the connections."""
        self.pool_manager.clear()

    @staticmethod
    def _warn_filter_objects() -> None:
        """Say nothing: a server that does not filter sends everything, which is as good."""

    def _http_request(
        self,
        url: str,
        headers: dict[str, str] | None = None,
        data: bytes | Iterator[bytes] | None = None,
        raise_for_status: bool = True,  # noqa: ARG002, FBT001, FBT002  the signature is dulwich's
    ) -> tuple[Any, Callable[[int], bytes]]:
        response, read = super()._http_request(url, headers, data, raise_for_status=False)
        try:
            self._check(response)
        except SourceError:
            response.close()
            raise
        return response, _counted(read)

    def _check(self, response: Any) -> None:
        host = self.authority
        hint = f"give credentials for {host} under gitopssets:credentials or in GITOPSSETS_CREDENTIALS"
        if response.status in (401, 403):
            if self._credential:
                raise SourceError(f"{host} refuses the credentials (HTTP {response.status})", remedy="check them")
            raise SourceError(f"{host} asks for credentials (HTTP {response.status})", remedy=hint)
        if response.status == 404:
            raise SourceError(
                f"{host} has no such repository (HTTP 404)", remedy=f"check the URL; if it is private, {hint}"
            )
        if response.status != 200:
            raise SourceError(f"{host} answers HTTP {response.status}", remedy="try again later")
        if not (response.content_type or "").startswith("application/x-git-"):
            raise SourceError(f"{host} answers something that is no git repository", remedy="check the URL")


class _Retries(urllib3.Retry):
    """Try again what failed on the way, never what stalls; follow redirects on the same host only."""

    def __init__(self, **options: Any) -> None:
        ours: dict[str, Any] = {
            "total": 5,
            "connect": 2,
            "read": 2,
            "redirect": 3,
            "status": 2,
            "status_forcelist": (429, 500, 502, 503, 504),
            "allowed_methods": None,
            "backoff_factor": 0.2,
            "raise_on_status": False,
            "respect_retry_after_header": False,
        }
        super().__init__(**{**ours, **options})

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: Any = None,
        error: Exception | None = None,
        _pool: Any = None,
        _stacktrace: Any = None,
    ) -> _Retries:
        """Refuse what is not to be tried again."""
        target = response.get_redirect_location() if response is not None else None
        if target:
            here, there = urlsplit(url or ""), urlsplit(urljoin(url or "", target))
            if (there.hostname, there.scheme) not in ((here.hostname, here.scheme), (here.hostname, "https")):
                response.close()
                host = there.hostname or "another place"
                raise SourceError(
                    f"{here.hostname} redirects to {there.scheme}://{host}", remedy="write the URL that is meant"
                )
        late = isinstance(error, ReadTimeoutError | ConnectTimeoutError) and not isinstance(error, NewConnectionError)
        if error and (late or isinstance(error, SSLError)):
            raise error
        return super().increment(method, url, response, error, _pool, _stacktrace)


def _counted(read: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """Refuse an answer without end."""
    total = 0

    def counted(size: int) -> bytes:
        nonlocal total
        chunk = read(size)
        total += len(chunk)
        if total > _MAX_ANSWER:
            raise SourceError(f"the answer is larger than {_MAX_ANSWER // 1024 // 1024} MiB")
        return chunk

    return counted


def told(error: BaseException, host: str) -> str:
    """Return what failed on the way to a host, in plain words; "" where it is something else."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, HTTPError):
        cause = cause.__cause__ or cause.__context__
    if isinstance(cause, MaxRetryError) and cause.reason:
        cause = cause.reason
    words: tuple[tuple[type[BaseException], str], ...] = (
        (NameResolutionError, f"the name {host} is not known"),
        (NewConnectionError, f"{host} refuses the connection"),
        (ConnectTimeoutError, f"{host} is not reached in time"),
        (ReadTimeoutError, f"{host} does not answer in time"),
        (SSLError, f"{host} is not trusted (TLS)"),
        (HTTPError, f"{host} cut the connection"),
    )
    return next((text for kind, text in words if isinstance(cause, kind)), "")
