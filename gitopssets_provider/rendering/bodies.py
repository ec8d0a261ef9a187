"""The bodies of templates: structure, text, or a function, each from an element's names to objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from gitopssets_provider.errors import DefinitionError, GitOpsSetsError, Problems, TemplateError
from gitopssets_provider.model.deferred import OpaqueUsedError
from gitopssets_provider.model.element import Element
from gitopssets_provider.model.template import Template
from gitopssets_provider.model.validation import shape_of
from gitopssets_provider.rendering.leaves import Wrap, canonical
from gitopssets_provider.templating import Templating
from gitopssets_provider.templating.strings import coerce_strings

__all__ = ["Body", "Surroundings", "body_of"]


@dataclass(frozen=True, slots=True)
class Body:
    """What makes the objects, and what the place of one of them is called: ``content``, ``text[1]``."""

    make: Callable[[Element, Mapping[str, Any]], Sequence[dict[str, Any]]]
    key: str
    indexed: bool

    def place(self, index: int, count: int) -> str:
        """Return the path of an object in its template."""
        return f"{self.key}[{index}]" if self.indexed or count > 1 else self.key


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What bodies are compiled with. ``texts`` hold the template files, ``folder`` names in messages where they lie."""

    templating: Templating
    texts: Mapping[str, str]
    folder: str = ""
    wrap: Wrap | None = None


def body_of(template: Template, around: Surroundings) -> Body:
    """Compile a template's body."""
    if template.function is not None:
        return _function(template.function, around.wrap)
    if template.content is not None:
        return _structure(template, around)
    if template.file is None:
        return _text(template.text or "", "", "text", template, around)
    if template.file not in around.texts:
        raise DefinitionError("was not read", remedy="make the definition with define()", path="file")
    return _text(
        around.texts[template.file], str(PurePosixPath(around.folder, template.file)), "file", template, around
    )


def _structure(template: Template, around: Surroundings) -> Body:
    """Compile structure. Its constant leaves are walked here, once; expressions yield nothing but JSON."""
    content = template.content
    indexed = not isinstance(content, Mapping)
    problems = Problems()
    trees = []
    for index, tree in enumerate([content] if isinstance(content, Mapping) else content or ()):
        with problems.catch(f"content[{index}]" if indexed else "content"):
            trees.append(canonical(tree, around.wrap))
    problems.raise_if_any()
    structure = around.templating.structure(trees if indexed else trees[0], _delimiters(template))
    return Body(lambda _, names: structure.render(names), "content", indexed)


def _text(source: str, file: str, key: str, template: Template, around: Surroundings) -> Body:
    text = around.templating.text_template(source, file=file, delimiters=_delimiters(template))

    def make(_: Element, names: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [_canonical(value, key) for value in text.render(names)]

    return Body(make, key, indexed=False)


def _delimiters(template: Template) -> tuple[str, str]:
    left, right = template.delimiters
    return left, right


def _function(function: Callable[[Element], Any], wrap: Wrap | None) -> Body:
    def make(element: Element, _: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [coerce_strings(_canonical(value, "function", wrap)) for value in _returned(function, element)]

    return Body(make, "function", indexed=False)


def _canonical(value: Mapping[str, Any], path: str, wrap: Wrap | None = None) -> dict[str, Any]:
    try:
        return canonical(value, wrap)
    except GitOpsSetsError as error:
        raise error.at(path) from None


def _returned(function: Callable[[Element], Any], element: Element) -> list[Mapping[str, Any]]:
    """Call a function and return its objects. What it raises is an error of the template, its own text included."""
    try:
        result = function(element)
    except OpaqueUsedError as error:
        raise TemplateError(str(error), remedy="it may be a leaf, and nothing else", path="function") from None
    except Exception as error:
        raise TemplateError(f"raised {type(error).__name__}: {error}", path="function") from error
    if result is None:
        return []
    values = [result] if isinstance(result, Mapping) else result
    if not isinstance(values, list | tuple) or not all(isinstance(value, Mapping) for value in values):
        raise TemplateError(f"must return an object or a list of them, not {shape_of(result)}", path="function")
    return list(values)
