"""What ``is`` may ask in expressions: Jinja2's own tests, and the words that people bring along from Ansible."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

from jinja2.tests import TESTS as BUILTIN_TESTS

from gitopssets_provider.model.deferred import Opaque, OpaqueUsedError

__all__ = ["TESTS"]

_KEPT: Final = (
    "!= < <= == > >= boolean divisibleby eq equalto even false float ge greaterthan gt in integer iterable le lessthan "
    "lower lt mapping ne none number odd sameas sequence string true upper"
).split()


def _contains(container: Any, item: Any) -> bool:
    return item in container


def _starts_with(text: str, prefix: str) -> bool:
    return text.startswith(prefix)


def _ends_with(text: str, suffix: str) -> bool:
    return text.endswith(suffix)


def _looks(test: Callable[..., Any]) -> Callable[..., Any]:
    """Make a test look at its value: of an opaque one not even the type is known."""

    @wraps(test)
    def look(value: Any, *args: Any) -> Any:
        if isinstance(value, Opaque):
            raise OpaqueUsedError(value)
        return test(value, *args)

    return look


TESTS: Final[Mapping[str, Callable[..., Any]]] = {
    "defined": BUILTIN_TESTS["defined"],
    "undefined": BUILTIN_TESTS["undefined"],
    **{name: _looks(BUILTIN_TESTS[name]) for name in _KEPT},
    "contains": _looks(_contains),
    "endswith": _looks(_ends_with),
    "startswith": _looks(_starts_with),
}
