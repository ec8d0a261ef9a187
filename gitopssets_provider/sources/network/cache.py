"""Answers kept between runs, only to be asked for again: "not modified" is then the whole answer."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from gitopssets_provider.sources.network.message import Headers, Response

__all__ = ["Cache", "cache_folder", "conditions"]

_KEPT = ("content-type", "content-length", "etag", "last-modified", "link")


def cache_folder(environment: Mapping[str, str]) -> Path | None:
    """Return where this user's programs keep what they can ask for again; None where there is no such place."""
    base, home = environment.get("XDG_CACHE_HOME", ""), environment.get("HOME", "")
    folder = Path(base) if base else Path(home) / ".cache"
    return folder / "gitopssets" if folder.is_absolute() else None


class Cache:
    """A folder of JSON files that only its owner may read; the name of each is a hash of everything that was asked.

    The credential is part of the question, so that nobody gets what was answered to somebody else. A file that is
    damaged is as good as none; so is a folder that others could have written to.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, question: str, url: str, source: str) -> Response | None:
        """Return what was answered to a question, with what is needed to ask whether it still holds."""
        try:
            if not self._is_ours():
                return None
            entry = json.loads((self._folder / f"{question}.json").read_bytes())
            body = base64.b64decode(entry["body"], validate=True)
            headers = Headers([(str(name), str(value)) for name, value in entry["headers"].items()])
            if entry["digest"] != _digest(headers, body):
                return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return Response(url, source, 200, headers, body)

    def keep(self, question: str, response: Response) -> None:
        """Keep an answer that says how to ask whether it still holds, unless the server forbids it."""
        headers = Headers([(name, response.headers[name]) for name in _KEPT if name in response.headers])
        forbidden = "no-store" in response.headers.get("cache-control", "").lower()
        if response.status != 200 or forbidden or not conditions(headers):
            return
        entry = {
            "headers": dict(headers),
            "digest": _digest(headers, response.body),
            "body": base64.b64encode(response.body).decode("ascii"),
        }
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._is_ours():
                self._write(self._folder / f"{question}.json", json.dumps(entry))

    def _write(self, path: Path, text: str) -> None:
        handle, name = tempfile.mkstemp(dir=self._folder, prefix=".new-")
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(text)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    def _is_ours(self) -> bool:
        status = self._folder.stat()
        return status.st_uid == os.getuid() and not status.st_mode & 0o077


def conditions(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that ask whether an answer with these headers still holds; none where it cannot be asked."""
    if "etag" in headers:
        return {"If-None-Match": headers["etag"]}
    return {"If-Modified-Since": headers["last-modified"]} if "last-modified" in headers else {}


def _digest(headers: Mapping[str, str], body: bytes) -> str:
    """Return a digest of an answer: it tells a file that was cut or changed by accident."""
    told = json.dumps(dict(headers), sort_keys=True).encode()
    return hashlib.sha256(told + b"\0" + body).hexdigest()
