"""One template, ready to render: its condition, its repetitions, its cluster, its body."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from gitopssets_provider.errors import GitOpsSetsError, Problems
from gitopssets_provider.model.element import Element
from gitopssets_provider.model.template import ObjectOptions, Template
from gitopssets_provider.rendering.bodies import Body
from gitopssets_provider.rendering.metadata import option_annotations, with_metadata
from gitopssets_provider.rendering.targets import Target, Targets
from gitopssets_provider.templating import Templating

__all__ = ["Rendered", "Renderer"]

Names = Mapping[str, Any]

_MENTIONS_TARGET = re.compile(r"\btarget\b")


class Rendered(NamedTuple):
    """One object as its template made it, the cluster it goes to, and its path in the template (``content[1]``).

    ``names`` are what the template saw, ``options`` what it asks for.
    """

    object: dict[str, Any]
    target: Target
    place: str
    names: Names
    options: ObjectOptions


class Renderer:
    """Makes objects of elements. Whatever does not depend on an element is compiled, once, when this is constructed."""

    def __init__(self, template: Template, body: Body, templating: Templating, targets: Targets) -> None:
        self._body = body
        self._options = template.options
        self._annotations = option_annotations(template.options)
        self._aliases: list[Callable[[Names], str]] = []
        self._bind = templating.bind
        self._targets = targets
        problems = Problems()
        self._repeat = self._when = self._target = None
        with problems.catch("repeat"):
            self._repeat = None if template.repeat is None else templating.items(template.repeat)
        with problems.catch("when"):
            self._when = None if template.when is None else templating.condition(template.when)
        with problems.catch("target"):
            self._target = None if template.target is None else templating.text(template.target)
        if any("{{" in alias for alias in template.options.aliases):
            for index, alias in enumerate(template.options.aliases):
                with problems.catch(f"options.aliases[{index}]"):
                    self._aliases.append(templating.text(alias))
        problems.raise_if_any()
        # A condition that looks at the target needs one; any other may well guard an expression that gives none.
        self._when_first = not (isinstance(template.when, str) and _MENTIONS_TARGET.search(template.when))

    def render(self, element: Element) -> Iterator[Rendered]:
        """Yield the objects of one element; an error's path is relative to the template."""
        if self._repeat is None:
            yield from self._once(element, {})
            return
        for item in _at("repeat", self._repeat, self._bind(element.parameters)):
            yield from self._once(element, {"item": item})

    def _once(self, element: Element, extra: Mapping[str, Any]) -> Iterator[Rendered]:
        bind, parameters = self._bind, element.parameters
        if self._when is not None and self._when_first and not _at("when", self._when, bind(parameters, **extra)):
            return
        target = self._resolve(parameters, extra)
        names = bind(parameters, target=target.parameters, **extra)
        if self._when is not None and not self._when_first and not _at("when", self._when, names):
            return
        options = self._with_aliases(names) if self._aliases else self._options
        objects = self._body.make(element, names)
        for index, value in enumerate(objects):
            place = self._body.place(index, len(objects))
            if self._annotations:
                value = with_metadata(value, {}, self._annotations)
            yield Rendered(value, target, place, names, options)

    def _with_aliases(self, names: Names) -> ObjectOptions:
        aliases = [_at(f"options.aliases[{index}]", alias, names) for index, alias in enumerate(self._aliases)]
        return self._options.model_copy(update={"aliases": tuple(aliases)})

    def _resolve(self, parameters: Mapping[str, Any], extra: Mapping[str, Any]) -> Target:
        if self._target is None:
            return self._targets.default()
        name: str = _at("target", self._target, self._bind(parameters, **extra))
        try:
            return self._targets.named(name)
        except GitOpsSetsError as error:
            raise error.at("target") from None


def _at(path: str, step: Callable[[Any], Any], value: Any) -> Any:
    try:
        return step(value)
    except GitOpsSetsError as error:
        raise error.at(path) from None
