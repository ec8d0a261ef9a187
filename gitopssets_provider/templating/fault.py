"""What goes wrong inside an expression: it knows the fact and the remedy, its place is added by whoever knows it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import TemplateRuntimeError
from jinja2.utils import missing

from gitopssets_provider.errors import TemplateError, did_you_mean
from gitopssets_provider.model.deferred import OpaqueUsedError

__all__ = ["Fault", "Missing", "MissingError", "explain", "kind_of"]

_KINDS: Final = {
    "NoneType": "null",
    "bool": "a boolean",
    "dict": "a mapping",
    "float": "a number",
    "int": "an integer",
    "list": "a list",
    "range": "a list",
    "str": "a string",
    "tuple": "a list",
}
_ADDRESS: Final = re.compile(r" at 0x[0-9a-f]+")


class Fault(Exception):  # noqa: N818  it is one half of an error: the other is the place
    """Signals that an expression cannot yield what is asked of it; ``line`` is known while a text is parsed."""

    def __init__(self, fact: str, remedy: str = "", *, line: int = 0) -> None:
        super().__init__(fact)
        self.fact = fact
        self.remedy = remedy
        self.line = line

    def at(self, path: str = "", *, file: str = "") -> TemplateError:
        """Return the error for the user."""
        return TemplateError(self.fact, remedy=self.remedy, path=path, file=file)


class MissingError(UndefinedError):
    """Signals that an expression used something that does not exist."""

    def __init__(self, what: Missing) -> None:
        super().__init__("something is not known")
        self.what = what


class Missing(StrictUndefined):
    """Stands for a name or key that does not exist; using it is an error, asking whether it is defined is not."""

    __slots__ = ()

    def __init__(
        self,
        hint: str | None = None,
        obj: Any = missing,
        name: str | None = None,
        exc: type[TemplateRuntimeError] = UndefinedError,
    ) -> None:
        super().__init__(hint, obj, name, exc)
        # Jinja2 only ever calls it.
        self._undefined_exception = self._error  # type: ignore[assignment]

    def _error(self, _message: str) -> MissingError:
        return MissingError(self)

    def explain(self, names: Iterable[str]) -> tuple[str, str]:
        """Return fact and remedy, with the known ``names`` to choose from."""
        name, owner = self._undefined_name, self._undefined_obj
        if self._undefined_hint:
            return self._undefined_hint, ""
        if owner is missing:
            return f'"{name}" is not known', did_you_mean(str(name), names)
        if isinstance(owner, Mapping):
            return f'there is no key "{name}"', did_you_mean(str(name), [str(key) for key in owner])
        what = f"element {name}" if isinstance(name, int) else f'"{name}"'
        return f"{kind_of(owner)} has no {what}", ""


def kind_of(value: Any) -> str:
    """Return what a person calls the type of a value: ``a mapping``, ``a list``, ``null``."""
    return _KINDS.get(type(value).__name__, "no JSON value")


def explain(error: BaseException, names: Mapping[str, Any]) -> Fault:
    """Return what an exception of an expression means to the person who wrote it."""
    if isinstance(error, Fault):
        return error
    if isinstance(error, MissingError):
        return Fault(*error.what.explain(names))
    if isinstance(error, OpaqueUsedError):
        return Fault(
            f"{error.opaque.label} is not known while planning",
            "it can stand in a leaf of a template, but decide nothing: no name, no key, no condition",
        )
    if isinstance(error, TemplateSyntaxError):
        return Fault(f"is no template: {error.message}", line=error.lineno)
    if isinstance(error, RecursionError | MemoryError | SyntaxError):
        return Fault("is too deeply nested")
    if isinstance(error, KeyError):
        return Fault(f'there is no key "{error.args[0]}"')
    if isinstance(error, ZeroDivisionError):
        return Fault("divides by zero")
    text = _ADDRESS.sub("", str(error)) or type(error).__name__
    return Fault(f"cannot be computed: {text}")
