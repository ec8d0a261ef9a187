"""From the bytes of a file to the objects in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gitopssets_provider.documents.json_reader import read_json
from gitopssets_provider.documents.yaml_reader import read_yaml
from gitopssets_provider.errors import DefinitionError, SourceError
from gitopssets_provider.model.validation import shape_of

__all__ = ["objects_in"]

_DEPTH = 30


def objects_in(content: bytes, path: str, place: str) -> list[Mapping[str, Any]]:
    """Return the objects of a JSON or YAML file: one, or a list of them, in each of its documents.

    ``place`` is what an error calls the file. YAML may be indented with tabs where it is JSON.
    """
    try:
        documents = [read_json(content, file=place)] if _is_json(content, path) else _documents(content, place)
    except DefinitionError as error:
        raise SourceError(problems=error.problems) from None
    if not documents:
        raise SourceError(
            "is empty", remedy="write an object, {} for one without parameters, or [] for none", file=place
        )
    return [item for document in documents for item in _objects(document, place)]


def _is_json(content: bytes, path: str) -> bool:
    if path.endswith(".json"):
        return True
    if content.lstrip()[:1] not in (b"{", b"["):
        return False
    try:
        read_json(content)
    except DefinitionError:
        return False
    return True


def _documents(content: bytes, place: str) -> list[Any]:
    return [document.value for document in read_yaml(content, file=place, max_depth=_DEPTH)]


def _objects(document: Any, place: str) -> list[Mapping[str, Any]]:
    if isinstance(document, Mapping):
        return [document]
    if not isinstance(document, list):
        raise SourceError(f"holds {shape_of(document)}, not an object or a list of objects", file=place)
    for index, item in enumerate(document):
        if not isinstance(item, Mapping):
            raise SourceError(f"holds {shape_of(item)} at [{index}], not an object", file=place)
    return document
