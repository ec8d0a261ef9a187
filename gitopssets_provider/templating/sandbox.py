"""The sandbox: Jinja2 that sees data only, makes nothing endless, and computes nothing while it compiles.

Jinja2's own sandbox stops what leads out of data. What it lets pass is closed here: attributes and methods of Python
objects (an allow-list of string and mapping methods remains), operators that make huge values, clocks and chance.
Nothing is computed at compile time (``9**(9**9)`` would be), for no limit helps there.
"""

from __future__ import annotations

from functools import cache, partial
from typing import Any, Final

from jinja2 import Undefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace, missing

from gitopssets_provider.errors import TemplateError
from gitopssets_provider.model.deferred import Opaque, OpaqueUsedError
from gitopssets_provider.templating.fault import Fault, Missing, kind_of
from gitopssets_provider.templating.filters import FILTERS
from gitopssets_provider.templating.limits import check_items
from gitopssets_provider.templating.methods import LIST_METHODS, LOOP_ATTRIBUTES, MAPPING_METHODS, STRING_METHODS
from gitopssets_provider.templating.operators import OPERATORS, binary, unary
from gitopssets_provider.templating.results import OMIT, join
from gitopssets_provider.templating.value_tests import TESTS

__all__ = ["Delimiters", "ExpressionCompiler", "Names", "Sandbox", "check_delimiters", "expression_sandbox"]

Delimiters = tuple[str, str]


def _range(*bounds: int) -> range:
    """Return the numbers between two bounds, if they are not too many."""
    numbers = range(*bounds)
    check_items(-1 if not numbers else (numbers[-1] - numbers[0]) // numbers.step + 1)
    return numbers


_FUNCTIONS: Final = {"dict": dict, "namespace": Namespace, "range": _range}
# Statements and comments have no place in an expression: nobody writes this private character.
_UNWRITTEN: Final = {
    "block_start_string": "\ue000(",
    "block_end_string": "\ue000)",
    "comment_start_string": "\ue000[",
    "comment_end_string": "\ue000]",
}


class Names(Context):
    """The names of one rendering; what the sandbox offers stands behind all of them."""

    def resolve_or_missing(self, key: str) -> Any:
        """Return the value of a name."""
        if key in self.parent:
            return self.parent[key]
        return self.environment.globals.get(key, missing)


class ExpressionCompiler(CodeGenerator):
    """Writes ``a ~ b`` as a call of ours, which spells numbers and booleans as YAML does and measures the text."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802  Jinja2's name
        """Write ``a ~ b``."""
        self.write("environment.concatenate((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment of Jinja2 for expressions of people who are not trusted with more than their data."""

    intercepted_binops = frozenset(OPERATORS)
    intercepted_unops = frozenset({"+", "-"})
    code_generator_class = ExpressionCompiler
    context_class = Names
    concatenate = staticmethod(join)

    def __init__(self, delimiters: Delimiters, **options: Any) -> None:
        left, right = delimiters
        super().__init__(
            variable_start_string=left,
            variable_end_string=right,
            undefined=Missing,
            autoescape=False,
            optimized=False,
            keep_trailing_newline=True,
            **options,
        )
        self.filters = dict(FILTERS)
        self.tests = dict(TESTS)
        self.globals = {**_FUNCTIONS, "omit": OMIT}

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002
        """Compute an operator within bounds."""
        return binary(operator, left, right)

    def call_unop(self, context: Context, operator: str, arg: Any) -> Any:  # noqa: ARG002
        """Compute a sign."""
        return unary(operator, arg)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return what ``obj.attribute`` means: a key first, then one of few methods, never an attribute of Python."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        if isinstance(obj, Undefined):
            return obj
        if isinstance(obj, Opaque):
            raise OpaqueUsedError(obj)
        for kind, methods in _METHODS:
            if isinstance(obj, kind) and attribute in methods:
                return partial(methods[attribute], obj)
        if isinstance(obj, LoopContext) and attribute in LOOP_ATTRIBUTES:
            return getattr(obj, attribute)
        if isinstance(obj, Namespace) and not attribute.startswith("_"):
            return getattr(obj, attribute, self.undefined(obj=obj, name=attribute))
        if isinstance(obj, tuple) and attribute in getattr(obj, "_fields", ()):
            return getattr(obj, attribute)  # a group of ``groupby``
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return what ``obj[argument]`` means: a key or an index, nothing else."""
        if isinstance(obj, Undefined):
            return obj
        if isinstance(obj, dict | list | tuple | str | range | Opaque):
            try:
                return obj[argument]
            except (LookupError, TypeError):
                pass
        return self.undefined(obj=obj, name=argument)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call one of the few things that can be called."""
        for value in (obj, *args) if isinstance(obj, partial) else (obj,):
            if isinstance(value, Opaque):
                raise OpaqueUsedError(value)
        if not self.is_safe_callable(obj):
            raise Fault(f"calls {kind_of(obj)}, which is no function")
        return context.call(obj, *args, **kwargs)

    def is_safe_callable(self, obj: Any) -> bool:
        """Say whether an expression may call it: what ``getattr`` hands out, and the functions of the sandbox."""
        return (
            isinstance(obj, partial | Undefined)
            or any(obj is function for function in _FUNCTIONS.values())
            or isinstance(getattr(obj, "__self__", None), LoopContext)
        )


_METHODS: Final = ((str, STRING_METHODS), (dict, MAPPING_METHODS), (list, LIST_METHODS))


def check_delimiters(delimiters: Delimiters) -> None:
    """Raise ``TemplateError`` for what cannot tell expressions from text."""
    left, right = delimiters
    if not left or not right or left == right or left[-1] in "%#" or any(char.isspace() for char in left + right):
        remedy = 'write two different signs without blanks, such as ["<<", ">>"]'
        raise TemplateError(f'"{left}" and "{right}" cannot enclose expressions', remedy=remedy, path="delimiters")


@cache
def expression_sandbox(delimiters: Delimiters = ("{{", "}}")) -> Sandbox:
    """Return the sandbox for single strings: expressions and literal text, no statements."""
    return Sandbox(delimiters, **_UNWRITTEN)
