"""Which paths of a repository a list of patterns means."""

from __future__ import annotations

import difflib
import posixpath
from collections.abc import Iterable, Sequence

from gitopssets_provider.errors import GitOpsSetsError, Problems, SourceError
from gitopssets_provider.generators.glob import Glob
from gitopssets_provider.sources.base import Tree

__all__ = ["Selection", "folders_of"]

_NEAR = 3
_COMPARED = 20_000


class Selection:
    """Patterns that include and patterns that exclude; an exclude wins wherever it stands."""

    def __init__(self, items: Iterable[tuple[str, bool]]) -> None:
        self._includes: list[tuple[int, Glob]] = []
        self._excludes: list[Glob] = []
        problems = Problems()
        for index, (path, exclude) in enumerate(items):
            with problems.catch(f"[{index}]"):
                if exclude:
                    self._excludes.append(Glob(path, dots=True))
                else:
                    self._includes.append((index, Glob(path)))
        problems.raise_if_any()

    def of(self, paths: Sequence[str], tree: Tree, noun: str, field: str, *, empty: bool) -> list[str]:
        """Return those of the sorted paths that are meant, each once, in order.

        A pattern that matches none is an error unless ``empty``; one that matches, or leads through, what is no regular
        file of the tree always is. ``noun`` and ``field`` are the words for it.
        """
        problems = Problems()
        found: set[str] = set()
        for index, glob in self._includes:
            with problems.catch(f"{field}[{index}]"):
                self._refuse_links(glob, tree)
                matching = glob.among(paths)
                if not matching and not empty:
                    raise _no_match(glob, paths, tree, noun)
                found.update(matching)
        problems.raise_if_any()
        return [path for path in sorted(found) if not self._excluded(path)]

    def _excluded(self, path: str) -> bool:
        return any(glob.covers(path) for glob in self._excludes)

    def _refuse_links(self, glob: Glob, tree: Tree) -> None:
        for path, what in tree.refused.items():
            if (glob.matches(path) or glob.looks_into(path)) and not self._excluded(path):
                raise SourceError(
                    f"{path} is {what}, which is not read", remedy="exclude it, or name what it stands for"
                )


def folders_of(files: Iterable[str]) -> list[str]:
    """Return every folder that has files in it or below it, in byte order."""
    folders: set[str] = set()
    for path in files:
        folder = posixpath.dirname(path)
        while folder and folder not in folders:
            folders.add(folder)
            folder = posixpath.dirname(folder)
    return sorted(folders)


def _no_match(glob: Glob, paths: Sequence[str], tree: Tree, noun: str) -> GitOpsSetsError:
    at = f"{tree.repository}@{tree.commit[:7]}" if tree.commit else tree.repository
    fact = f'no {noun} matches "{glob}" in {at}'
    if not paths:
        return SourceError(fact, remedy=f"it has no {noun}s at all")
    near = difflib.get_close_matches(glob.pattern, paths[:_COMPARED], n=_NEAR, cutoff=0.5)
    if near:
        return SourceError(fact, remedy=f"near it {'is' if len(near) == 1 else 'are'} {', '.join(near)}")
    more = f", and {len(paths) - _NEAR} more" if len(paths) > _NEAR else ""
    return SourceError(fact, remedy=f"it has {', '.join(paths[:_NEAR])}{more}")
