"""The files of one commit, read from git's objects: nothing is checked out, no link is followed."""

from __future__ import annotations

import stat
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from dulwich.object_store import BaseObjectStore
from dulwich.objects import Blob, ObjectID, ShaFile, Tree

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.damage import reading

__all__ = ["MAX_ENTRIES", "MAX_FILE", "CommitTree", "odd_name", "shown_path"]

MAX_FILE = 5 * 1024 * 1024
MAX_ENTRIES = 500_000
_MAX_PATH = 4096
_LARGEST = f"{MAX_FILE // 1024 // 1024} MiB"
_WHAT = {stat.S_IFLNK: "a symbolic link", 0o160000: "a submodule", stat.S_IFREG: ""}


def odd_name(path: bytes) -> str:
    """Say what is wrong with a path: a name that is no text, or one that could mean another place."""
    try:
        text = path.decode()
    except UnicodeDecodeError:
        return "an entry whose name is no UTF-8"
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        return "an entry with a control character in its name"
    return "an entry whose name means another place" if {"", ".", ".."} & set(text.split("/")) else ""


def shown_path(path: bytes) -> str:
    """Return a path as text that may be shown."""
    text = path.decode("utf-8", "backslashreplace")
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


class CommitTree:
    """The files below one tree of a commit. ``missing`` brings blobs that are not there yet, by their ids."""

    def __init__(
        self,
        store: BaseObjectStore,
        tree: ObjectID,
        *,
        repository: str,
        commit: str,
        missing: Callable[[Sequence[ObjectID]], None] | None = None,
    ) -> None:
        self.repository = repository
        self.commit = commit
        self._store = store
        self._tree = tree
        self._missing = missing

    @property
    def files(self) -> Sequence[str]:
        """Return the regular files in byte order."""
        return self._sorted

    @property
    def refused(self) -> Mapping[str, str]:
        """Return what is no regular file, and what it is instead."""
        return self._entries[1]

    def read(self, paths: Sequence[str]) -> Mapping[str, bytes]:
        """Return the contents of files; blobs that are missing are fetched together."""
        blobs = {path: self._blob(path) for path in paths}
        with reading(self.repository):
            absent = sorted({blob for blob in blobs.values() if blob not in self._store}) if self._missing else []
            if self._missing and absent:
                self._missing(absent)
            return {path: self._content(path, blob) for path, blob in blobs.items()}

    @cached_property
    def _sorted(self) -> tuple[str, ...]:
        return tuple(sorted(self._entries[0]))

    @cached_property
    def _entries(self) -> tuple[dict[str, ObjectID], dict[str, str]]:
        """Return the blobs of regular files, and the entries that are refused."""
        with reading(self.repository):
            return self._walked()

    def _walked(self) -> tuple[dict[str, ObjectID], dict[str, str]]:
        files: dict[str, ObjectID] = {}
        refused: dict[str, str] = {}
        pending: list[tuple[bytes, ObjectID]] = [(b"", self._tree)]
        seen = 0
        while pending:
            prefix, sha = pending.pop()
            for name, mode, child in self._tree_at(sha).iteritems():
                seen += 1
                if stat.S_ISDIR(mode):
                    pending.append((prefix + name + b"/", child))
                elif what := _WHAT.get(stat.S_IFMT(mode), "an entry of an unknown kind") or odd_name(prefix + name):
                    refused[shown_path(prefix + name)] = what
                else:
                    files[(prefix + name).decode()] = child
            if seen > MAX_ENTRIES or len(prefix) > _MAX_PATH:
                raise SourceError(f"{self.repository} has more than {MAX_ENTRIES:,} files, or paths of extreme length")
        return files, refused

    def _tree_at(self, sha: ObjectID) -> Tree:
        found = self._object(sha)
        if not isinstance(found, Tree):
            fact = f"{self.repository} lacks objects of its commit {self.commit[:7]}"
            raise SourceError(fact, remedy="check it with git fsck")
        return found

    def _object(self, sha: ObjectID) -> ShaFile | None:
        if sha not in self._store:
            return None
        return self._store[sha]

    def _blob(self, path: str) -> ObjectID:
        try:
            return self._entries[0][path]
        except KeyError:
            raise SourceError(f"{path} is not a file of {self.repository}@{self.commit[:7]}") from None

    def _content(self, path: str, sha: ObjectID) -> bytes:
        blob = self._object(sha)
        if not isinstance(blob, Blob):
            why = f", or it is larger than {_LARGEST}" if self._missing else ""
            raise SourceError(f"{self.repository}@{self.commit[:7]} lacks the content of {path}{why}")
        if blob.raw_length() > MAX_FILE:
            raise SourceError(f"{path} is larger than {_LARGEST}")
        return blob.as_raw_string()
