"""Where a URL leads, read so strictly that nobody can read it in another way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit

from gitopssets_provider.errors import SourceError

__all__ = ["PORTS", "Target"]

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?", re.IGNORECASE)
_NUMBER = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)
PORTS: Final = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Target:
    """A URL in its parts. ``path`` is what is asked of the host: with the query, without the fragment."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def of(cls, url: str) -> Target:
        """Return the parts of a URL; raises ``SourceError``, which shows neither its query nor a password."""
        if any(not 32 < ord(character) < 127 or character == "\\" for character in url):
            remedy = "write other characters as %XX, and a host name as xn--..."
            raise SourceError("the URL holds a blank, a backslash, a control character or a letter", remedy=remedy)
        try:
            parts = urlsplit(url)
        except ValueError:
            raise SourceError("the URL has no usable host", remedy="write https://host/path") from None
        scheme = parts.scheme.lower()
        if scheme not in PORTS:
            raise SourceError("the URL is neither https nor http", remedy="write https://host/path")
        if "@" in parts.netloc:
            raise SourceError("the URL holds a user name or a password", remedy="put it into gitopssets:credentials")
        try:
            host, port = (parts.hostname or "").rstrip("."), parts.port
        except ValueError:
            raise SourceError("the URL has no usable port", remedy="write a number up to 65535") from None
        _check_host(host)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(scheme, host, PORTS[scheme] if port is None else port, path)

    @property
    def authority(self) -> str:
        """Return what grants and credentials name: the host, with its port where that is not the scheme's own."""
        return self.bracketed if self.port == PORTS[self.scheme] else f"{self.bracketed}:{self.port}"

    @property
    def bracketed(self) -> str:
        """Return the host as it stands in a URL."""
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def origin(self) -> tuple[str, str, int]:
        """Return what must be equal for two URLs to lead to the same server."""
        return self.scheme, self.host, self.port

    @property
    def shown(self) -> str:
        """Return the URL as errors and reports show it: without its query, which may hold a token."""
        return f"{self.scheme}://{self.authority}{self.path.partition('?')[0]}"


def _check_host(host: str) -> None:
    if ":" in host:
        try:
            if IPv6Address(host).scope_id:
                raise ValueError
        except ValueError:
            raise SourceError("the URL's host is no address") from None
        return
    if not _HOST.fullmatch(host) or ".." in host or len(host) > 253:
        raise SourceError("the URL has no usable host", remedy="write https://host/path")
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        try:
            ip_address(host)
        except ValueError:
            raise SourceError("the URL's host is an address in an unusual form", remedy="write a.b.c.d") from None
