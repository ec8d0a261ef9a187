"""Clusters that a management cluster knows: GitopsClusters, Clusters of Cluster API, cluster Secrets of Argo CD."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from gitopssets_provider.errors import DefinitionError, GitOpsSetsError, Problems, SourceError
from gitopssets_provider.model.cluster import Cluster
from gitopssets_provider.model.selector import LabelSelector
from gitopssets_provider.model.validation import validate
from gitopssets_provider.sources.argo_cluster import argo_kubeconfig, argo_name_and_server
from gitopssets_provider.sources.base import KubernetesReader
from gitopssets_provider.sources.kubernetes.kinds import CLUSTER_API, GITOPS_CLUSTER, SECRET
from gitopssets_provider.sources.kubernetes.plain_kubeconfig import plain_kubeconfig
from gitopssets_provider.sources.kubernetes.secret_values import part, secret_text

__all__ = ["ManagedClusters", "ManagedKind"]

ManagedKind = Literal["gitopsCluster", "clusterApi", "argoCD"]

_KINDS = {"gitopsCluster": GITOPS_CLUSTER, "clusterApi": CLUSTER_API, "argoCD": SECRET}
_ARGO = {"argocd.argoproj.io/secret-type": "cluster"}
_NOT_SHOWN = "kubectl.kubernetes.io/last-applied-configuration"


@dataclass(frozen=True)
class ManagedClusters:
    """Lists the objects of one kind as clusters. Credentials are read only for the clusters that are to be reached.

    ``namespace`` and ``selector`` say which objects are meant; without them all are.
    """

    objects: KubernetesReader
    kind: ManagedKind
    namespace: str = ""
    selector: LabelSelector = field(default_factory=LabelSelector)

    def clusters(self) -> Sequence[Cluster]:
        """Return every cluster, ordered by name; raises where two objects have one name."""
        return [self._found[name][0] for name in sorted(self._found)]

    def reach(self, cluster: Cluster) -> Cluster:
        """Return the cluster with a kubeconfig made of what its Secret holds."""
        if cluster.name not in self._found:
            return cluster
        _, found = self._found[cluster.name]
        try:
            text = argo_kubeconfig(found) if self.kind == "argoCD" else self._kubeconfig(found)
        except GitOpsSetsError as error:
            raise error.at(file=f"cluster {cluster.name}") from None
        return cluster.model_copy(update={"kubeconfig": text, "context": ""})

    @cached_property
    def _found(self) -> Mapping[str, tuple[Cluster, Mapping[str, Any]]]:
        problems = Problems()
        found: dict[str, tuple[Cluster, Mapping[str, Any]]] = {}
        for each in self.objects.list(_KINDS[self.kind], self.namespace, self._selector()):
            with problems.catch():
                cluster = self._cluster(each)
                if cluster.name in found:
                    places = f"{found[cluster.name][0].namespace} and {cluster.namespace}"
                    remedy = "choose among them with namespace or selector under gitopssets:clusters: management"
                    raise SourceError(f"two clusters are named {cluster.name}, in {places}", remedy=remedy)
                found[cluster.name] = cluster, each
        problems.raise_if_any()
        return found

    def _selector(self) -> LabelSelector:
        if self.kind != "argoCD":
            return self.selector
        return self.selector.model_copy(update={"match_labels": {**self.selector.match_labels, **_ARGO}})

    def _cluster(self, found: Mapping[str, Any]) -> Cluster:
        metadata = found["metadata"]
        name, server = metadata["name"], ""
        if self.kind == "argoCD":
            name, server = argo_name_and_server(found)
        elif self.kind == "clusterApi":
            endpoint = part(found, "spec", "controlPlaneEndpoint")
            server = f"https://{endpoint['host']}:{endpoint.get('port', 443)}" if endpoint.get("host") else ""
        annotations = {key: value for key, value in (metadata.get("annotations") or {}).items() if key != _NOT_SHOWN}
        namespace, labels = metadata.get("namespace", ""), metadata.get("labels") or {}
        described = {"namespace": namespace, "labels": labels, "annotations": annotations, "server": server}
        try:
            return validate(Cluster, {"name": name, **described})
        except DefinitionError:
            fact = f"{namespace}/{metadata['name']} describes no cluster with a usable name"
            raise SourceError(fact, remedy="a name has letters, digits, '.', '-' and '_'") from None

    def _kubeconfig(self, found: Mapping[str, Any]) -> str:
        name, keys = self._secret(found)
        namespace = found["metadata"]["namespace"]
        secret = self.objects.get(SECRET, namespace, name)
        for key in keys:
            text = secret_text(secret, key)
            if text:
                try:
                    return plain_kubeconfig(text)
                except GitOpsSetsError as error:
                    raise error.at(f"Secret {namespace}/{name}") from None
        raise SourceError(f"the Secret {namespace}/{name} has no {' and no '.join(keys)}")

    def _secret(self, found: Mapping[str, Any]) -> tuple[str, Sequence[str]]:
        """Return the Secret that holds the kubeconfig, and the keys it may stand under."""
        if self.kind == "clusterApi":
            return f"{found['metadata']['name']}-kubeconfig", ["value"]
        spec = part(found, "spec")
        named = part(spec, "secretRef").get("name")
        if named:
            return str(named), ["value", "value.yaml"]
        made = part(spec, "capiClusterRef").get("name")
        if made:
            return f"{made}-kubeconfig", ["value"]
        raise SourceError("has neither secretRef nor capiClusterRef")
