"""A folder that is exactly a result: what is stale is removed, what somebody else put there is not touched.

An index file names what was written here; nothing else is ever removed. Everything is written beside the folder's files
first, so that a full disk or a missing permission is met while the old result is whole; then files only move.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from gitopssets_provider.errors import GitOpsSetsError, UsageError

__all__ = ["INDEX", "Written", "write_folder"]

INDEX: Final = ".gitopssets-index.json"
_ABOUT: Final = "Files that `gitopssets render --out` wrote here and removes again; do not edit."


@dataclass(frozen=True, slots=True)
class Written:
    """What a write came to, in files."""

    new: int
    changed: int
    unchanged: int
    removed: int

    def __str__(self) -> str:
        return f"{self.new} new, {self.changed} changed, {self.removed} removed, {self.unchanged} unchanged"


def write_folder(folder: Path, files: Mapping[str, str], *, private: bool = False) -> Written:
    """Make the folder hold exactly these files (relative POSIX paths), and whatever is not ours.

    ``private`` files are readable by their owner only.
    """
    before = _owned(folder)
    _refuse_bad_targets(folder, {*files, *before})
    fresh = {path: text for path, text in files.items() if _read(folder / path) != text}
    new = sum(not (folder / path).exists() for path in fresh)
    stale = [path for path in before if path not in files]
    if fresh or stale or set(before) != set(files):
        try:
            with _staged(folder, {**fresh, INDEX: _index(files)}, private=private) as staging:
                # Until the end the index names the old files and the new: a write that is cut short forgets neither.
                _put(folder / INDEX, _index({*files, *before}))
                _move(staging, folder, fresh)
                _remove(folder, stale)
                _move(staging, folder, [INDEX])
        except OSError as error:
            fact = f"cannot be written: {error.strerror}"
            raise GitOpsSetsError(fact, remedy="make room or make it writable", file=str(folder)) from error
    return Written(new, len(fresh) - new, len(files) - len(fresh), len(stale))


def _owned(folder: Path) -> list[str]:
    """Return what the index names; refuse a folder that holds something and has none."""
    if folder.exists() and not folder.is_dir():
        raise UsageError("is no folder", remedy="name another one", file=str(folder))
    index = folder / INDEX
    if not index.exists():
        if folder.is_dir() and any(folder.iterdir()):
            raise UsageError(
                "is not empty and was not written by gitopssets",
                remedy="name another folder, or empty it",
                file=str(folder),
            )
        return []
    try:
        files = json.loads(index.read_bytes())["files"]
    except (ValueError, KeyError, TypeError):
        files = None
    if not isinstance(files, list) or not all(isinstance(path, str) and _is_inside(path) for path in files):
        raise GitOpsSetsError("is damaged", remedy="delete the folder and render again", file=str(index))
    return files


def _is_inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool(parts) and not PurePosixPath(path).is_absolute() and ".." not in parts and path != INDEX


def _refuse_bad_targets(folder: Path, paths: Iterable[str]) -> None:
    for parent in sorted({parent for path in paths for parent in PurePosixPath(path).parents}):
        if (folder / parent).is_symlink() and str(parent) != ".":
            raise GitOpsSetsError("is a link", remedy="remove it", file=str(folder / parent))


def _read(path: Path) -> str | None:
    """Return what a file holds, None for one that is to be written anew."""
    if path.is_symlink() or not path.is_file():
        return None
    try:
        return path.read_text(encoding="utf-8")
    except ValueError:
        return None


def _index(paths: Iterable[str]) -> str:
    return json.dumps({"about": _ABOUT, "files": sorted(paths)}, indent=1, ensure_ascii=False) + "\n"


@contextmanager
def _staged(folder: Path, files: Mapping[str, str], *, private: bool) -> Iterator[Path]:
    """Write the files into a hidden folder on the same disk, which is gone again behind the block."""
    folder.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".gitopssets-", dir=folder))
    try:
        for path, text in files.items():
            target = staging / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            if private:
                target.chmod(0o600)
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _put(path: Path, text: str) -> None:
    temporary = path.with_name(f"{path.name}.new")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def _move(staging: Path, folder: Path, paths: Iterable[str]) -> None:
    for path in paths:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        (staging / path).replace(target)


def _remove(folder: Path, paths: Iterable[str]) -> None:
    """Remove files, and the folders that are empty without them."""
    for path in paths:
        (folder / path).unlink(missing_ok=True)
        for parent in PurePosixPath(path).parents[:-1]:
            if (folder / parent).is_dir() and not os.listdir(folder / parent):  # noqa: PTH208  any entry will do
                (folder / parent).rmdir()
