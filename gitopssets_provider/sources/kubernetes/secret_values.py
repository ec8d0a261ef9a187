"""What an object holds: mappings inside of it, and the texts of a Secret."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from gitopssets_provider.errors import SourceError

__all__ = ["part", "secret_text"]


def part(value: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    """Return the mapping at the end of some keys; an empty one where there is none."""
    found: Any = value
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def secret_text(secret: Mapping[str, Any], key: str) -> str:
    """Return one value of a Secret; nothing where there is none, an error where it is no text."""
    try:
        return base64.b64decode(part(secret, "data").get(key) or "", validate=True).decode("utf-8")
    except (binascii.Error, ValueError, TypeError):
        raise SourceError(f"the value of {key} is no text in UTF-8", remedy="choose others with keys") from None
