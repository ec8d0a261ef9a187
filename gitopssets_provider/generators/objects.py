"""What generators that read objects of the management cluster have in common: where an object is, what it says."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import Field

from gitopssets_provider.generators.base import Context
from gitopssets_provider.model.base import Model
from gitopssets_provider.sources.kubernetes.secret_values import part, secret_text

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


def secret_data(secret: Mapping[str, Any], keys: Collection[str] | None = None) -> dict[str, str]:
    """Return the values of a Secret as texts; raises ``SourceError`` for one (of ``keys``) that is none."""
    chosen = [key for key in part(secret, "data") if keys is None or key in keys]
    return {key: secret_text(secret, key) for key in chosen}
