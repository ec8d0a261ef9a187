"""From what people write to definitions: every error at once, each with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from gitopssets_provider.errors import DefinitionError, GitOpsSetsError, Problems, did_you_mean
from gitopssets_provider.model.base import Model
from gitopssets_provider.model.names import dns_label, dns_subdomain
from gitopssets_provider.model.validation import shape_of, validate
from gitopssets_provider.spec.definition import Definition, GitOpsSetSpec
from gitopssets_provider.spec.template_files import read_template_file
from gitopssets_provider.spec.waits import check_waits

__all__ = ["API_VERSION", "KIND", "Metadata", "SetDocument", "define", "parse"]

API_VERSION = "gitopssets/v1"
KIND = "GitOpsSet"


class Metadata(Model):
    """The name of a set, and the namespace for those of its objects that name none."""

    name: str = Field(min_length=1, description="The name, a DNS name.")
    namespace: str = Field(default="", description="The namespace of objects that name none. Default: default.")


class SetDocument(Model):
    """One YAML document: a set in the format ``gitopssets/v1``."""

    api_version: Literal["gitopssets/v1"] = Field(description="The format.")
    kind: Literal["GitOpsSet"] = Field(description="What the document is.")
    metadata: Metadata = Field(description="The name of the set.")
    spec: GitOpsSetSpec = Field(description="What the set is made of.")


def parse(document: Any, *, file: str = "", folder: Path | None = None, root: Path | None = None) -> Definition:
    """Return the definition in one YAML document; raise all that is wrong with it as one error.

    ``folder`` is where its template files lie (default: the working directory), ``root`` the project they must not
    leave (default: ``folder``).
    """
    try:
        _check_head(document)
        read = validate(SetDocument, document)
        definition = define(read.metadata.name, read.spec, namespace=read.metadata.namespace, folder=folder, root=root)
    except GitOpsSetsError as error:
        raise error.at(file=file) from None
    return replace(definition, file=file)


def define(
    name: str,
    spec: GitOpsSetSpec | Mapping[str, Any],
    *,
    namespace: str = "",
    folder: Path | None = None,
    root: Path | None = None,
) -> Definition:
    """Return the definition of a set written in Python: its spec, or a mapping with the keys that YAML has.

    Reads the template files, and checks what the spec alone cannot know.
    """
    problems = Problems()
    with problems.catch():
        _check_names(name, namespace)
    with problems.catch("spec"):
        read = spec if isinstance(spec, GitOpsSetSpec) else validate(GitOpsSetSpec, spec)
        definition = _complete(Definition(name, namespace, read, folder=folder or Path()), root)
    problems.raise_if_any()
    return definition


def _complete(definition: Definition, root: Path | None) -> Definition:
    """Return the definition with its template files."""
    folder = definition.folder or Path()
    problems = Problems()
    with problems.catch():
        check_waits(definition.templates)
    texts: dict[str, str] = {}
    for index, template in enumerate(definition.templates):
        if template.file is not None:
            with problems.catch(f"templates[{index}]"):
                texts[template.file] = read_template_file(template.file, folder, root or folder)
    problems.raise_if_any()
    return replace(definition, texts=texts)


def _check_head(document: Any) -> None:
    if not isinstance(document, Mapping):
        raise DefinitionError(f"a definition is a mapping, not {shape_of(document)}")
    problems = Problems()
    for key, expected in (("apiVersion", API_VERSION), ("kind", KIND)):
        found = document.get(key)
        if isinstance(found, str) and found != expected:
            near = did_you_mean(found, [expected])
            problems.add(
                DefinitionError(f'is "{found}", not "{expected}"', remedy=near if "mean" in near else "", path=key)
            )
    problems.raise_if_any()


def _check_names(name: str, namespace: str) -> None:
    problems = Problems()
    for path, value, wrong in (
        ("metadata.name", name, dns_subdomain(name)),
        ("metadata.namespace", namespace, dns_label(namespace) if namespace else ""),
    ):
        if wrong:
            problems.add(DefinitionError(f'"{value}" {wrong}', path=path))
    problems.raise_if_any()
