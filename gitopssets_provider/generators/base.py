"""What every generator is: one frozen class whose fields are the keys of YAML and whose ``expand`` is the behaviour."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import ClassVar

from gitopssets_provider.model.base import Model
from gitopssets_provider.model.element import Element
from gitopssets_provider.sources.base import Sources
from gitopssets_provider.templating import Templating

__all__ = ["Context", "Generator"]


@dataclass(frozen=True, slots=True)
class Context:
    """What a generator may use while it expands.

    ``templating`` compiles expressions with the names of the set in scope (``set``, ``stack``, ``values``, ...),
    ``max_elements`` is the cap to check while a product grows, ``path`` the generator's own path in the definition.
    """

    sources: Sources
    templating: Templating
    max_elements: int
    path: str

    def at(self, path: str) -> Context:
        """Return the context of a generator below this one."""
        return replace(self, path=path)


class Generator(Model, ABC):
    """Yields elements. In YAML ``{<kind>: {fields}, where: EXPRESSION, name: NAME}``.

    ``where`` keeps the elements for which an expression is true; ``name`` puts all parameters under one key;
    ``allowEmpty`` says that no element at all is an answer, not an error.
    """

    kind: ClassVar[str]

    where: str | None = None
    name: str | None = None
    allow_empty: bool = False

    @abstractmethod
    def expand(self, context: Context) -> list[Element]:
        """Return the elements in their deterministic order; raises ``SourceError`` or ``DefinitionError``."""
