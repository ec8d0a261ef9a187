"""Definition files: found by path or glob, each with any number of documents."""

from __future__ import annotations

import glob
import os
from pathlib import Path

from gitopssets_provider.documents.yaml_reader import Document, read_yaml
from gitopssets_provider.errors import DefinitionError, Problems, did_you_mean
from gitopssets_provider.spec.definition import Definition
from gitopssets_provider.spec.parsing import parse

__all__ = ["load"]

_MAX_DEPTH = 64  # the schema of a custom resource definition inside of a template is deep


def load(*patterns: str | Path, root: Path | None = None) -> list[Definition]:
    """Return the definitions in files, in the order of the patterns and, of one glob, in the order of their names.

    A pattern is a path or a glob (``*``, ``?``, ``[...]``, ``**``), relative to ``root`` (default: the working
    directory), which is also the project that template files must not leave. All errors of all files are raised
    at once.
    """
    base = root or Path()
    problems = Problems()
    files: dict[str, None] = {}
    for pattern in patterns:
        with problems.catch():
            files.update(dict.fromkeys(_find(str(pattern), base)))
    definitions: list[Definition] = []
    for file in files:
        definitions += _read(file, base, problems)
    problems.raise_if_any()
    return definitions


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


def _read(file: str, base: Path, problems: Problems) -> list[Definition]:
    path = base / file
    definitions = []
    with problems.catch(file=file):
        documents = _documents(path, file)
        for document in documents:
            place = file if len(documents) == 1 else f"{file}:{document.line}"
            with problems.catch():
                definitions.append(parse(document.value, file=place, folder=path.parent, root=base))
    return definitions


def _documents(path: Path, file: str) -> list[Document]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DefinitionError(f"cannot be read: {error.strerror}") from None
    documents = read_yaml(data, file=file, max_depth=_MAX_DEPTH)
    if not documents:
        raise DefinitionError("holds no definition")
    return documents
