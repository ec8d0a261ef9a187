"""Pulumi's property paths (``spec.containers[0].image``, ``metadata.annotations["a.b/c"]``): read them, follow them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

__all__ = ["ABSENT", "follow", "parse"]

ABSENT: Final = object()

_PART: Final = re.compile(r'\[(?P<index>\d+)\]|\[(?P<quoted>"(?:[^"\\]|\\.)*")\]|\.?(?P<name>[^.\[]+)')


def parse(path: str) -> list[str | int]:
    """Return the keys and indices a path consists of."""
    parts: list[str | int] = []
    for match in _PART.finditer(path):
        if match["index"] is not None:
            parts.append(int(match["index"]))
        elif match["quoted"] is not None:
            parts.append(json.loads(match["quoted"]))
        else:
            parts.append(match["name"])
    return parts


def follow(value: Any, path: str) -> Any:
    """Return what lies at the path, :data:`ABSENT` where nothing does.

    A string in the middle of the path is a mask that hides all below it, and is the answer.
    """
    for part in parse(path):
        if isinstance(value, str):
            return value
        if isinstance(part, str) and isinstance(value, Mapping):
            value = value.get(part, ABSENT)
        elif isinstance(part, int) and isinstance(value, Sequence) and part < len(value):
            value = value[part]
        else:
            return ABSENT
    return value
