"""Template files: found from the definition's folder, never outside of the project, never through a link."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from gitopssets_provider.errors import DefinitionError, did_you_mean

__all__ = ["read_template_file"]

_MAX_BYTES = 256 * 1024


def read_template_file(name: str, folder: Path, root: Path) -> str:
    """Return the text of a template file; ``name`` is relative to ``folder`` and stays inside of ``root``."""
    path = _inside(name, folder, root)
    if not path.is_file():
        raise DefinitionError(f'there is no file "{name}"', remedy=_nearest(path), path="file")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DefinitionError(f'"{name}" cannot be read: {error.strerror}', path="file") from None
    if len(data) > _MAX_BYTES:
        raise DefinitionError(f'"{name}" has {len(data)} bytes, {_MAX_BYTES} are allowed', path="file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DefinitionError(f'"{name}" is no UTF-8 text', path="file") from None


def _inside(name: str, folder: Path, root: Path) -> Path:
    if not name or "\0" in name or "\\" in name or PurePosixPath(name).is_absolute():
        raise DefinitionError(f'"{name}" is no relative path', remedy="name a file below the project", path="file")
    root = root.resolve()
    base = folder.resolve()
    if not base.is_relative_to(root):
        root = base
    path = base
    for part in PurePosixPath(name).parts:
        path = path.parent if part == ".." else path / part
        if not path.is_relative_to(root):
            raise DefinitionError(f'"{name}" lies outside of the project', path="file")
        if path.is_symlink():
            raise DefinitionError(f'"{name}" is or passes a link', remedy="name the file itself", path="file")
    return path


def _nearest(path: Path) -> str:
    if path.is_dir():
        return "it is a folder; name a file"
    if not path.parent.is_dir():
        return f'there is no folder "{path.parent.name}" either'
    return did_you_mean(path.name, (entry.name for entry in path.parent.iterdir() if entry.is_file()))
