"""Targets: the cluster that an object goes to."""

from __future__ import annotations

from typing import Any, NamedTuple

from gitopssets_provider.errors import DefinitionError, PlanError, did_you_mean
from gitopssets_provider.model.cluster import Cluster
from gitopssets_provider.sources.base import ClusterReader

__all__ = ["DEFAULT_NAME", "Target", "Targets"]

DEFAULT_NAME = "default"
"""What the default cluster is called where the stack does not name it."""


class Target(NamedTuple):
    """A cluster, what templates see of it, and how resource names tell it apart: ``@name``, nothing for the default."""

    cluster: Cluster
    parameters: dict[str, Any]
    suffix: str


class Targets:
    """Finds clusters by name, each looked up once. The stack's clusters are read only when a name asks for them."""

    def __init__(self, reader: ClusterReader, default: str) -> None:
        self._reader = reader
        self._default = default
        self._found: dict[str, Target] = {}

    def default(self) -> Target:
        """Return the cluster of objects whose template names none."""
        return self.named(self._default or DEFAULT_NAME)

    def named(self, name: str) -> Target:
        """Return the cluster of that name; raise when the stack knows none."""
        target = self._found.get(name)
        if target is None:
            is_default = name == (self._default or DEFAULT_NAME)
            cluster = self._default_cluster() if is_default else self._known(name)
            target = self._found[name] = Target(cluster, cluster.parameters(), "" if is_default else f"@{name}")
        return target

    def used(self) -> dict[str, Cluster]:
        """Return the clusters that were asked for, by name."""
        return {name: self._found[name].cluster for name in sorted(self._found)}

    def _default_cluster(self) -> Cluster:
        if not self._default:
            return Cluster(name=DEFAULT_NAME)
        clusters = {cluster.name: cluster for cluster in self._reader.clusters()}
        if clusters and self._default not in clusters:
            remedy = did_you_mean(self._default, clusters)
            raise DefinitionError(f'the default cluster, "{self._default}", is not among the clusters', remedy=remedy)
        return clusters.get(self._default) or Cluster(name=self._default)

    def _known(self, name: str) -> Cluster:
        if not name:
            raise PlanError("names no cluster", remedy="leave target out for the default cluster")
        clusters = {cluster.name: cluster for cluster in self._reader.clusters()}
        if name in clusters:
            return clusters[name]
        remedy = did_you_mean(name, clusters) or "the stack knows none: list them under gitopssets:clusters"
        raise PlanError(f'no cluster is named "{name}"', remedy=remedy)
