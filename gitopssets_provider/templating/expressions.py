"""Expressions: parsed and checked once, compiled into one program, evaluated many times."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from jinja2 import Template, nodes

from gitopssets_provider.errors import did_you_mean
from gitopssets_provider.templating.fault import Fault, explain
from gitopssets_provider.templating.limits import MAX_INTEGER, MAX_SOURCE
from gitopssets_provider.templating.sandbox import Names, Sandbox

__all__ = ["Path", "Program", "compiled", "parse", "parsed", "paths"]

Path = tuple[str, ...]

_MAX_NESTING: Final = 100
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
# Jinja2 makes every line break "\n"; a string of a manifest keeps its own.
_RETURN: Final = "\ue00d"


class Program:
    """Several expressions, compiled into one function that returns their values in a list."""

    def __init__(self, sandbox: Sandbox, expressions: Sequence[nodes.Expr]) -> None:
        result = nodes.Assign(nodes.Name("result", "store"), nodes.List(list(expressions)), lineno=1)
        self._sandbox = sandbox
        self._compute = compiled(sandbox, nodes.Template([result], lineno=1)).root_render_func

    def __call__(self, names: Mapping[str, Any]) -> list[Any]:
        """Return the values; what does not exist is in it as ``Missing``, for looking at it is somebody else's part."""
        context = Names(self._sandbox, cast("dict[str, Any]", names), None, {})
        for _ in self._compute(context):
            pass
        return cast("list[Any]", context.vars["result"])


def compiled(sandbox: Sandbox, tree: nodes.Template) -> Template:
    """Return a compiled template; raises ``Fault`` for what is too deep to compile."""
    try:
        tree.set_environment(sandbox)
        return sandbox.from_string(tree)
    except Exception as error:
        raise explain(error, {}) from None


def parse(sandbox: Sandbox, text: str) -> list[str | nodes.Expr]:
    """Return the literal pieces of a string and the expressions between them, checked; raises ``Fault``."""
    tree = parsed(sandbox, text.replace("\r", _RETURN))
    for literal in tree.find_all(nodes.TemplateData):
        literal.data = literal.data.replace(_RETURN, "\r")
    for constant in tree.find_all(nodes.Const):
        if isinstance(constant.value, str):
            constant.value = constant.value.replace(_RETURN, "\r")
    pieces: list[str | nodes.Expr] = []
    for output in tree.find_all(nodes.Output):
        pieces += [piece.data if isinstance(piece, nodes.TemplateData) else piece for piece in output.nodes]
    return pieces


def parsed(sandbox: Sandbox, text: str) -> nodes.Template:
    """Return the tree of a template whose filters and tests all exist; raises ``Fault``."""
    if len(text) > MAX_SOURCE:
        raise Fault(f"is longer than {MAX_SOURCE:,} characters")
    try:
        tree = sandbox.parse(text)
        _check(sandbox, tree)
    except ValueError:
        raise Fault("holds a number of too many digits") from None
    except Exception as error:
        raise explain(error, {}) from None
    return tree


def _check(sandbox: Sandbox, tree: nodes.Node) -> None:
    """Raise ``Fault`` for what nests too deep to be compiled and for filters and tests that do not exist."""
    left: list[tuple[nodes.Node, int]] = [(tree, 0)]
    while left:
        node, depth = left.pop()
        if depth > _MAX_NESTING:
            raise Fault("is too deeply nested", line=node.lineno)
        if isinstance(node, nodes.Filter | nodes.Test):
            _check_name(sandbox, node)
        elif isinstance(node, nodes.Const):
            _check_constant(node)
        left += ((child, depth + 1) for child in node.iter_child_nodes())


def _check_constant(node: nodes.Const) -> None:
    value = node.value
    if isinstance(value, float) and not math.isfinite(value):
        raise Fault("holds a number that is too large", line=node.lineno)
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        raise Fault("holds an integer beyond 2**53", "write it in quotes", line=node.lineno)
    if isinstance(value, str) and _SURROGATE.search(value):
        raise Fault("holds half a surrogate pair, which is no character", line=node.lineno)


def _check_name(sandbox: Sandbox, node: nodes.Filter | nodes.Test) -> None:
    what, known = ("filter", sandbox.filters) if isinstance(node, nodes.Filter) else ("test", sandbox.tests)
    if node.name not in known:
        raise Fault(f'there is no {what} "{node.name}"', did_you_mean(node.name, known), line=node.lineno)


def paths(expression: nodes.Node) -> frozenset[Path]:
    """Return what an expression reads: each name, with the keys that follow it as far as they are literal."""
    found: set[Path] = set()
    _collect(expression, found)
    return frozenset(found)


def _collect(node: nodes.Node, found: set[Path]) -> None:
    path = _path(node)
    if path:
        found.add(path)
        return
    for child in node.iter_child_nodes():
        _collect(child, found)


def _path(node: nodes.Node) -> Path:
    if isinstance(node, nodes.Name) and node.ctx == "load":
        return (node.name,)
    if isinstance(node, nodes.Getattr):
        owner = _path(node.node)
        return (*owner, node.attr) if owner else ()
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
        owner = _path(node.node)
        return (*owner, node.arg.value) if owner else ()
    return ()
