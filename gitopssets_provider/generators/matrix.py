"""The combinators: the matrix (a product) and the concatenation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from pydantic import Field

from gitopssets_provider.errors import GitOpsSetsError, PlanError, Problem, Problems
from gitopssets_provider.generators.base import Context, Generator, register
from gitopssets_provider.generators.compose import merge
from gitopssets_provider.generators.expansion import check_cap, depends_on_earlier, expand, expand_list, path_of
from gitopssets_provider.generators.registry import AnyGenerator
from gitopssets_provider.model.base import SomeItems
from gitopssets_provider.model.element import Element, Origin

__all__ = ["Concat", "Matrix"]

_ENOUGH = 10
"""How many problems are told before the rest is left out."""


@register
class Matrix(Generator):
    """Yields one element for each combination of the elements of its factors, the last factor varying fastest.

    Parameters are merged; one key with two values is an error unless a factor has a ``name``. A later factor sees the
    parameters of earlier ones: its fields and its ``where`` may use them in ``{{ expressions }}``. A factor that is
    empty is an error, also if it is so for one row only; with ``allowEmpty`` the row disappears.
    Factors may be matrices and concatenations themselves.
    """

    kind: ClassVar[str] = "matrix"

    generators: SomeItems[AnyGenerator] = Field(description="The factors, any number of them.")

    def children(self) -> Sequence[Generator]:
        """Return the factors."""
        return self.generators

    def expand(self, context: Context) -> list[Element]:
        """Return the product; the cap is checked while it grows."""
        first, *later = self.generators
        path = f"{context.path}.generators"
        rows = [
            Element(parameters, Origin(context.path, parts=(origin,)))
            for parameters, origin in expand(first, context.at(path_of(path, 0, first)))
        ]
        for index, factor in enumerate(later, start=1):
            rows = _grown(rows, factor, context.at(path_of(path, index, factor)))
        return rows


def _grown(rows: Sequence[Element], factor: Generator, context: Context) -> list[Element]:
    """Combine the rows with a later factor, which is expanded once if no row makes a difference."""
    if not rows:
        return []
    earlier = context.earlier or {}
    constant = None if depends_on_earlier(factor) else expand(factor, context.after(earlier))
    grown: list[Element] = []
    faults = _Faults()
    for row in rows:
        elements = constant
        if elements is None:
            elements = faults.elements(row, factor, context.after({**earlier, **row.parameters}))
        check_cap(len(grown) + len(elements), context)
        grown += _combined(row, elements, context)
    faults.raise_if_any()
    return grown


def _combined(row: Element, elements: Sequence[Element], context: Context) -> list[Element]:
    try:
        return [merge(row, element) for element in elements]
    except GitOpsSetsError as error:
        raise error.at(context.path) from None


@dataclass(slots=True)
class _Faults:
    """What is wrong for some rows: each problem once, with the first row it was found for and how many there are."""

    found: dict[tuple[type[GitOpsSetsError], Problem], list[Origin]] = field(default_factory=dict)

    def elements(self, row: Element, factor: Generator, context: Context) -> list[Element]:
        """Expand a factor for a row; what is wrong is kept, and nothing returned. A limit is raised at once."""
        try:
            return expand(factor, context)
        except PlanError:
            raise
        except GitOpsSetsError as error:
            for problem in error.problems:
                self.found.setdefault((type(error), problem), []).append(row.origin)
            if len(self.found) >= _ENOUGH:
                self.raise_if_any()
            return []

    def raise_if_any(self) -> None:
        """Raise the problems, each with its rows."""
        problems = Problems()
        for (kind, problem), (first, *others) in self.found.items():
            more = f" and {len(others)} more" if others else ""
            problems.add(kind(problems=[replace(problem, fact=f"{problem.fact} (for {first}{more})")]))
        problems.raise_if_any()


@register
class Concat(Generator):
    """Yields the elements of its generators, one after the other. A list of generators in YAML is one already."""

    kind: ClassVar[str] = "concat"

    generators: SomeItems[AnyGenerator] = Field(description="The generators, any number of them.")

    def children(self) -> Sequence[Generator]:
        """Return the parts."""
        return self.generators

    def expand(self, context: Context) -> list[Element]:
        """Return the elements of each part in order."""
        return expand_list(self.generators, context.at(f"{context.path}.generators"))
