"""Structure: mappings and lists whose strings hold expressions. Data fills leaves and can never become structure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from jinja2 import nodes

from gitopssets_provider.errors import Problems, TemplateError
from gitopssets_provider.model.deferred import Deferred, Opaque, OpaqueUsedError
from gitopssets_provider.templating.assembly import Build, Leaf, assemble
from gitopssets_provider.templating.deferral import defer, deferred_leaves, reached
from gitopssets_provider.templating.expressions import Path, Program, parse, paths
from gitopssets_provider.templating.fault import Fault, MissingError, explain
from gitopssets_provider.templating.limits import MAX_DEPTH
from gitopssets_provider.templating.results import is_settled, plain
from gitopssets_provider.templating.sandbox import Delimiters, expression_sandbox
from gitopssets_provider.templating.strings import manifest

__all__ = ["BRACES", "CompiledTree", "Structure"]

BRACES: Final[Delimiters] = ("{{", "}}")


@dataclass(frozen=True)
class Hole:
    """One expression of a tree, where it stands, and what it reads."""

    expression: nodes.Expr
    path: str
    source: str
    delimiters: Delimiters

    @cached_property
    def paths(self) -> frozenset[Path]:
        """The names and keys that the expression reads."""
        return paths(self.expression)

    @cached_property
    def program(self) -> Program:
        """The expression alone, for finding out what is wrong with it, or for when it waits."""
        return Program(expression_sandbox(self.delimiters), [self.expression])

    def value(self, names: Mapping[str, Any]) -> Any:
        """Return the hole's value, which waits where it is made of something opaque; raises ``TemplateError``."""
        try:
            return deferred_leaves(self._known(names), self.source)
        except MissingError as error:
            raise explain(error, names).at(self.path) from None
        except Exception as error:
            inputs = reached(names, self.paths)
            if not inputs:
                raise explain(error, names).at(self.path) from None
        read = {path[0]: names[path[0]] for path in self.paths if path[0] in names}
        deferred = defer(self._resolved, read, inputs, self.source)
        if deferred.known:
            deferred.reveal()
        return deferred

    def _known(self, names: Mapping[str, Any]) -> Any:
        return plain(self.program(names)[0])

    def _resolved(self, names: Mapping[str, Any]) -> Any:
        try:
            return self._known(names)
        except Exception as error:
            raise explain(error, names).at(self.path) from None


class CompiledTree:
    """A JSON value whose strings hold expressions, compiled into one program and one function that fills it."""

    def __init__(self, tree: Any, delimiters: Delimiters, path: str, fill: Callable[[Any], Build] = assemble) -> None:
        self._delimiters = delimiters
        self._holes: list[Hole] = []
        problems = Problems()
        leaves = self._read(tree, path, 0, problems)
        problems.raise_if_any()
        self.fill = fill(leaves)
        self._program = Program(expression_sandbox(delimiters), [hole.expression for hole in self._holes])

    def __call__(self, names: Mapping[str, Any]) -> Any:
        """Return the tree with its holes filled; raises ``TemplateError`` with every problem there is."""
        return self.fill(self.values(names))

    def values(self, names: Mapping[str, Any]) -> list[Any]:
        """Return the values of all holes; raises ``TemplateError`` with every problem there is."""
        try:
            values = self._program(names)
            for index, value in enumerate(values):
                if not is_settled(value):
                    values[index] = deferred_leaves(plain(value), self._holes[index].source)
        except Exception:
            return self._one_by_one(names)
        return values

    def _one_by_one(self, names: Mapping[str, Any]) -> list[Any]:
        problems = Problems()
        values: list[Any] = []
        for hole in self._holes:
            with problems.catch():
                values.append(hole.value(names))
        problems.raise_if_any()
        return values

    def refuse_deferred(self, values: Sequence[Any]) -> None:
        """Raise ``TemplateError`` where a value waits for what must not be looked at while planning."""
        self._refuse(values, lambda _: True)

    def refuse_unknown(self, values: Sequence[Any]) -> None:
        """Raise ``TemplateError`` where a value waits for what is not known while planning."""
        self._refuse(values, lambda opaque: not opaque.known)

    def _refuse(self, values: Sequence[Any], refused: Callable[[Opaque], bool]) -> None:
        problems = Problems()
        for hole, value in zip(self._holes, values, strict=True):
            for opaque in filter(refused, _waiting(value)):
                problems.add(explain(OpaqueUsedError(opaque), {}).at(hole.path))
        problems.raise_if_any()

    def _read(self, value: Any, path: str, depth: int, problems: Problems) -> Any:
        """Return the tree with a ``Leaf`` in place of each string that has holes."""
        if isinstance(value, str):
            with problems.catch():
                return self._leaf(value, path)
        if depth > MAX_DEPTH:
            problems.add(TemplateError(f"is nested deeper than {MAX_DEPTH} levels", path=path))
        elif isinstance(value, Mapping):
            return {key: self._read(item, _below(path, key), depth + 1, problems) for key, item in value.items()}
        elif isinstance(value, list | tuple):
            return [self._read(item, f"{path}[{at}]", depth + 1, problems) for at, item in enumerate(value)]
        return value

    def _leaf(self, text: str, path: str) -> Leaf | str:
        pieces: Sequence[str | nodes.Expr] = [text]
        try:
            if self._delimiters[0] in text:
                pieces = parse(expression_sandbox(self._delimiters), text)
            if self._delimiters == BRACES and any(isinstance(piece, str) and "{%" in piece for piece in pieces):
                raise Fault("holds a statement, {% %}, and structure has none", _STATEMENT)
        except Fault as fault:
            raise fault.at(path) from None
        if all(isinstance(piece, str) for piece in pieces):
            return text
        parts = tuple(piece if isinstance(piece, str) else self._hole(piece, path, text) for piece in pieces)
        return Leaf(parts, "native" if len(parts) == 1 else "text", text, path)

    def _hole(self, expression: nodes.Expr, path: str, source: str) -> int:
        self._holes.append(Hole(expression, path, source, self._delimiters))
        return len(self._holes) - 1


class Structure:
    """A template whose content is a mapping, or a list of mappings, one for each object."""

    def __init__(self, content: Mapping[str, Any] | Sequence[Mapping[str, Any]], delimiters: Delimiters) -> None:
        problems = Problems()
        self._trees: list[CompiledTree] = []
        single = isinstance(content, Mapping)
        for at, tree in enumerate([content] if single else content):
            with problems.catch():
                if not isinstance(tree, Mapping):
                    raise TemplateError("is no mapping", path=f"content[{at}]")
                self._trees.append(CompiledTree(tree, delimiters, "content" if single else f"content[{at}]", manifest))
        problems.raise_if_any()

    def render(self, names: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the objects that the content becomes with these names; raises ``TemplateError``."""
        if len(self._trees) == 1:
            return [self._trees[0](names)]
        problems = Problems()
        objects: list[dict[str, Any]] = []
        for tree in self._trees:
            with problems.catch():
                objects.append(tree(names))
        problems.raise_if_any()
        return objects


_STATEMENT: Final = (
    "write if and for in a text template, or set other delimiters for this template to keep braces as they are"
)
_SIMPLE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")


def _below(path: str, key: str) -> str:
    if not _SIMPLE_KEY.fullmatch(key):
        return f'{path}["{key}"]'
    return f"{path}.{key}" if path else key


def _waiting(value: Any) -> Iterator[Opaque]:
    if isinstance(value, Deferred):
        yield from value.inputs
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _waiting(item)
