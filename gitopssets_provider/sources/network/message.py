"""A question and its answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urljoin

from gitopssets_provider.documents.json_reader import read_json
from gitopssets_provider.errors import DefinitionError, SourceError
from gitopssets_provider.model.credential import Credential
from gitopssets_provider.sources.network.settings import HostGrant

__all__ = ["Headers", "Request", "Response", "Tls"]

_LINK = re.compile(r'<([^<>]*)>((?:[^,"]|"[^"]*")*)')
_REL = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,]+))', re.IGNORECASE)
_DEPTH = 64


@dataclass(frozen=True, slots=True)
class Tls:
    """Whom to trust, and what to show. Given certificates are the only ones trusted; without any, the system's are.

    ``server_name`` is the name the server's certificate must hold where that is not the host's. All are PEM.
    """

    ca: bytes = b""
    client_certificate: bytes = field(default=b"", repr=False)
    client_key: bytes = field(default=b"", repr=False)
    server_name: str = ""
    verify: bool = True


@dataclass(frozen=True, slots=True)
class Request:
    """One question.

    A header may have several values, each of which becomes a field of its own. ``secrets`` are headers that nobody may
    see: they reach no error, no report and no cache, and go over plain ``http`` to this machine only. ``credential``
    wins over what the stack has for the host; its password is sent as ``token_header`` where one is named, else as
    Basic (with a user name) or Bearer. ``credentials`` false sends none.
    ``statuses`` are those that the caller understands; any other is an error. ``accept`` is what the body must be.
    ``grant`` allows the host where the settings do not name it: for hosts that no definition has chosen. ``proxy`` is
    the URL of an HTTP proxy. ``cached`` false keeps the answer out of the cache on disk (it may hold secrets), and
    ``repeated`` true asks even if the same has been asked in this run. ``redirects`` says where a redirect may lead:
    to the same host, or to any that is granted (which then gets neither secrets nor credentials).
    """

    url: str
    method: str = "GET"
    headers: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    credential: Credential | None = None
    credentials: bool = True
    token_header: str = ""
    accept: Literal["json", "text", "bytes"] = "json"
    statuses: frozenset[int] = frozenset({200})
    max_bytes: int | None = None
    tls: Tls = Tls()
    grant: HostGrant | None = None
    proxy: str = ""
    cached: bool = True
    repeated: bool = False
    redirects: Literal["host", "granted"] = "host"


class Headers(Mapping[str, str]):
    """Header fields by name, whatever its case; fields of one name are joined by commas, as HTTP says."""

    def __init__(self, items: list[tuple[str, str]]) -> None:
        self._fields: dict[str, str] = {}
        for name, value in items:
            key = name.lower()
            self._fields[key] = f"{self._fields[key]}, {value}" if key in self._fields else value

    def __getitem__(self, name: str) -> str:
        return self._fields[name.lower()]

    def __iter__(self) -> Any:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer. ``source`` is what errors call it: the URL without its query; ``url`` is where it came from."""

    url: str
    source: str
    status: int
    headers: Headers
    body: bytes = field(repr=False)
    _parsed: list[Any] = field(default_factory=list, repr=False, compare=False)

    @property
    def text(self) -> str:
        """Return the body as text; raises ``SourceError`` for anything but UTF-8."""
        try:
            return self.body.decode("utf-8")
        except UnicodeDecodeError:
            raise SourceError("answers what is no text in UTF-8", file=self.source) from None

    @property
    def links(self) -> Mapping[str, str]:
        """Return the URLs of the ``Link`` header, by relation, made absolute."""
        found: dict[str, str] = {}
        for target, parameters in _LINK.findall(self.headers.get("link", "")):
            relation = _REL.search(parameters)
            for name in (relation.group(1) or relation.group(2) or "").lower().split() if relation else ():
                found.setdefault(name, urljoin(self.url, target))
        return found

    def json(self) -> Any:
        """Return the JSON value of the body, which nobody may change; raises ``SourceError`` where it is none."""
        if not self._parsed:
            try:
                size = len(self.body)
                value = read_json(self.body, file=self.source, max_bytes=size, max_depth=_DEPTH, printable=False)
            except DefinitionError as error:
                raise SourceError(problems=error.problems) from None
            self._parsed.append(value)
        return self._parsed[0]
