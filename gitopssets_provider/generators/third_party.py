"""Generators of other packages: each is an entry point that a stack names before it is loaded."""

from __future__ import annotations

from collections.abc import Collection
from importlib.metadata import entry_points
from typing import Final

from gitopssets_provider.errors import DefinitionError, Problems, did_you_mean
from gitopssets_provider.generators.base import Generator, register
from gitopssets_provider.sources.plugins import GROUP as CALLS

__all__ = ["GROUP", "load_generators"]

GROUP: Final = "gitopssets_provider.generators"


def load_generators(names: Collection[str]) -> None:
    """Make the generators known that a stack names; a name of no generator must be one of a plugin to call.

    An entry point's name is the generator's kind, and it is a class like those of this package.
    """
    problems = Problems()
    known = [entry.name for entry in entry_points(group=GROUP)]
    calls = [entry.name for entry in entry_points(group=CALLS)]
    for name in names:
        with problems.catch("gitopssets:plugins"):
            if name in known:
                _load(name)
            elif name not in calls:
                raise DefinitionError(f"no plugin {name} is installed", remedy=did_you_mean(name, [*known, *calls]))
    problems.raise_if_any()


def _load(name: str) -> None:
    (entry, *others) = entry_points(group=GROUP, name=name)
    if others:
        raise DefinitionError(f"{len(others) + 1} generators are installed as {name}", remedy="remove all but one")
    try:
        found = entry.load()
    except Exception as error:
        raise DefinitionError(f"the generator {name} fails to load: {type(error).__name__}: {error}") from error
    if not (isinstance(found, type) and issubclass(found, Generator)) or getattr(found, "kind", "") != name:
        raise DefinitionError(f"the entry point {name} is no generator of the kind {name}")
    try:
        register(found)
    except ValueError as error:
        raise DefinitionError(str(error)) from None
