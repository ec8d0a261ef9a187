"""The files of a folder as it lies there: those git tracks, and those that no ignore file names."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from dulwich.ignore import IgnoreFilterManager
from dulwich.repo import Repo

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.damage import reading
from gitopssets_provider.sources.git_tree import MAX_ENTRIES, MAX_FILE, odd_name, shown_path

__all__ = ["WorkingTree", "is_ignored"]


class WorkingTree:
    """The files below a folder. Nothing is read through a link, and nothing of a repository inside of it.

    ``top`` is the folder that ignore files and tracked paths are relative to: the root of the repository that the
    folder belongs to, or the folder itself where it belongs to none (then nothing is tracked).
    """

    commit = ""

    def __init__(self, folder: Path, *, repository: str, repo: Repo | None) -> None:
        self.repository = repository
        self._top = Path(repo.path).resolve() if repo else folder.resolve()
        self._below = _prefix(folder.resolve().relative_to(self._top))
        self._repo = repo

    @property
    def files(self) -> Sequence[str]:
        """Return the regular files in byte order."""
        return self._entries[0]

    @property
    def refused(self) -> Mapping[str, str]:
        """Return what is no regular file, and what it is instead."""
        return self._entries[1]

    def read(self, paths: Sequence[str]) -> Mapping[str, bytes]:
        """Return the contents of files as they are now."""
        return {path: self._content(path) for path in paths}

    @cached_property
    def _entries(self) -> tuple[tuple[str, ...], dict[str, str]]:
        files: list[str] = []
        refused: dict[str, str] = {}
        cut = len(self._below)
        with reading(self.repository):
            for path, what in self._walk():
                if what:
                    refused[shown_path(os.fsencode(path[cut:]))] = what
                else:
                    files.append(path[cut:])
                if len(files) + len(refused) > MAX_ENTRIES:
                    raise SourceError(f"{self.repository} has more than {MAX_ENTRIES:,} files")
        return tuple(sorted(files)), refused

    def _walk(self) -> Iterator[tuple[str, str]]:
        """Yield each entry's path from the top, and what it is where it is no regular file."""
        tracked = self._tracked()
        holding = {path[:end] for path in tracked for end, character in enumerate(path, start=1) if character == "/"}
        ignored = self._ignored()
        pending = [self._below]
        while pending:
            folder = pending.pop()
            for entry in self._scan(folder):
                path = folder + entry.name
                if entry.is_dir(follow_symlinks=False):
                    path += "/"
                    if path not in holding and ignored.is_ignored(path):
                        continue
                    if (self._top / path / ".git").exists():
                        yield path[:-1], "a repository of its own"
                    else:
                        pending.append(path)
                elif path in tracked or not ignored.is_ignored(path):
                    yield path, _what(entry)

    def _scan(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self._top / folder) as entries:
                return [entry for entry in entries if entry.name != ".git"]
        except OSError as error:
            raise SourceError(f"{folder} is not readable: {error.strerror}") from None

    def _tracked(self) -> set[str]:
        return {os.fsdecode(path) for path in self._repo.open_index()} if self._repo else set()

    def _ignored(self) -> IgnoreFilterManager:
        if self._repo:
            return IgnoreFilterManager.from_repo(self._repo)
        return IgnoreFilterManager(str(self._top), [], False)  # noqa: FBT003

    def _content(self, path: str) -> bytes:
        full = self._top / (self._below + path)
        try:
            if Path(os.path.realpath(full)) != full:
                raise SourceError(f"{path} leads through a symbolic link")
            with os.fdopen(os.open(full, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise SourceError(f"{path} is no regular file")
                content = file.read(MAX_FILE + 1)
        except OSError as error:
            raise SourceError(f"{path} is not readable: {error.strerror}") from None
        if len(content) > MAX_FILE:
            raise SourceError(f"{path} is larger than {MAX_FILE // 1024 // 1024} MiB")
        return content


def is_ignored(repo: Repo, folder: Path) -> bool:
    """Say whether a repository has nothing to do with a folder in it: it ignores it, and tracks nothing of it."""
    below = _prefix(folder.resolve().relative_to(Path(repo.path).resolve()))
    if not below or any(path.startswith(os.fsencode(below)) for path in repo.open_index()):
        return False
    return bool(IgnoreFilterManager.from_repo(repo).is_ignored(below))


def _prefix(relative: Path) -> str:
    return "" if relative == Path() else f"{relative.as_posix()}/"


def _what(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        return "a symbolic link"
    if not entry.is_file(follow_symlinks=False):
        return "no regular file"
    return odd_name(os.fsencode(entry.name))
