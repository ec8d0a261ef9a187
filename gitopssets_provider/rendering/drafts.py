"""Drafts: the objects of one set as its templates made them, checked one by one.

What an object is called depends on its namespace, and that on its scope, which an object of any other set may define:
so a draft becomes a manifest only when all sets are rendered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from gitopssets_provider.errors import GitOpsSetsError, PlanError
from gitopssets_provider.model.element import Element
from gitopssets_provider.model.template import ObjectOptions
from gitopssets_provider.rendering.findings import Findings
from gitopssets_provider.rendering.metadata import Additions
from gitopssets_provider.rendering.renderer import Rendered, Renderer
from gitopssets_provider.rendering.shape import Shape, Shapes
from gitopssets_provider.rendering.targets import Target

__all__ = ["Draft", "draft"]


class Draft(NamedTuple):
    """One object, with the indexes of the element and the template it comes from."""

    object: dict[str, Any]
    shape: Shape
    target: Target
    options: ObjectOptions
    element: int
    template: int


def draft(elements: Sequence[Element], renderers: Sequence[Renderer], additions: Additions, most: int) -> list[Draft]:
    """Return the objects of all elements in render order: for each element each template.

    Everything that is wrong is raised at once, paths relative to the spec; more than ``most`` objects end it early.
    """
    drafting = _Drafting(additions)
    for index, element in enumerate(elements):
        for number, renderer in enumerate(renderers):
            drafting.add(index, element, number, renderer)
        if len(drafting.drafts) > most:
            raise PlanError(
                f"more than {most:,} objects, which is the limit",
                remedy="raise limits.maxObjects of the set (and of the stack) if they are meant",
                path="templates",
            )
    if error := drafting.findings.error():
        raise error
    return drafting.drafts


class _Drafting:
    def __init__(self, additions: Additions) -> None:
        self.drafts: list[Draft] = []
        self.findings = Findings()
        self._additions = additions
        self._shapes = Shapes()

    def add(self, index: int, element: Element, number: int, renderer: Renderer) -> None:
        """Keep what one template makes of one element, and what is wrong with it."""
        try:
            for rendered in renderer.render(element):
                value = self._completed(rendered, element) if self._additions else rendered.object
                if shape := self._shape(value, element, number, rendered.place):
                    self.drafts.append(Draft(value, shape, rendered.target, rendered.options, index, number))
        except GitOpsSetsError as error:
            self.findings.add(error.at(f"templates[{number}]"), element.origin)

    def _completed(self, rendered: Rendered, element: Element) -> dict[str, Any]:
        try:
            return self._additions.to(rendered.object, rendered.names)
        except GitOpsSetsError as error:
            self.findings.add(error, element.origin)
            return rendered.object

    def _shape(self, value: dict[str, Any], element: Element, number: int, place: str) -> Shape | None:
        try:
            return self._shapes.of(value)
        except GitOpsSetsError as error:
            self.findings.add(error.at(f"templates[{number}].{place}"), element.origin)
            return None
