"""The fleet: for each cluster the provider that its objects go through, live or rendered into a folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import pulumi

from gitopssets_provider.errors import DefinitionError, Problems
from gitopssets_provider.model.cluster import Cluster
from gitopssets_provider.model.manifest import Manifest
from gitopssets_provider.prior_state import PriorResource
from gitopssets_provider.rendering.layout import DEFAULT_FOLDER, cluster_folder, manifest_file

__all__ = ["KUBERNETES_VERSION", "Fleet", "RenderFolder"]

# The engine takes exactly this version of the provider; without it, whatever happens to be installed.
KUBERNETES_VERSION: Final = version("pulumi-kubernetes")
_MUTABLE: Final = {"enableConfigMapMutable": "true", "enableSecretMutable": "true"}
_SHOWN: Final = 3
_AMBIENT: Final = ("kubeconfig", "context", "cluster")


class RenderFolder:
    """Where manifests are written instead of being applied: below it one folder a cluster.

    What goes into the state is relative to the project (``root``), so that a state does not depend on where the project
    is checked out; a folder configured by its absolute path outside of the project stays absolute.
    """

    def __init__(self, folder: str, root: Path) -> None:
        self._root = root.resolve()
        self._base = Path(os.path.normpath(self._root / folder))
        self._absolute = Path(folder).is_absolute() and not self._base.is_relative_to(self._root)

    def path(self, folder: str) -> Path:
        """Return where the manifests of one cluster's folder are written."""
        return self._base / folder

    def shown(self, folder: str) -> str:
        """Return a cluster's folder as it was configured: relative to the project, or absolute outside of it."""
        path = self.path(folder)
        return path.as_posix() if self._absolute else Path(os.path.relpath(path, self._root)).as_posix()

    def properties(self, folder: str) -> dict[str, Any]:
        """Return the arguments of the provider for one cluster's folder.

        The identifier holds the folder: a changed folder then replaces everything, instead of staying empty.
        """
        path = self.path(folder)
        # The provider runs where the program does: in the project's folder, or below it where Pulumi.yaml has `main`.
        directory = path.as_posix() if self._absolute else os.path.relpath(path)
        return {"clusterIdentifier": f"render:{self.shown(folder)}", "renderYamlToDirectory": directory}


class Fleet:
    """Makes providers as they are asked for: one per cluster and program."""

    def __init__(self, default_cluster: str, render: RenderFolder | None = None) -> None:
        self.default_cluster = default_cluster
        self.render = render
        self._providers: dict[str, pulumi.ProviderResource] = {}

    def check(self, clusters: Iterable[Cluster]) -> None:
        """Raise, for all clusters at once, what keeps their objects from going where they belong."""
        problems = Problems()
        for cluster in clusters:
            if cluster.name != self.default_cluster:
                with problems.catch(file="gitopssets:clusters"):
                    self._check_folder(cluster.name) if self.render else _check_reachable(cluster)
        problems.raise_if_any()

    def missing_files(
        self, cluster: str, known: Iterable[Manifest], providers: Mapping[str, PriorResource]
    ) -> Iterator[str]:
        """Yield a finding where files are gone that the state knows: the engine sees no change, and writes none.

        ``known`` are the cluster's manifests that the state holds, ``providers`` the state's own by name: a folder that
        is another one now gets everything anyway.
        """
        if self.render is None:
            return
        folder = cluster_folder(cluster, self.default_cluster)
        prior = providers.get(f"render@{cluster}")
        if prior is None or prior.cluster_identifier != self.render.properties(folder)["clusterIdentifier"]:
            return
        path = self.render.path(folder)
        there = {f"{entry.parent.name}/{entry.name}" for entry in path.glob("*/*.yaml")}
        files = (manifest_file(each.object["apiVersion"], *each.key[2:]) for each in known)
        missing = sorted(file for file in files if file not in there)
        if missing:
            yield f"{self.render.shown(folder)}: {_told(missing)}"

    def provider(self, cluster: Cluster) -> pulumi.ProviderResource:
        """Return the provider of a cluster, which is registered when it is first asked for."""
        if cluster.name not in self._providers:
            self._providers[cluster.name] = pulumi.ProviderResource(
                "kubernetes",
                f"{'render' if self.render else 'live'}@{cluster.name}",
                {**self._properties(cluster), **_MUTABLE},
                pulumi.ResourceOptions(version=KUBERNETES_VERSION),
            )
        return self._providers[cluster.name]

    def _properties(self, cluster: Cluster) -> dict[str, Any]:
        if self.render:
            return self.render.properties(cluster_folder(cluster.name, self.default_cluster))
        return {"clusterIdentifier": cluster.name, **(_reach(cluster) or _ambient())}

    def _check_folder(self, cluster: str) -> None:
        if cluster == DEFAULT_FOLDER:
            raise DefinitionError(
                f"cluster {cluster} would be written to the folder of the default cluster, {self.default_cluster}",
                remedy=f"make {cluster} the default cluster with gitopssets:defaultCluster, or give it another name",
            )


def _told(missing: list[str]) -> str:
    remedy = "or name another folder in gitopssets:render: everything is then written there"
    if len(missing) == 1:
        return f"the state knows a file that is missing: {missing[0]}; restore it, {remedy}"
    more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
    listed = ", ".join(missing[:_SHOWN])
    return f"the state knows {len(missing)} files that are missing: {listed}{more}; restore them, {remedy}"


def _check_reachable(cluster: Cluster) -> None:
    if not (cluster.kubeconfig or cluster.context):
        raise DefinitionError(
            f"cluster {cluster.name} has neither kubeconfig nor context: its objects would go to whatever is current",
            remedy="give it one of them in the inventory, or write manifests with gitopssets:render",
        )


def _reach(cluster: Cluster) -> dict[str, Any]:
    """Return how to reach a cluster. A kubeconfig that is no path holds credentials."""
    inline = "\n" in cluster.kubeconfig
    reach = {
        "kubeconfig": pulumi.Output.secret(cluster.kubeconfig) if inline else cluster.kubeconfig or None,
        "context": cluster.context or None,
    }
    return {key: value for key, value in reach.items() if value is not None}


def _ambient() -> dict[str, Any]:
    """Return what the stack configures under ``kubernetes:``, which an explicit provider does not read by itself."""
    config = pulumi.Config("kubernetes")
    found = {key: config.get_secret(key) if _is_secret(key) else config.get(key) for key in _AMBIENT}
    return {key: value for key, value in found.items() if value is not None}


def _is_secret(key: str) -> bool:
    return pulumi.runtime.is_config_secret(f"kubernetes:{key}")
