"""Templates: structure, text, and the expressions in them.

One :class:`Templating` serves one set. It compiles, and what it compiles renders any number of times.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from gitopssets_provider.model.deferred import Deferred
from gitopssets_provider.model.reference import Hidden
from gitopssets_provider.templating.fault import Fault, kind_of
from gitopssets_provider.templating.results import spell
from gitopssets_provider.templating.sandbox import Delimiters, check_delimiters
from gitopssets_provider.templating.structure import BRACES, CompiledTree, Structure
from gitopssets_provider.templating.text import TextTemplate

__all__ = ["CompiledTemplate", "Templating"]

MISSING: Final = object()


class CompiledTemplate(Protocol):
    """A template that is ready to render."""

    def render(self, names: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the objects that the template becomes; raises ``TemplateError``."""
        ...


class Templating:
    """Compiles the templates and expressions of one set.

    ``constants`` are the names that are the same for all its elements: ``set``, ``stack``, ``values``, ``secrets``.
    """

    def __init__(self, constants: Mapping[str, Any]) -> None:
        self._constants = dict(constants)

    def bind(
        self, parameters: Mapping[str, Any], *, target: Mapping[str, Any] | None = None, item: Any = MISSING
    ) -> dict[str, Any]:
        """Return the names of one rendering. A parameter whose name is taken stays reachable under ``element``."""
        names = {**parameters, **self._constants, "element": parameters}
        if target is not None:
            names["target"] = target
        if item is not MISSING:
            names["item"] = item
        return names

    def value(self, tree: Any) -> Callable[[Mapping[str, Any]], Any]:
        """Compile a JSON value whose strings may hold expressions; a string that is one expression keeps its type."""
        compiled = CompiledTree(tree, BRACES, "")

        def evaluate(names: Mapping[str, Any]) -> Any:
            values = compiled.values(names)
            compiled.refuse_deferred(values)
            return compiled.fill(values)

        return evaluate

    def hidden(self, tree: Any) -> Callable[[Mapping[str, Any]], Any]:
        """Compile a JSON value for a place that may use secrets and shows nothing: each leaf that is made of one is
        ``Hidden``.
        """
        compiled = CompiledTree(tree, BRACES, "")

        def evaluate(names: Mapping[str, Any]) -> Any:
            values = compiled.values(names)
            compiled.refuse_unknown(values)
            return _hidden(compiled.fill(values))

        return evaluate

    def text(self, source: str) -> Callable[[Mapping[str, Any]], str]:
        """Compile a string that stays a string, such as a name."""
        evaluate = self.value(source)

        def spelled(names: Mapping[str, Any]) -> str:
            try:
                return spell(evaluate(names))
            except Fault as fault:
                raise fault.at() from None

        return spelled

    def condition(self, source: str | bool) -> Callable[[Mapping[str, Any]], bool]:  # noqa: FBT001  YAML has either
        """Compile an expression, with or without braces, that says yes or no."""
        if isinstance(source, bool):
            return lambda _: source
        evaluate = self.value(_braced(source))

        def decide(names: Mapping[str, Any]) -> bool:
            result = evaluate(names)
            if not isinstance(result, bool):
                raise Fault(f'"{source}" yields {kind_of(result)}, not true or false', "compare it, or use | bool").at()
            return result

        return decide

    def items(self, source: str) -> Callable[[Mapping[str, Any]], list[Any]]:
        """Compile an expression, with or without braces, that yields a list."""
        evaluate = self.value(_braced(source))

        def collect(names: Mapping[str, Any]) -> list[Any]:
            result = evaluate(names)
            if not isinstance(result, list):
                raise Fault(f'"{source}" yields {kind_of(result)}, not a list').at()
            return result

        return collect

    def structure(
        self, content: Mapping[str, Any] | Sequence[Mapping[str, Any]], delimiters: Delimiters = BRACES
    ) -> CompiledTemplate:
        """Compile a template whose content is a mapping, or a list of mappings."""
        check_delimiters(delimiters)
        return Structure(content, delimiters)

    def text_template(self, source: str, *, file: str = "", delimiters: Delimiters = BRACES) -> CompiledTemplate:
        """Compile a text that becomes one object for each of its YAML documents; ``file`` is its name in errors."""
        check_delimiters(delimiters)
        return TextTemplate(source, file, delimiters)


def _braced(source: str) -> str:
    source = source.strip()
    return source if source.startswith("{{") else f"{{{{ {source} }}}}"


def _hidden(value: Any) -> Any:
    if isinstance(value, Deferred):
        return Hidden(value.reveal())
    if isinstance(value, Mapping):
        return {key: _hidden(item) for key, item in value.items()}
    return [_hidden(item) for item in value] if isinstance(value, list) else value
