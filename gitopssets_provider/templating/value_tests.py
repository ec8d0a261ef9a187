"""What ``is`` may ask in expressions: Jinja2's own tests, and the words that people bring along from Ansible."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final, cast

from jinja2.tests import TESTS as BUILTIN_TESTS

from gitopssets_provider.model.deferred import Opaque, OpaqueUsedError

__all__ = ["TESTS"]

_BUILTIN: Final = cast("Mapping[str, Callable[..., Any]]", BUILTIN_TESTS)
# They ask about the program, not about data; or must not look.
_LEFT_OUT: Final = frozenset({"callable", "defined", "escaped", "filter", "test", "undefined"})


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
    "defined": _BUILTIN["defined"],
    "undefined": _BUILTIN["undefined"],
    **{name: _looks(test) for name, test in _BUILTIN.items() if name not in _LEFT_OUT},
    "contains": _looks(_contains),
    "endswith": _looks(_ends_with),
    "startswith": _looks(_starts_with),
}
