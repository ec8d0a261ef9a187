"""The list generator: elements written down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from gitopssets_provider.generators.base import Context, Generator, register
from gitopssets_provider.model.base import Items
from gitopssets_provider.model.element import Element, Origin

__all__ = ["List"]


@register
class List(Generator):
    """Yields the elements as they are written, in their order.

    The keys of an element are the parameters. Elements are data and stay as they are written; only in a later factor of
    a matrix may they hold ``{{ expressions }}`` over the parameters of earlier factors.
    """

    kind: ClassVar[str] = "list"
    data_fields: ClassVar[frozenset[str]] = frozenset({"elements"})

    elements: Items[Mapping[str, Any]] = Field(description="One mapping of parameters for each element.")

    def expand(self, context: Context) -> list[Element]:
        """Return one element for each item."""
        path = f"{context.path}.elements["
        return [Element(item, Origin(f"{path}{index}]")) for index, item in enumerate(self.elements)]
