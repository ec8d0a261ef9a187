"""What generators have read, in a few words for people: patterns and commits, selectors, kinds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gitopssets_provider.errors import GitOpsSetsError
from gitopssets_provider.generators.base import Generator
from gitopssets_provider.generators.expansion import path_of
from gitopssets_provider.generators.late import Late
from gitopssets_provider.model.element import Element
from gitopssets_provider.templating import Templating

__all__ = ["kind_of", "read_by"]

_SHOWN = 3


def kind_of(generator: Generator) -> str:
    """Return the generator's key in YAML."""
    return generator.of.kind if isinstance(generator, Late) else generator.kind


def read_by(generators: Sequence[Generator], elements: Sequence[Element], templating: Templating) -> tuple[str, ...]:
    """Return a line for each thing that was read: ``stacks/environments/*.yaml at 4f2c1d0``.

    Expressions are shown as what they come to, those over earlier factors as they are written.
    """
    commits: dict[str, dict[str, None]] = {}
    for element in elements:
        for origin in element.origin.flatten():
            if origin.source:
                commits.setdefault(origin.generator, {})[origin.commit] = None
    lines: dict[str, None] = {}
    for path, generator in _leaves(generators, "generators"):
        read = commits.get(path, ())
        told = [f" at {commit[:7]}" if commit else "" for commit in read]
        for at in told if len(told) <= _SHOWN else [f" at {len(told)} commits"]:
            lines[f"{_told(generator.subject(), templating)}{at}"] = None
    return tuple(lines)


def _told(subject: str, templating: Templating) -> str:
    try:
        return templating.text(subject)(templating.bind({}))
    except GitOpsSetsError:
        return subject


def _leaves(generators: Sequence[Generator], path: str) -> Iterator[tuple[str, Generator]]:
    for index, generator in enumerate(generators):
        own = path_of(path, index, generator)
        if generator.children():
            yield from _leaves(generator.children(), f"{own}.generators")
        else:
            yield own, generator
