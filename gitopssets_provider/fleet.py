"""The fleet: for each cluster the provider that its objects go through, live or rendered into a folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import pulumi

from gitopssets_provider.errors import DefinitionError, Problems
from gitopssets_provider.model.cluster import Cluster
from gitopssets_provider.rendering.layout import DEFAULT_FOLDER, cluster_folder

__all__ = ["KUBERNETES_VERSION", "Fleet", "RenderFolder"]

# The engine takes exactly this version of the provider; without it, whatever happens to be installed.
KUBERNETES_VERSION: Final = version("pulumi-kubernetes")
_MUTABLE: Final = {"enableConfigMapMutable": "true", "enableSecretMutable": "true"}
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

    def properties(self, folder: str) -> dict[str, Any]:
        """Return the arguments of the provider for one cluster's folder.

        The identifier holds the folder: a changed folder then replaces everything, instead of staying empty.
        """
        path = self.path(folder)
        identifier = path.as_posix() if self._absolute else Path(os.path.relpath(path, self._root)).as_posix()
        # The provider runs where the program does: in the project's folder, or below it where Pulumi.yaml has `main`.
        directory = path.as_posix() if self._absolute else os.path.relpath(path)
        return {"clusterIdentifier": f"render:{identifier}", "renderYamlToDirectory": directory}


@dataclass
class Fleet:
    """Makes providers as they are asked for: one per cluster and program.

    ``clusters`` are those of the inventory. Only the default cluster may be missing there: it is then whatever the
    stack's ``kubernetes:`` configuration, or the environment, points to.
    """

    clusters: Mapping[str, Cluster]
    default_cluster: str
    render: RenderFolder | None = None
    _providers: dict[str, pulumi.ProviderResource] = field(default_factory=dict)

    def check(self, clusters: Iterable[str]) -> None:
        """Raise, for all clusters at once, what keeps their objects from going where they belong."""
        problems = Problems()
        for name in clusters:
            with problems.catch(file="gitopssets:clusters"):
                if self.render:
                    self._check_folder(name)
                else:
                    self._check_reachable(name)
        problems.raise_if_any()

    def folder(self, cluster: str) -> str:
        """Return the name of a cluster's folder below the render folder."""
        return cluster_folder(cluster, self.default_cluster)

    def provider(self, cluster: str) -> pulumi.ProviderResource:
        """Return the provider of a cluster, which is registered when it is first asked for."""
        if cluster not in self._providers:
            mode = "render" if self.render else "live"
            properties = self.render.properties(self.folder(cluster)) if self.render else self._live(cluster)
            self._providers[cluster] = pulumi.ProviderResource(
                "kubernetes",
                f"{mode}@{cluster}",
                {**properties, **_MUTABLE},
                pulumi.ResourceOptions(version=KUBERNETES_VERSION),
            )
        return self._providers[cluster]

    def _live(self, cluster: str) -> dict[str, Any]:
        """Return how to reach a cluster. A kubeconfig that is no path holds credentials."""
        known = self.clusters.get(cluster)
        if known is None:
            return {"clusterIdentifier": cluster, **_ambient()}
        kubeconfig: Any = pulumi.Output.secret(known.kubeconfig) if "\n" in known.kubeconfig else known.kubeconfig
        reached = {"kubeconfig": kubeconfig or None, "context": known.context or None}
        return {"clusterIdentifier": cluster, **{key: value for key, value in reached.items() if value is not None}}

    def _check_reachable(self, cluster: str) -> None:
        known = self.clusters.get(cluster)
        if known is not None and not (known.kubeconfig or known.context):
            raise DefinitionError(
                f"cluster {cluster} has neither kubeconfig nor context, so its objects would go to whatever is current",
                remedy="give it one of them in the inventory, or write manifests with gitopssets:render",
            )

    def _check_folder(self, cluster: str) -> None:
        if cluster == self.default_cluster:
            return
        if cluster == DEFAULT_FOLDER:
            raise DefinitionError(
                f"cluster {cluster} would be written to the folder of the default cluster, {self.default_cluster}",
                remedy=f"make {cluster} the default cluster with gitopssets:defaultCluster, or give it another name",
            )
        if cluster in (".", "..") or "/" in cluster or not cluster.isprintable():
            raise DefinitionError(
                f'cluster "{cluster}" cannot be the name of a folder, and rendered manifests need one a cluster',
                remedy="list it in an inventory under a name without slashes",
            )


def _ambient() -> dict[str, Any]:
    """Return the stack's own ``kubernetes:`` configuration, which an explicit provider does not read by itself."""
    config = pulumi.Config("kubernetes")
    found = {key: config.get_secret(key) if _is_secret(key) else config.get(key) for key in _AMBIENT}
    return {key: value for key, value in found.items() if value is not None}


def _is_secret(key: str) -> bool:
    return pulumi.runtime.is_config_secret(f"kubernetes:{key}")
