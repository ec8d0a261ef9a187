"""The objects of a plan as text: YAML documents, JSON for tools, or names; secrets are masked unless asked for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from gitopssets_provider.documents.yaml_writer import write_yaml
from gitopssets_provider.errors import GitOpsSetsError, PlanError, Problems, RefusedError
from gitopssets_provider.model.deferred import Deferred
from gitopssets_provider.model.manifest import Manifest
from gitopssets_provider.model.plan import PlannedSet
from gitopssets_provider.rendering.layout import cluster_folder, manifest_file
from gitopssets_provider.rendering.targets import DEFAULT_NAME
from gitopssets_provider.report.redaction import redact

__all__ = ["Expansion", "address", "files", "holds_secrets", "names", "object_of", "sets_json", "yaml_text"]


class Expansion:
    """One set with what came of it: a plan of it, or the error that kept it from one."""

    def __init__(
        self, name: str, namespace: str, *, planned: PlannedSet | None = None, error: GitOpsSetsError | None = None
    ) -> None:
        self.name = name
        self.namespace = namespace
        self.planned = planned
        self.error = error

    @property
    def manifests(self) -> tuple[Manifest, ...]:
        """Return the objects in render order."""
        return self.planned.manifests if self.planned else ()


def object_of(manifest: Manifest, *, show_secrets: bool = False) -> Any:
    """Return a manifest's object as JSON."""
    return _reveal(manifest.object) if show_secrets else redact(manifest.object)


def _reveal(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _reveal(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_reveal(item) for item in value]
    if isinstance(value, Deferred):
        return value.reveal() if value.known else value.text
    return value


def holds_secrets(manifest: Manifest) -> bool:
    """Say whether anything in the object is masked."""
    key = manifest.key
    return (key.kind, key.group) == ("Secret", "") or _has_secret_leaf(manifest.object)


def _has_secret_leaf(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_secret_leaf, value.values()))
    if isinstance(value, (list, tuple)):
        return any(map(_has_secret_leaf, value))
    return isinstance(value, Deferred) and value.secret


def yaml_text(expansions: Iterable[Expansion], *, show_secrets: bool = False) -> Iterator[str]:
    """Yield one YAML document an object; a comment says which set, cluster and element it comes from.

    The comment names no commit: the same objects are the same bytes.
    """
    for expansion in expansions:
        for manifest in expansion.manifests:
            origin = " and ".join(part.file or part.source or part.generator for part in manifest.origin.flatten())
            yield f"---\n# set {expansion.name}, on cluster {manifest.key.cluster}, from {origin}\n"
            yield write_yaml(object_of(manifest, show_secrets=show_secrets))


def sets_json(expansions: Iterable[Expansion], *, show_secrets: bool = False) -> str:
    """Return the JSON that ``render -o json`` prints: every set in input order, ``targets`` parallel to ``objects``."""
    sets = [
        {
            "name": expansion.name,
            "namespace": expansion.namespace,
            "elements": len(expansion.planned.elements) if expansion.planned else 0,
            "objects": [object_of(manifest, show_secrets=show_secrets) for manifest in expansion.manifests],
            "targets": [manifest.key.cluster for manifest in expansion.manifests],
            "error": str(expansion.error) if expansion.error else None,
        }
        for expansion in expansions
    ]
    return json.dumps({"sets": sets}, indent=2, ensure_ascii=False)


def files(expansions: Iterable[Expansion], default_cluster: str, *, show_secrets: bool = False) -> dict[str, str]:
    """Return the file of each object, below one folder a cluster, as ``up`` lays them out.

    Objects that hold secrets are refused unless ``show_secrets``: a masked one would be a wrong one.
    """
    texts: dict[str, str] = {}
    problems = Problems()
    for expansion in expansions:
        for manifest in expansion.manifests:
            if holds_secrets(manifest) and not show_secrets:
                remedy = "--show-secrets writes it in the clear"
                problems.add(RefusedError(f"{manifest.key} holds a secret", remedy=remedy, path=manifest.resource))
                continue
            path = _path(manifest, default_cluster)
            if path in texts:
                problems.add(PlanError(f"two objects would be the file {path}", path=manifest.resource))
            texts[path] = write_yaml(object_of(manifest, show_secrets=show_secrets))
    problems.raise_if_any()
    return texts


def _path(manifest: Manifest, default_cluster: str) -> str:
    key = manifest.key
    file = manifest_file(manifest.object["apiVersion"], key.kind, key.namespace, key.name)
    return f"{cluster_folder(key.cluster, default_cluster or DEFAULT_NAME)}/{file}"


def names(expansions: Iterable[Expansion]) -> Iterator[str]:
    """Yield one object a line, as ``explain`` takes it: ``CLUSTER/KIND.GROUP/NAMESPACE/NAME``."""
    for expansion in expansions:
        yield from map(address, expansion.manifests)


def address(manifest: Manifest) -> str:
    """Return where an object is: its cluster, kind, namespace and name, of which the first and third may be missing."""
    return manifest.key.path.replace("//", "/").lstrip("/")
