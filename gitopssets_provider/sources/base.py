"""The ports: what generators may ask of the world, and nothing else.

An answer is whole or it is a :class:`~gitopssets_provider.errors.SourceError`: unknown is never empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from gitopssets_provider.model.cluster import Cluster

__all__ = ["ClusterReader", "GitReader", "Sources", "Tree"]


class Tree(Protocol):
    """The files of a repository at one commit, or of its working tree.

    ``repository`` names it as the user did (without credentials); ``commit`` is the full commit id, "" for a working
    tree. ``files`` are the regular files, relative POSIX paths in byte order; ``refused`` maps the other entries (links,
    submodules, names that are no UTF-8) to what they are, so that a match on one is an error instead of a silent gap.
    """

    repository: str
    commit: str

    @property
    def files(self) -> Sequence[str]: ...

    @property
    def refused(self) -> dict[str, str]: ...

    def read(self, path: str) -> bytes:
        """Return a file's content; raises ``SourceError`` where it is missing, too large or no regular file."""
        ...


class GitReader(Protocol):
    """Opens repositories. One request per distinct question and run."""

    def tree(self, repository: str, revision: str | None) -> Tree:
        """Return the files at ``revision`` (branch, tag, commit id, ref); None is the working tree of a local path and
        the default branch of a URL.
        """
        ...


class ClusterReader(Protocol):
    """Knows the clusters of the stack."""

    def clusters(self) -> Sequence[Cluster]:
        """Return every cluster, ordered by name."""
        ...


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything a plan may read."""

    git: GitReader
    clusters: ClusterReader
