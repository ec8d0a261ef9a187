"""Definition files: found by path or glob, each with any number of documents."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gitopssets_provider.documents.yaml_reader import Document, read_yaml
from gitopssets_provider.errors import DefinitionError, GitOpsSetsError, Problems, did_you_mean
from gitopssets_provider.spec.definition import Definition
from gitopssets_provider.spec.parsing import parse

__all__ = ["Broken", "load", "load_each"]

_MAX_DEPTH = 64  # the schema of a custom resource definition inside of a template is deep


@dataclass(frozen=True, slots=True)
class Broken:
    """A document, or a file, that holds no valid definition; its name, where it has one that can be read."""

    error: GitOpsSetsError
    name: str = ""
    namespace: str = ""


def load(*patterns: str | Path, root: Path | None = None) -> list[Definition]:
    """Return the definitions in files, in the order of the patterns and, of one glob, in the order of their names.

    A pattern is a path or a glob (``*``, ``?``, ``[...]``, ``**``), relative to ``root`` (default: the working
    directory), which is also the project that template files must not leave. All errors of all files are raised
    at once.
    """
    loaded = load_each(*patterns, root=root)
    problems = Problems([item.error for item in loaded if isinstance(item, Broken)])
    problems.raise_if_any()
    return [item for item in loaded if isinstance(item, Definition)]


def load_each(
    *patterns: str | Path, root: Path | None = None, project: Path | None = None
) -> list[Definition | Broken]:
    """Return what :func:`load` does, with what is broken in its place instead of an error for all.

    ``project`` is the folder that template files must not leave, where that is not ``root``.
    """
    base = root or Path()
    loaded: list[Definition | Broken] = []
    files: set[str] = set()
    for pattern in patterns:
        try:
            found = _find(str(pattern), base)
        except GitOpsSetsError as error:
            loaded.append(Broken(error))
            continue
        for file in found:
            if file not in files:
                files.add(file)
                loaded += _read(file, base, project or base)
    return loaded


def _find(pattern: str, base: Path) -> list[str]:
    if (base / pattern).is_file():
        return [os.path.normpath(pattern)]
    if not glob.has_magic(pattern):
        fact = "is a folder" if (base / pattern).is_dir() else "there is no such file"
        raise DefinitionError(fact, remedy=_nearest(pattern, base), file=pattern)
    found = sorted(glob.glob(pattern, root_dir=base, recursive=True))  # noqa: PTH207  Path.glob takes no absolute one
    files = [os.path.normpath(name) for name in found if (base / name).is_file()]
    if not files:
        raise DefinitionError("no file matches", remedy=_nearest(pattern, base), file=pattern)
    return files


def _nearest(pattern: str, base: Path) -> str:
    """Name what lies in the deepest folder of the pattern that exists."""
    if (base / pattern).is_dir():
        return f'name its files: "{Path(pattern) / "*.yaml"}"'
    folder, name = Path(pattern).parent, Path(pattern).name
    while not (base / folder).is_dir():
        folder, name = folder.parent, folder.name
    entries = sorted(entry.name for entry in (base / folder).iterdir() if not entry.name.startswith("."))
    return did_you_mean(name, entries[:20]) or f'the folder "{folder}" is empty'


def _read(file: str, base: Path, project: Path) -> Iterator[Definition | Broken]:
    path = base / file
    try:
        documents = _documents(path, file)
    except GitOpsSetsError as error:
        yield Broken(error.at(file=file))
        return
    for document in documents:
        place = file if len(documents) == 1 else f"{file}:{document.line}"
        try:
            yield parse(document.value, file=place, folder=path.parent, root=project)
        except GitOpsSetsError as error:
            yield Broken(error, _written(document.value, "name"), _written(document.value, "namespace"))


def _written(document: Any, key: str) -> str:
    metadata = document.get("metadata") if isinstance(document, Mapping) else None
    value = metadata.get(key) if isinstance(metadata, Mapping) else None
    return value if isinstance(value, str) else ""


def _documents(path: Path, file: str) -> list[Document]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DefinitionError(f"cannot be read: {error.strerror}") from None
    documents = read_yaml(data, file=file, max_depth=_MAX_DEPTH)
    if not documents:
        raise DefinitionError("holds no definition")
    return documents
