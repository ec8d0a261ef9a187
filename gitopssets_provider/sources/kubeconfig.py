"""Clusters that a kubeconfig knows: one for each context."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from gitopssets_provider.documents.yaml_reader import read_yaml
from gitopssets_provider.errors import DefinitionError, GitOpsSetsError, Problems, SourceError, did_you_mean
from gitopssets_provider.model.cluster import Cluster
from gitopssets_provider.model.validation import shape_of, validate

__all__ = ["KubeconfigContexts"]


@dataclass(frozen=True)
class KubeconfigContexts:
    """Reads contexts of a kubeconfig; a context's name is the cluster's. Nothing in the file is run or connected to.

    Without a ``path`` the files of ``KUBECONFIG`` count, else ``~/.kube/config``; as for kubectl the first file that
    names a context wins. ``contexts`` are the ones that are meant; none of them means all.
    """

    path: Path | None = None
    contexts: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    def clusters(self) -> Sequence[Cluster]:
        """Return one cluster for each context, ordered by name."""
        return self._clusters

    @cached_property
    def _clusters(self) -> Sequence[Cluster]:
        found: dict[str, Cluster] = {}
        for path in self._paths():
            try:
                for cluster in _contexts(path, self.contexts):
                    found.setdefault(cluster.name, cluster)
            except GitOpsSetsError as error:
                raise SourceError(problems=error.at(file=str(path)).problems) from None
        problems = Problems()
        for name in self.contexts:
            if name not in found:
                problems.add(
                    SourceError(f"no kubeconfig has the context {name}", remedy=did_you_mean(name, self._names()))
                )
        problems.raise_if_any()
        return sorted(found.values(), key=lambda cluster: cluster.name)

    def _paths(self) -> list[Path]:
        if self.path is not None:
            return [self.path.expanduser()]
        listed = [part for part in self.environment.get("KUBECONFIG", "").split(os.pathsep) if part]
        paths = [Path(part).expanduser() for part in listed or ["~/.kube/config"]]
        existing = [path for path in paths if path.exists()]
        if not existing:
            raise SourceError("there is no kubeconfig", remedy=f"looked for {', '.join(map(str, paths))}")
        return existing

    def _names(self) -> Iterator[str]:
        for path in self._paths():
            yield from (name for name, _ in _entries(_parsed(path), "contexts"))


def _contexts(path: Path, wanted: Sequence[str]) -> Iterator[Cluster]:
    config = _parsed(path)
    servers = {name: entry.get("cluster") or {} for name, entry in _entries(config, "clusters")}
    for name, entry in _entries(config, "contexts"):
        if wanted and name not in wanted:
            continue
        context = entry.get("context") or {}
        server = servers.get(str(context.get("cluster", "")), {}).get("server", "")
        try:
            yield validate(Cluster, {"name": name, "server": str(server), "kubeconfig": str(path), "context": name})
        except DefinitionError:
            remedy = "list it in an inventory with a name of its own: {name: ..., kubeconfig: ..., context: ...}"
            raise DefinitionError(f"the context {name} has a name that no cluster can have", remedy=remedy) from None


def _parsed(path: Path) -> Mapping[str, Any]:
    try:
        documents = read_yaml(path.read_bytes(), file=str(path))
    except OSError as error:
        raise SourceError(f"the kubeconfig is not readable: {error.strerror}") from None
    value = documents[0].value if documents else {}
    if not isinstance(value, Mapping):
        raise SourceError(f"a kubeconfig is a mapping, not {shape_of(value)}")
    return value


def _entries(config: Mapping[str, Any], key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the named entries of a list; what has another shape is none."""
    entries = config.get(key) or []
    if not isinstance(entries, list):
        raise SourceError(f"must be a list, not {shape_of(entries)}", path=key)
    for index, entry in enumerate(entries):
        if not isinstance(entry, Mapping) or not isinstance(entry.get("name"), str):
            raise SourceError("must be a mapping with a name", path=f"{key}[{index}]")
        inner = entry.get(key.removesuffix("s"))
        if inner is not None and not isinstance(inner, Mapping):
            raise SourceError(
                f"must be a mapping, not {shape_of(inner)}", path=f"{key}[{index}].{key.removesuffix('s')}"
            )
        yield entry["name"], entry
