"""What every generator is: one frozen class whose fields are the keys of YAML and whose ``expand`` is the behaviour."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self, TypeVar

from pydantic import Field

from gitopssets_provider.errors import GitOpsSetsError, Problem, SourceError
from gitopssets_provider.model.base import Model
from gitopssets_provider.model.element import Element
from gitopssets_provider.sources.base import Sources
from gitopssets_provider.templating import Templating

__all__ = ["KINDS", "Context", "Generator", "asking", "register"]


@dataclass(frozen=True, slots=True)
class Context:
    """What a generator may use while it expands.

    ``templating`` compiles expressions with the names of the set in scope (``set``, ``stack``, ``values``, ...),
    ``max_elements`` is the cap to check while a product grows, ``path`` the generator's own path in the definition.
    ``earlier`` are the parameters that a later factor of a matrix sees (None outside of one), ``memory`` what has been
    answered in this expansion, so that no question is asked twice. ``notes`` are what a reader of the plan should know.
    """

    sources: Sources
    templating: Templating
    max_elements: int
    path: str
    earlier: Mapping[str, Any] | None = None
    memory: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    notes: dict[str, None] = field(default_factory=dict, compare=False, repr=False)

    def at(self, path: str) -> Context:
        """Return the context of a generator below this one."""
        return replace(self, path=path)

    def after(self, earlier: Mapping[str, Any]) -> Context:
        """Return the context of a factor that sees the parameters of earlier ones."""
        return replace(self, earlier=earlier)

    def warn(self, text: str) -> None:
        """Note what a reader of the plan should know; each note is told once."""
        self.notes[text] = None


@contextmanager
def asking() -> Iterator[None]:
    """Put the place of what a source says into its fact, where the answer is asked for.

    The place of the error is then the definition's, and the file, the server or the inventory at fault is named too.
    """
    try:
        yield
    except GitOpsSetsError as error:
        told = (Problem(": ".join(filter(None, (p.place, p.fact))), p.remedy) for p in error.problems)
        raise SourceError(problems=told) from None


class Generator(Model, ABC):
    """Yields elements. In YAML ``{<kind>: {fields}}``; the three fields below may also stand beside the kind.

    ``a * b`` is a matrix of two generators, ``a + b`` their concatenation, ``a.where("expression")`` a filter.
    """

    kind: ClassVar[str]
    data_fields: ClassVar[frozenset[str]] = frozenset()
    """Fields whose content is data: expressions in them are bound only in a later factor of a matrix."""
    hidden_fields: ClassVar[frozenset[str]] = frozenset()
    """Fields that are sent somewhere and shown nowhere: expressions in them may use ``secrets``."""

    condition: str | bool | None = Field(
        default=None,
        alias="where",
        description="An expression over the element's parameters (and those of earlier factors): only elements for "
        "which it is true are kept.",
    )
    name: str | None = Field(
        default=None,
        pattern="^[A-Za-z_][A-Za-z0-9_]*$",
        description="A key to put all parameters under, so that they cannot collide with those of another factor.",
    )
    allow_empty: bool = Field(
        default=False, description="Whether no element at all is an answer. Otherwise it is an error."
    )

    @abstractmethod
    def expand(self, context: Context) -> list[Element]:
        """Return the elements in their deterministic order; raises ``SourceError`` or ``DefinitionError``.

        Errors carry the whole path: ``context.path`` and what is below it.
        """

    def children(self) -> Sequence[Generator]:
        """Return the generators that this one combines."""
        return ()

    def subject(self) -> str:
        """Return in a few words what is read: patterns, a selector; the kind where there is nothing to say."""
        return self.kind

    def where(self, expression: str) -> Self:
        """Return the same generator, keeping only elements for which the expression is true as well."""
        both = expression
        if self.condition not in (None, True):
            both = f"({_bare(self.condition)}) and ({_bare(expression)})"
        return self.model_copy(update={"condition": both})

    def __mul__(self, other: Generator) -> Generator:
        return _combined("matrix", self, other)

    def __add__(self, other: Generator) -> Generator:
        return _combined("concat", self, other)


G = TypeVar("G", bound=type[Generator])

KINDS: dict[str, type[Generator]] = {}
"""Every registered kind of generator, by its key in YAML."""


def register(cls: G) -> G:
    """Make a generator known under its ``kind``. A second class of the same kind is refused."""
    known = KINDS.setdefault(cls.kind, cls)
    if known is not cls:
        raise ValueError(f"two generators are of the kind {cls.kind}: {known.__qualname__} and {cls.__qualname__}")
    return cls


def _bare(expression: object) -> str:
    text = str(expression).strip()
    return text[2:-2].strip() if text.startswith("{{") and text.endswith("}}") else text


def _combined(kind: str, *generators: Generator) -> Generator:
    """Combine two generators, taking over the parts of one that is nothing but a combination of the same kind."""
    first, second = generators
    plain = first.kind == kind and not first.model_fields_set - {"generators"}
    return KINDS[kind].model_validate({"generators": (*(first.children() if plain else (first,)), second)})
