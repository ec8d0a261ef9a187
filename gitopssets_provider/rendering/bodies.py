"""The bodies of templates: structure, text, or a function, each from an element's names to objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from gitopssets_provider.errors import DefinitionError, TemplateError
from gitopssets_provider.model.deferred import OpaqueUsedError
from gitopssets_provider.model.element import Element
from gitopssets_provider.model.template import Template
from gitopssets_provider.model.validation import shape_of
from gitopssets_provider.templating import Templating, coerce_strings

__all__ = ["Body", "body_of"]


@dataclass(frozen=True, slots=True)
class Body:
    """What makes the objects, and what the place of one of them is called; ``count`` is their number where fixed."""

    make: Callable[[Element, Mapping[str, Any]], Sequence[dict[str, Any]]]
    key: str
    indexed: bool

    def place(self, index: int, count: int) -> str:
        """Return the path of an object in its template."""
        return f"{self.key}[{index}]" if self.indexed or count > 1 else self.key


def body_of(template: Template, templating: Templating, texts: Mapping[str, str], folder: str) -> Body:
    """Compile a template's body. ``texts`` hold the template files; ``folder`` names in messages where they lie."""
    if template.function is not None:
        return _function(template.function)
    left, right = template.delimiters
    if template.content is not None:
        structure = templating.structure(template.content, (left, right))
        indexed = not isinstance(template.content, Mapping)
        return Body(lambda _, names: structure.render(names), "content", indexed)
    if template.file is None:
        text = templating.text_template(template.text or "", delimiters=(left, right))
        return Body(lambda _, names: text.render(names), "text", indexed=False)
    if template.file not in texts:
        raise DefinitionError("was not read", remedy="make the definition with define()", path="file")
    file = str(PurePosixPath(folder, template.file))
    text = templating.text_template(texts[template.file], file=file, delimiters=(left, right))
    return Body(lambda _, names: text.render(names), "file", indexed=False)


def _function(function: Callable[[Element], Any]) -> Body:
    return Body(lambda element, _: _objects(function, element), "function", indexed=False)


def _objects(function: Callable[[Element], Any], element: Element) -> list[dict[str, Any]]:
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
    return [coerce_strings(dict(value)) for value in values]
