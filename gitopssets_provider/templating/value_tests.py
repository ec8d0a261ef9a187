"""What ``is`` may ask in expressions: Jinja2's own tests, and the words that people bring along from Ansible."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from jinja2.tests import TESTS as BUILTIN_TESTS

from gitopssets_provider.templating.regex_filters import REGEX_TESTS
from gitopssets_provider.templating.results import seeing

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


TESTS: Final[Mapping[str, Callable[..., Any]]] = {
    "defined": _BUILTIN["defined"],
    "undefined": _BUILTIN["undefined"],
    **{name: seeing(test) for name, test in _BUILTIN.items() if name not in _LEFT_OUT},
    **REGEX_TESTS,
    "contains": seeing(_contains),
    "endswith": seeing(_ends_with),
    "startswith": seeing(_starts_with),
}
