"""Clusters that a kubeconfig knows: one for each context."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from gitopssets_provider.errors import DefinitionError, GitOpsSetsError, Problems, SourceError, did_you_mean
from gitopssets_provider.model.cluster import Cluster
from gitopssets_provider.model.validation import validate
from gitopssets_provider.sources.kubernetes.kubeconfig import entries, parsed

__all__ = ["KubeconfigContexts"]


@dataclass(frozen=True)
class KubeconfigContexts:
    """Reads contexts of a kubeconfig; a context's name is the cluster's. Nothing in the file is run or connected to.

    ``contexts`` are the ones that are meant; none of them means all.
    """

    path: Path
    contexts: Sequence[str] = ()

    def clusters(self) -> Sequence[Cluster]:
        """Return one cluster for each context, ordered by name."""
        return self._clusters

    def reach(self, cluster: Cluster) -> Cluster:
        """Return the cluster as it is: how to reach it is known."""
        return cluster

    @cached_property
    def _clusters(self) -> Sequence[Cluster]:
        try:
            found = list(_contexts(_parsed(self.path), str(self.path), self.contexts))
        except GitOpsSetsError as error:
            raise SourceError(problems=error.at(file=str(self.path)).problems) from None
        return sorted(found, key=lambda cluster: cluster.name)


def _contexts(config: Mapping[str, Any], path: str, wanted: Sequence[str]) -> Iterator[Cluster]:
    servers = {name: inner.get("server", "") for name, inner in entries(config, "clusters", "cluster")}
    contexts = dict(entries(config, "contexts", "context"))
    problems = Problems()
    for name in wanted or contexts:
        if name not in contexts:
            problems.add(SourceError(f"there is no context {name}", remedy=did_you_mean(name, contexts)))
            continue
        server = servers.get(str(contexts[name].get("cluster", "")), "")
        with problems.catch():
            yield _cluster(name, server if isinstance(server, str) else "", path)
    problems.raise_if_any()


def _cluster(name: str, server: str, path: str) -> Cluster:
    try:
        return validate(Cluster, {"name": name, "server": server, "kubeconfig": path, "context": name})
    except DefinitionError:
        remedy = "list it in an inventory with a name of its own: {name: ..., kubeconfig: ..., context: ...}"
        raise SourceError(f"the context {name} has a name that no cluster can have", remedy=remedy) from None


def _parsed(path: Path) -> Mapping[str, Any]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(f"the kubeconfig is not readable: {error.strerror}") from None
    return parsed(content, str(path))
