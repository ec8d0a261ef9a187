"""The sandbox for text templates: data never gets into the text.

Each output leaves a *token* in the text and its value in a list. The text, with tokens in place of data, is what YAML
is read from; the values go into the leaves afterwards. So no value can be more than a value, whatever is in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Final

from jinja2 import nodes
from jinja2.compiler import Frame

from gitopssets_provider.model.deferred import OpaqueUsedError
from gitopssets_provider.templating.fault import Fault
from gitopssets_provider.templating.limits import MAX_LOOP_STEPS
from gitopssets_provider.templating.sandbox import Delimiters, ExpressionCompiler, Names, Sandbox

__all__ = ["PENDING", "RESERVED", "TOKEN", "Recording", "TextSandbox", "instrument", "text_sandbox"]

# "\ue000 value's place \ue001 output's number \ue002"
TOKEN: Final = re.compile("\ue000([0-9]+)\ue001([0-9]+)\ue002")
RESERVED: Final = re.compile("[\ue000-\ue004]")

PENDING: Final = object()
"""Stands for the value of an output that used something opaque."""


class Recording(Names):
    """The names of one rendering, and of its outputs so far the data and the numbers."""

    def __init__(self, sandbox: TextSandbox, names: dict[str, Any]) -> None:
        super().__init__(sandbox, names, None, {})
        self.data: list[Any] = []
        self.numbers: list[int] = []
        self.steps = 0


class _Compiler(ExpressionCompiler):
    """Writes each output as a call that records the value; the expression is handed over uncomputed.

    The hooks are those that Jinja2's own ``NativeCodeGenerator`` overrides.
    """

    def _make_finalize(self) -> Any:
        return self._FinalizeInfo(None, None)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        pass

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        pass

    def visit_Pair(self, node: nodes.Pair, frame: Frame) -> None:  # noqa: N802  Jinja2's name
        """Write an output with its number, as ``instrument`` has paired them."""
        self.write("environment.record(context, lambda: ")
        self.visit(node.value, frame)
        self.write(", ")
        self.visit(node.key, frame)
        self.write(")")


class TextSandbox(Sandbox):
    """The sandbox whose outputs are tokens."""

    code_generator_class = _Compiler

    def __init__(self, delimiters: Delimiters) -> None:
        # "{{ }}" has "{% %}" and "{# #}" beside it, "<< >>" has "<% %>" and "<# #>".
        left, right = delimiters[0][:-1] or delimiters[0], delimiters[1][1:] or delimiters[1]
        super().__init__(
            delimiters,
            block_start_string=f"{left}%",
            block_end_string=f"%{right}",
            comment_start_string=f"{left}#",
            comment_end_string=f"#{right}",
            trim_blocks=True,
            lstrip_blocks=True,
        )
        # YAML is read before data is bound, so there is nothing to fit data into.
        self.filters["indent"] = self.filters["nindent"] = _as_it_is

    @staticmethod
    def record(context: Recording, compute: Callable[[], Any], number: int) -> str:
        """Keep the value of an output and return its token."""
        try:
            value = compute()
        except OpaqueUsedError:
            value = PENDING
        context.data.append(value)
        context.numbers.append(number)
        return f"\ue000{len(context.data) - 1}\ue001{number}\ue002"

    @staticmethod
    def counted(context: Recording, items: Iterable[Any]) -> list[Any]:
        """Return the items of a loop, if all loops together are not too long."""
        listed = list(items)
        context.steps += len(listed)
        if context.steps > MAX_LOOP_STEPS:
            raise Fault(f"loops more than {MAX_LOOP_STEPS:,} times")
        return listed

    def is_safe_callable(self, obj: Any) -> bool:
        """Say whether an expression may call it."""
        return obj is TextSandbox.counted or super().is_safe_callable(obj)


def _as_it_is(value: Any, *_: Any, **__: Any) -> Any:
    """Return the value: what stands in a block of YAML needs no indentation here."""
    return value


def instrument(tree: nodes.Template) -> list[nodes.Expr]:
    """Make a tree's outputs record and its loops count; return the outputs' expressions, by number."""
    expressions: list[nodes.Expr] = []
    for output in tree.find_all(nodes.Output):
        for at, child in enumerate(output.nodes):
            if not isinstance(child, nodes.TemplateData):
                recorded: Any = nodes.Pair(nodes.Const(len(expressions)), child, lineno=child.lineno)
                output.nodes[at] = recorded
                expressions.append(child)
    for loop in tree.find_all(nodes.For):
        arguments = [nodes.ContextReference(), loop.iter]
        count = nodes.EnvironmentAttribute("counted")
        loop.iter = nodes.Call(count, arguments, [], None, None, lineno=loop.lineno)
    return expressions


@cache
def text_sandbox(delimiters: Delimiters) -> TextSandbox:
    """Return the sandbox for text templates; statements and comments take their delimiters from the expressions'."""
    return TextSandbox(delimiters)
