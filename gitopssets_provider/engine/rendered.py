"""Rendered manifests on disk: one file an object, in the layout of the provider's ``renderYamlToDirectory``."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any, Final

from gitopssets_provider.documents.yaml_writer import write_yaml
from gitopssets_provider.engine.kubernetes_object import name_of, namespace_of
from gitopssets_provider.errors import StackError
from gitopssets_provider.rendering.layout import manifest_file

__all__ = ["manifest_path", "remove_manifest", "write_manifest"]

_CRDS: Final = "0-crd"
_MANIFESTS: Final = "1-manifest"


def manifest_path(obj: dict[str, Any], directory: str) -> Path:
    """Return the file of an object."""
    api_version = str(obj.get("apiVersion") or "")
    kind = str(obj.get("kind") or "")
    return Path(directory, manifest_file(api_version, kind, namespace_of(obj), name_of(obj)))


def write_manifest(obj: dict[str, Any], directory: str) -> None:
    """Write an object's file whole or not at all, readable by its owner alone."""
    path = manifest_path(obj, directory)
    for folder in (Path(directory, name) for name in (_CRDS, _MANIFESTS)):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            text = f'failed to create directory for rendered YAML: "{folder}": mkdir {folder}: {_reason(error)}'
            raise StackError(text) from error
    try:
        _replace(path, write_yaml(obj).encode())
    except OSError as error:
        raise StackError(f'failed to write YAML file: "{path}": open {path}: {_reason(error)}') from error


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _replace(path: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        temporary.replace(path)
    except BaseException:
        temporary.unlink()
        raise


def remove_manifest(obj: dict[str, Any], directory: str) -> None:
    """Remove an object's file; that it is gone already, or is no file any more, is no error."""
    path = manifest_path(obj, directory)
    try:
        path.unlink(missing_ok=True)
    except IsADirectoryError:
        return
    except OSError as error:
        raise StackError(f"remove {path}: {_reason(error)}") from error
