"""Where a repository is: a local folder, or a URL that is safe to open and to print."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from gitopssets_provider.errors import SourceError

__all__ = ["Local", "Location", "Remote", "locate"]

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_HELPER = re.compile(r"[A-Za-z0-9+.-]+::")
_SCP = re.compile(r"(?:(?P<user>[^@/:]+)@)?(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]):(?P<path>[^/].*|/[^/].*)")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|[0-9A-Fa-f:.]+")
_SCHEMES = {"https": "https", "http": "http", "ssh": "ssh", "git+ssh": "ssh", "ssh+git": "ssh", "file": "file"}
_PORTS = {"https": 443, "http": 80, "ssh": 22}


@dataclass(frozen=True, slots=True)
class Local:
    """A folder on this machine. ``objects_only`` for a ``file`` URL, which has no working tree."""

    name: str
    path: Path
    objects_only: bool = False


@dataclass(frozen=True, slots=True)
class Remote:
    """A repository behind ``https``, ``http`` or ``ssh``; ``name`` is its URL, which holds no password."""

    name: str
    scheme: str
    host: str
    port: int | None
    path: str
    user: str = ""

    @property
    def authority(self) -> str:
        """Return what credentials are bound to: the host, with its port where that is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port in (None, _PORTS[self.scheme]) else f"{host}:{self.port}"


Location = Local | Remote


def locate(repository: str, root: Path) -> Location:
    """Return where a repository is, a relative folder from ``root``; raises ``SourceError``, which names no secret."""
    if not repository.strip() or any(ord(character) < 32 or ord(character) == 127 for character in repository):
        raise SourceError("the repository is empty or holds a control character")
    if repository.startswith("-"):
        raise SourceError("the repository begins with a dash", remedy="write a folder as ./-name")
    scheme = _URL.match(repository)
    if scheme:
        return _from_url(repository, scheme.group(1).lower())
    if _HELPER.match(repository):
        raise SourceError("the repository names a remote helper (name::...), which is not run", remedy=_WRITE)
    scp = _SCP.fullmatch(repository)
    if scp and _HOST.fullmatch(scp["host"].strip("[]")) and not (root / repository).exists():
        return Remote(repository, "ssh", scp["host"].strip("[]"), None, scp["path"], scp["user"] or "")
    return Local(repository, root / repository)


_WRITE = "write a folder, or a URL with https, ssh or file"


def _from_url(repository: str, scheme: str) -> Location:
    if scheme not in _SCHEMES:
        raise SourceError(f"repositories are not read over {scheme}", remedy=_WRITE)
    if "?" in repository or "#" in repository or "\\" in repository or " " in repository:
        raise SourceError("the URL of the repository holds ?, #, a space or a backslash", remedy="remove it")
    try:
        parts = urlsplit(repository)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise SourceError("the repository is no URL", remedy=_WRITE) from None
    if parts.password is not None:
        remedy = f"remove it, and give credentials for {host} under gitopssets:credentials or in GITOPSSETS_CREDENTIALS"
        raise SourceError("the URL of the repository holds a password", remedy=remedy)
    if scheme == "file":
        if host not in ("", "localhost"):
            raise SourceError("a file URL names no host", remedy="write file:///path")
        return Local(repository, Path(unquote(parts.path)), objects_only=True)
    if not _HOST.fullmatch(host) or not parts.path.strip("/") or (parts.username or "").startswith("-"):
        raise SourceError("the URL of the repository has no usable host and path", remedy=_WRITE)
    return Remote(repository, _SCHEMES[scheme], host, port, unquote(parts.path), unquote(parts.username or ""))
