"""Expansion: what is done around every generator, so that each of them only yields its elements.

Fields that hold expressions are bound; each distinct bound generator is asked once; ``where`` filters, ``name`` puts
the parameters under one key, and an empty answer is an error unless ``allowEmpty`` says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from gitopssets_provider.documents.canonical import canonical_json, digest
from gitopssets_provider.errors import GitOpsSetsError, PlanError, Problems, SourceError
from gitopssets_provider.generators.base import Context, Generator
from gitopssets_provider.generators.compose import named
from gitopssets_provider.generators.late import Late, bind, class_of, open_fields
from gitopssets_provider.model.element import Element
from gitopssets_provider.model.reference import Hidden

__all__ = ["check_cap", "depends_on_earlier", "expand", "expand_all", "expand_list", "path_of"]


def expand_all(generators: Sequence[Generator], context: Context) -> list[Element]:
    """Return the elements of all generators in order. ``context.path`` is the list's own path (``generators``)."""
    return expand_list(generators, replace(context, memory={}))


def expand_list(generators: Sequence[Generator], context: Context) -> list[Element]:
    """Return the elements of generators that stand in a list, within an expansion."""
    problems = Problems()
    parts: list[list[Element]] = []
    for index, generator in enumerate(generators):
        with problems.catch():
            parts.append(expand(generator, context.at(path_of(context.path, index, generator))))
            check_cap(sum(map(len, parts)), context)
    problems.raise_if_any()
    return [element for part in parts for element in part]


def expand(generator: Generator, context: Context) -> list[Element]:
    """Return the elements of one generator whose own path is ``context.path``."""
    elements = _answer(generator, context)
    found = len(elements)
    if generator.condition is not None:
        elements = _kept(generator, elements, context)
    if not elements and not generator.allow_empty:
        fact = f"where keeps none of {found} elements" if found else "yields no element"
        raise SourceError(fact, remedy="say allowEmpty: true if that is meant", path=context.path)
    check_cap(len(elements), context)
    return named(generator.name, elements) if generator.name else elements


def check_cap(count: int, context: Context) -> None:
    """Refuse more elements than the cap, while they grow."""
    if count > context.max_elements:
        raise PlanError(
            f"{count:,} elements are more than the limit of {context.max_elements:,}",
            remedy="raise limits.maxElements of the set (and of the stack) if they are meant",
            path=context.path,
        )


def path_of(path: str, index: int, generator: Generator) -> str:
    """Return the path of an item of a list of generators: ``generators[0].git``."""
    return f"{path}[{index}].{generator.of.kind if isinstance(generator, Late) else generator.kind}"


def depends_on_earlier(generator: Generator) -> bool:
    """Say whether a later factor may differ from row to row."""
    if generator.condition is not None or open_fields(generator, later=True):
        return True
    return any(depends_on_earlier(child) for child in generator.children())


def _answer(generator: Generator, context: Context) -> list[Element]:
    """Return what the generator yields, asking each distinct question once."""
    if generator.children():
        return generator.expand(context)
    bound = _bound(generator, context)
    question = (context.path, canonical_json(_told_apart(bound)))
    if question not in context.memory:
        context.memory[question] = (_bind(generator, bound, context) if bound else generator).expand(context)
    answer: list[Element] = context.memory[question]
    return answer


def _told_apart(value: Any) -> Any:
    """Return bound fields as plain JSON that differs where they do."""
    if isinstance(value, Hidden):
        return ["hidden", digest(value.value)]
    if isinstance(value, Mapping):
        return {key: _told_apart(item) for key, item in value.items()}
    return [_told_apart(item) for item in value] if isinstance(value, list) else value


def _bind(generator: Generator, bound: Mapping[str, Any], context: Context) -> Generator:
    """Bind the open fields; what is wrong with them is told at the generator's path."""
    try:
        return bind(generator, bound).model_copy(update={"allow_empty": generator.allow_empty})
    except GitOpsSetsError as error:
        raise error.at(context.path) from None


def _bound(generator: Generator, context: Context) -> Mapping[str, Any]:
    later = context.earlier is not None
    compiled: Callable[[Mapping[str, Any]], Any] | None
    key = (context.path, "compiled", later)
    try:
        if key not in context.memory:
            context.memory[key] = _compiled(generator, open_fields(generator, later=later), context)
        compiled = context.memory[key]
        if compiled is None:
            return {}
        bound: Mapping[str, Any] = compiled(context.templating.bind(context.earlier or {}))
    except GitOpsSetsError as error:
        raise error.at(context.path) from None
    return bound


def _compiled(
    generator: Generator, fields: Mapping[str, Any], context: Context
) -> Callable[[Mapping[str, Any]], Any] | None:
    """Return what binds the fields; only in those that are shown nowhere may an expression use a secret."""
    if not fields:
        return None
    hidden = class_of(generator).hidden_fields
    shown = context.templating.value({key: field for key, field in fields.items() if key not in hidden})
    sent = context.templating.hidden({key: field for key, field in fields.items() if key in hidden})
    return lambda names: {**shown(names), **sent(names)}


def _kept(generator: Generator, elements: Sequence[Element], context: Context) -> list[Element]:
    earlier = context.earlier or {}
    templating = context.templating
    try:
        key = (context.path, "where")
        if key not in context.memory:
            context.memory[key] = templating.condition(generator.condition or False)
        holds: Callable[[Mapping[str, Any]], bool] = context.memory[key]
        if not earlier:
            return [element for element in elements if holds(templating.bind(element.parameters))]
        return [element for element in elements if holds(templating.bind({**earlier, **element.parameters}))]
    except GitOpsSetsError as error:
        raise error.at(f"{context.path}.where") from None
