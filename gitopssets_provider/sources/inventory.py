"""Clusters that a file lists, and clusters that are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pydantic import Field

from gitopssets_provider.documents.yaml_reader import read_yaml
from gitopssets_provider.errors import DefinitionError, GitOpsSetsError, Problems, SourceError
from gitopssets_provider.model.base import Items, Model
from gitopssets_provider.model.cluster import Cluster
from gitopssets_provider.model.validation import validate

__all__ = ["FixedClusters", "Inventory", "InventoryFile"]


class InventoryFile(Model):
    """An inventory: the clusters of the fleet, each with a name of its own.

    A ``kubeconfig`` that is a relative path is found from the inventory's folder.
    """

    clusters: Items[Cluster] = Field(description="The clusters.")


@dataclass(frozen=True)
class FixedClusters:
    """Clusters that are known already; none by default."""

    known: Sequence[Cluster] = field(default=())

    def clusters(self) -> Sequence[Cluster]:
        """Return every cluster, ordered by name."""
        return sorted(self.known, key=lambda cluster: cluster.name)

    def reach(self, cluster: Cluster) -> Cluster:
        """Return the cluster as it is: how to reach it is known."""
        return cluster


@dataclass(frozen=True)
class Inventory:
    """Reads an inventory file, once. ``shown`` is what errors call the file (default: its path)."""

    path: Path
    shown: str = ""

    def clusters(self) -> Sequence[Cluster]:
        """Return every cluster, ordered by name; raises ``SourceError`` with all that is wrong with the file."""
        return self._clusters

    def reach(self, cluster: Cluster) -> Cluster:
        """Return the cluster as it is: how to reach it is known."""
        return cluster

    @cached_property
    def _clusters(self) -> Sequence[Cluster]:
        name = self.shown or str(self.path)
        try:
            content = self.path.read_bytes()
        except OSError as error:
            raise SourceError(f"the inventory is not readable: {error.strerror}", file=name) from None
        try:
            clusters = _listed(content, name)
            _check_names(clusters)
        except GitOpsSetsError as error:
            raise SourceError(problems=error.at(file=name).problems) from None
        found = [cluster.model_copy(update={"kubeconfig": self._found(cluster.kubeconfig)}) for cluster in clusters]
        return sorted(found, key=lambda cluster: cluster.name)

    def _found(self, kubeconfig: str) -> str:
        """Return the text of a kubeconfig as it is, and its path from the inventory's folder."""
        if not kubeconfig or "\n" in kubeconfig:
            return kubeconfig
        return str(self.path.parent / Path(kubeconfig).expanduser())


def _listed(content: bytes, name: str) -> Sequence[Cluster]:
    documents = read_yaml(content, file=name)
    if len(documents) != 1:
        raise DefinitionError(
            f"an inventory is one YAML document, not {len(documents)}", remedy="write clusters: [...]"
        )
    return validate(InventoryFile, documents[0].value).clusters


def _check_names(clusters: Sequence[Cluster]) -> None:
    first: dict[str, int] = {}
    problems = Problems()
    for index, cluster in enumerate(clusters):
        at = first.setdefault(cluster.name, index)
        if at != index:
            fact = f"the name {cluster.name} is taken by clusters[{at}]"
            problems.add(DefinitionError(fact, remedy="a name is a cluster's identity", path=f"clusters[{index}].name"))
    problems.raise_if_any()
