"""Metadata: what a set adds to its objects, and what Kubernetes demands of labels and annotations."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import Any

from gitopssets_provider.errors import GitOpsSetsError, PlanError, Problems
from gitopssets_provider.model.deferred import Deferred
from gitopssets_provider.model.names import dns_subdomain
from gitopssets_provider.model.template import ObjectOptions
from gitopssets_provider.model.validation import path_text, shape_of
from gitopssets_provider.templating import CompiledTemplate, Templating

__all__ = ["Additions", "check_metadata", "option_annotations", "unknown", "with_metadata"]

_NAME = re.compile(r"[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_ENDS = "at most 63 letters, digits and '-', '_' or '.', with a letter or a digit at both ends"


_COMPILED = "content.metadata"

Names = Mapping[str, Any]


class Additions:
    """Labels and annotations for every object of a set; they win over those of the object, as they do in Flux."""

    def __init__(self, labels: Mapping[str, str], annotations: Mapping[str, str], templating: Templating) -> None:
        self._labels, self._annotations = labels, annotations
        self._compiled: CompiledTemplate | None = None
        if any("{{" in text for text in (*labels.values(), *annotations.values())):
            content = {"metadata": {"labels": labels, "annotations": annotations}}
            with _own_place():
                self._compiled = templating.structure(content)

    def __bool__(self) -> bool:
        return bool(self._labels or self._annotations)

    def to(self, value: dict[str, Any], names: Names) -> dict[str, Any]:
        """Return the object with the additions."""
        if self._compiled is None:
            return with_metadata(value, self._labels, self._annotations)
        with _own_place():
            metadata = self._compiled.render(names)[0]["metadata"]
        return with_metadata(value, metadata["labels"], metadata["annotations"])


@contextmanager
def _own_place() -> Iterator[None]:
    """Tell what is wrong with additions at their place in the spec, not at the one they are compiled with."""
    try:
        yield
    except GitOpsSetsError as error:
        problems = (replace(found, path=found.path.replace(_COMPILED, "commonMetadata")) for found in error.problems)
        raise type(error)(problems=problems) from None


def with_metadata(value: dict[str, Any], labels: Mapping[str, Any], annotations: Mapping[str, Any]) -> dict[str, Any]:
    """Return the object with more labels and annotations; one whose metadata is malformed stays as it is."""
    metadata = value.get("metadata")
    if not isinstance(metadata, dict):
        return value
    added = {
        key: {**(metadata.get(key) or {}), **more}
        for key, more in (("labels", labels), ("annotations", annotations))
        if more and isinstance(metadata.get(key) or {}, dict)
    }
    return {**value, "metadata": {**metadata, **added}} if added else value


def option_annotations(options: ObjectOptions) -> dict[str, str]:
    """Return the annotations in which pulumi-kubernetes looks for an object's options."""
    annotations: dict[str, str] = {}
    if options.wait_for is False:
        annotations["pulumi.com/skipAwait"] = "true"
    elif options.wait_for is not True:
        conditions = list(options.wait_for)
        annotations["pulumi.com/waitFor"] = conditions[0] if len(conditions) == 1 else json.dumps(conditions)
    if options.patch_force:
        annotations["pulumi.com/patchForce"] = "true"
    return annotations


def check_metadata(labels: Any, annotations: Any, problems: Problems) -> None:
    """Collect what is wrong with an object's labels and annotations (None where it has none)."""
    for path, values, wrong_value in (("labels", labels, _wrong_label), ("annotations", annotations, _wrong_text)):
        if values is None:
            continue
        if not isinstance(values, Mapping):
            place = f"metadata.{path}"
            wrong = PlanError(f"must be a mapping, not {shape_of(values)}", path=place)
            problems.add(unknown(values, place) if isinstance(values, Deferred) else wrong)
            continue
        for key, value in values.items():
            if fact := _wrong_key(key) or wrong_value(value):
                problems.add(PlanError(fact, path=path_text(["metadata", path, key])))


def unknown(leaf: Deferred, path: str) -> PlanError:
    """Return the error for a value that decides structure and is known only when objects are registered."""
    remedy = "it may be a leaf of an object, and decides nothing"
    return PlanError(f"{leaf.text} is not known while planning", remedy=remedy, path=path)


@lru_cache(maxsize=4096)
def _wrong_key(key: str) -> str:
    prefix, slash, name = key.rpartition("/")
    if slash and (wrong := dns_subdomain(prefix)):
        return f'the prefix "{prefix}" {wrong}'
    return "" if _NAME.fullmatch(name) else f'"{name}" is no key: {_ENDS}'


def _wrong_label(value: Any) -> str:
    if type(value) is str:
        return "" if not value or _NAME.fullmatch(value) else f'"{value}" is no label value: {_ENDS}'
    return _wrong_text(value)


def _wrong_text(value: Any) -> str:
    return "" if isinstance(value, str | Deferred) else f"must be a string, not {shape_of(value)}"
