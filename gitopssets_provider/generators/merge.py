"""The merge generator: rows of several sources that have the same key become one element."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator

from gitopssets_provider.documents.canonical import canonical_json
from gitopssets_provider.errors import DefinitionError, GitOpsSetsError, Problems, SourceError
from gitopssets_provider.generators.base import Context, Generator, register
from gitopssets_provider.generators.compose import same
from gitopssets_provider.generators.expansion import expand, path_of
from gitopssets_provider.generators.registry import AnyGenerator
from gitopssets_provider.model.base import SomeItems
from gitopssets_provider.model.element import Element, Origin

__all__ = ["Merge"]

_SHOWN = 5

_Key = str
_Source = dict[_Key, Element]


@register
class Merge(Generator):
    """Yields one element for each key, with the parameters of all its generators that have a row of that key.

    A later generator wins: its values replace those of earlier ones, mappings are merged key by key. Which keys are
    kept is said by ``join``. The elements come in the order of the first generator; with ``outer``, keys that only
    later ones have follow.

    A key is what ``mergeKeys`` come to for a row: the names of parameters (``env``, ``cluster.name``), or any
    expressions over them (``name | lower``). Two rows of one generator with the same key are an error, and so is a row
    that lacks one. ``1`` and ``"1"`` are different keys.

    Rows that are left out, and parameters that are replaced by other values, are reported.
    """

    kind: ClassVar[str] = "merge"

    generators: SomeItems[AnyGenerator] = Field(description="The generators to merge, two or more; later ones win.")
    merge_keys: SomeItems[str] = Field(
        description="What rows must have in common: names of parameters, or expressions over a row's parameters."
    )
    join: Literal["inner", "left", "outer"] = Field(
        default="left",
        description="Which keys are kept: those of every generator (inner), those of the first one (left), or all "
        "(outer).",
    )

    @field_validator("generators")
    @classmethod
    def _are_several(cls, generators: Sequence[Generator]) -> Sequence[Generator]:
        if len(generators) == 1:
            raise ValueError("a merge needs two generators or more")
        return generators

    def children(self) -> Sequence[Generator]:
        """Return the generators that are merged."""
        return self.generators

    def expand(self, context: Context) -> list[Element]:
        """Return one element for each key that is kept."""
        sources = self._sources(context)
        first, *later = sources.values()
        keys = list(first)
        if self.join == "inner":
            keys = [key for key in keys if all(key in source for source in later)]
        elif self.join == "outer":
            keys = list(dict.fromkeys(key for source in sources.values() for key in source))
        self._report_left_out(sources, set(keys), context)
        overriding = {path: _Overridden() for path in sources}
        rows = [_merged(key, sources, overriding, context) for key in keys]
        for path, overridden in overriding.items():
            if overridden.parameters:
                context.warn(f"{path}: {overridden}")
        return rows

    def _sources(self, context: Context) -> dict[str, _Source]:
        """Return the rows of each generator by their key; each generator by its path."""
        key_of = self._key(context)
        sources: dict[str, _Source] = {}
        problems = Problems()
        for index, generator in enumerate(self.generators):
            path = path_of(f"{context.path}.generators", index, generator)
            with problems.catch():
                sources[path] = _by_key(expand(generator, context.at(path)), key_of, path)
        problems.raise_if_any()
        return sources

    def _key(self, context: Context) -> Callable[[Element], _Key]:
        templating = context.templating
        path = f"{context.path}.mergeKeys"
        try:
            compiled = [templating.value(_braced(source)) for source in self.merge_keys]
        except GitOpsSetsError as error:
            raise error.at(path) from None

        def key_of(element: Element) -> _Key:
            names = templating.bind(element.parameters)
            try:
                values = [part(names) for part in compiled]
            except GitOpsSetsError as error:
                raise error.at(f"{path} for {element.origin}") from None
            for source, value in zip(self.merge_keys, values, strict=True):
                if value is None:
                    raise SourceError(f"{source} is null for {element.origin}", path=path)
            return ", ".join(map(canonical_json, values))

        return key_of

    def _report_left_out(self, sources: Mapping[str, _Source], kept: set[_Key], context: Context) -> None:
        for path, source in sources.items():
            lost = [key for key in source if key not in kept]
            if lost:
                lacking = "another generator" if self.join == "inner" else "the first generator"
                context.warn(f"{path}: {_rows(len(lost))} left out, whose keys {lacking} lacks: {_listed(lost)}")


@dataclass(slots=True)
class _Overridden:
    """What a generator has replaced: which parameters, in rows of which keys."""

    parameters: dict[str, None] = field(default_factory=dict)
    keys: dict[_Key, None] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"overrides {_listed(list(self.parameters))} in {_rows(len(self.keys))}: {_listed(list(self.keys))}"


def _by_key(elements: Sequence[Element], key_of: Callable[[Element], _Key], path: str) -> _Source:
    found: _Source = {}
    problems = Problems()
    for element in elements:
        with problems.catch():
            key = key_of(element)
            if key in found:
                problems.add(
                    DefinitionError(
                        f"two rows have the key {key}: {found[key].origin} and {element.origin}",
                        remedy="add to mergeKeys what tells them apart, or filter one out with where",
                        path=path,
                    )
                )
            found.setdefault(key, element)
    problems.raise_if_any()
    return found


def _merged(
    key: _Key, sources: Mapping[str, _Source], overriding: Mapping[str, _Overridden], context: Context
) -> Element:
    parameters: dict[str, Any] = {}
    origins: list[Origin] = []
    for path, source in sources.items():
        if key not in source:
            continue
        element = source[key]
        replaced: list[str] = []
        parameters = _deep(parameters, element.parameters, "", replaced)
        origins.append(element.origin)
        if replaced:
            overriding[path].keys[key] = None
            overriding[path].parameters.update(dict.fromkeys(replaced))
    return Element(parameters, Origin(context.path, parts=tuple(origins)))


def _deep(base: Mapping[str, Any], over: Mapping[str, Any], place: str, replaced: list[str]) -> dict[str, Any]:
    """Return both mappings as one; ``replaced`` collects where a value of the base has given way to another."""
    result = dict(base)
    for key, value in over.items():
        own = f"{place}.{key}" if place else key
        before = base.get(key)
        if isinstance(before, Mapping) and isinstance(value, Mapping):
            result[key] = _deep(before, value, own, replaced)
            continue
        if key in base and not same(before, value):
            replaced.append(own)
        result[key] = value
    return result


def _braced(source: str) -> str:
    return source if "{{" in source else f"{{{{ {source} }}}}"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
