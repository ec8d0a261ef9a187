"""Source positions: where in the program a resource was declared, as the state keeps it."""

from __future__ import annotations

import os.path
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from pulumi.runtime.proto import source_pb2

__all__ = ["project_position", "project_trace"]


def project_position(raw: source_pb2.SourcePosition, root: str) -> str:
    """Return ``project:///__main__.py#12`` for a position, nothing for one that is not in a file."""
    url = _project_url(raw.uri, root)
    column = f",{raw.column}" if raw.column else ""
    return f"{url}#{raw.line}{column}" if url else ""


def project_trace(raw: source_pb2.StackTrace, root: str) -> list[dict[str, Any]]:
    """Return the frames of a stack trace as the state keeps them."""
    places = (project_position(frame.pc, root) for frame in raw.frames)
    return [{"sourcePosition": place} if place else {} for place in places]


@lru_cache(maxsize=1024)
def _project_url(uri: str, root: str) -> str:
    url = urlsplit(uri)
    path = unquote(url.path)
    if url.scheme != "file" or not path.startswith("/"):
        return ""
    return f"project:///{quote(os.path.relpath(path, root))}"
