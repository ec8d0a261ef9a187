"""What generators that read objects of the management cluster have in common: where an object is, what it says."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from gitopssets_provider.errors import SourceError
from gitopssets_provider.generators.base import Context
from gitopssets_provider.model.base import Model

__all__ = ["ObjectName", "own_namespace", "part", "secret_data"]

NAMESPACE = "Its namespace. Default: the set's own, else default."


class ObjectName(Model):
    """An object of the management cluster."""

    name: str = Field(min_length=1, description="The object's name.")
    namespace: str = Field(default="", description=NAMESPACE)


def own_namespace(written: str, context: Context) -> str:
    """Return the namespace that an object is looked for in."""
    if written:
        return written
    return context.templating.text("{{ set.namespace | default('default', true) }}")(context.templating.bind({}))


def part(value: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    """Return the mapping at the end of some keys; an empty one where there is none."""
    found: Any = value
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def secret_data(secret: Mapping[str, Any], keys: list[str] | None = None) -> dict[str, str]:
    """Return the values of a Secret as texts; raises ``SourceError`` for one (of ``keys``) that is none."""
    found: dict[str, str] = {}
    for key, value in part(secret, "data").items():
        if keys is not None and key not in keys:
            continue
        try:
            found[key] = base64.b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, ValueError, TypeError):
            raise SourceError(f"the value of {key} is no text in UTF-8", remedy="choose others with keys") from None
    return found
