"""How the kubernetes provider tells two versions of an object apart, by property, and what forces a new one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from gitopssets_provider.engine.property_path import PropertyPath, format_path
from gitopssets_provider.engine.step import DiffKind
from gitopssets_provider.engine.values import UNKNOWN

__all__ = ["Differences", "compare"]


class _Missing:
    """The value of a key that is not there."""


_MISSING: Final = _Missing()
_REPLACING: Final[dict[DiffKind, DiffKind]] = {
    "add": "add-replace",
    "delete": "delete-replace",
    "update": "update-replace",
}


@dataclass(slots=True)
class Differences:
    """What differs, by property path; ``inputs`` are the paths found by comparing inputs alone."""

    kinds: dict[PropertyPath, DiffKind] = field(default_factory=dict)
    inputs: set[PropertyPath] = field(default_factory=set)

    def replacing(self) -> list[str]:
        """Return the paths whose difference needs a new object; deleting the whole metadata does, too."""
        return [
            format_path(path)
            for path, kind in self.kinds.items()
            if kind.endswith("-replace") or (kind == "delete" and path == ("metadata",))
        ]


def compare(old: dict[str, Any], new: dict[str, Any], force_new: Iterable[str]) -> Differences:
    """Compare an object with its new version; ``force_new`` are the fields (``.spec.selector``) that cannot change."""
    patch = _merge_patch(old, new)
    differences = Differences()
    if patch:
        _Comparison(tuple(force_new), differences).members((), patch, old, new, in_list=False)
    return differences


def _merge_patch(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON merge patch from one object to the other, in which ``None`` deletes.

    A value that is not known yet has no members, as far as the provider can see, so all old ones go.
    """
    patch: dict[str, Any] = {key: None for key in old if key not in new}
    for key, value in new.items():
        before = old.get(key, _MISSING)
        if isinstance(value, dict) and isinstance(before, dict):
            inner = _merge_patch(before, value)
            if inner:
                patch[key] = inner
        elif value is UNKNOWN and isinstance(before, dict):
            patch[key] = dict.fromkeys(before)
        elif not _equal(before, value):
            patch[key] = None if value is UNKNOWN else value
    return patch


def _equal(a: Any, b: Any) -> bool:
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(_equal(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return isinstance(b, list) and len(a) == len(b) and all(map(_equal, a, b))
    return isinstance(a, bool) == isinstance(b, bool) and bool(a == b)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Walks a merge patch beside both versions, since a patch says more than what changed: lists stand in it whole."""

    force_new: tuple[str, ...]
    found: Differences

    def members(self, path: PropertyPath, patch: dict[str, Any], old: Any, new: Any, *, in_list: bool) -> None:
        old_members: dict[str, Any] = old if isinstance(old, dict) else {}
        new_members: dict[str, Any] = new if isinstance(new, dict) else {}
        gone = [key for key in old_members if key not in patch] if in_list else []
        for key in (*patch, *gone):
            self.value(
                (*path, key),
                patch.get(key),
                old_members.get(key, _MISSING),
                new_members.get(key, _MISSING),
                in_list=in_list,
            )

    def elements(self, path: PropertyPath, patch: list[Any], old: list[Any], new: Any) -> None:
        news = new if isinstance(new, list) else []
        for index in range(max(len(patch), len(old))):
            self.value(
                (*path, index),
                patch[index] if index < len(patch) else None,
                old[index] if index < len(old) else (_MISSING if index < len(patch) else None),
                news[index] if index < len(news) else None,
                in_list=True,
            )

    def value(self, path: PropertyPath, patch: Any, old: Any, new: Any, *, in_list: bool) -> None:
        if new is _MISSING and (patch is not None or old is _MISSING):
            return
        if patch is UNKNOWN and isinstance(old, dict):
            self.members(path, {}, old, new, in_list=in_list)
        elif isinstance(patch, dict) and isinstance(old, dict):
            self.members(path, patch, old, new, in_list=in_list)
        elif isinstance(patch, list) and isinstance(old, list):
            self.elements(path, patch, old, new)
        elif patch is UNKNOWN or patch is None or old is _MISSING or not _equal(patch, old):
            self._record(path, patch, old, new)

    def _record(self, path: PropertyPath, patch: Any, old: Any, new: Any) -> None:
        deleted = patch is None and new is not UNKNOWN
        kind: DiffKind = "delete" if deleted else "add" if old is _MISSING else "update"
        if _forces_new(path, patch, self.force_new):
            kind = _REPLACING[kind]
        self.found.kinds[path] = kind
        if deleted:
            self.found.inputs.add(path)


def _forces_new(path: PropertyPath, value: Any, force_new: Sequence[str]) -> bool:
    """Tell whether a change touches one of the fields: at it, below it, or above it with the field inside."""
    tree = value
    for element in reversed(path):
        tree = {element: tree} if isinstance(element, str) else [tree]
    return any(_matches(tree, _steps(field)) for field in force_new)


@lru_cache(maxsize=1024)
def _steps(field: str) -> tuple[str, ...]:
    return tuple(field.removeprefix(".").replace("[*]", ".*").split("."))


def _matches(tree: Any, steps: tuple[str, ...]) -> bool:
    """Find a path in a tree as the provider's JSONPath does: what it cannot look into counts as found."""
    values = [tree]
    for step in steps:
        known = [value for value in values if value is not None]
        if step == "*":
            if any(not isinstance(value, list) for value in known):
                return True
            values = [item for value in known for item in value]
        elif values:
            values = [value[step] for value in known if isinstance(value, dict) and step in value]
            if not values:
                return False
    return True
