"""The port for objects: of the management cluster, and the versions of all clusters."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gitopssets_provider.errors import GitOpsSetsError, SourceError
from gitopssets_provider.model.cluster import Cluster
from gitopssets_provider.model.selector import LabelSelector
from gitopssets_provider.sources.kubernetes.api import Api, Sender
from gitopssets_provider.sources.kubernetes.connection import connection_of
from gitopssets_provider.sources.kubernetes.in_cluster import in_cluster
from gitopssets_provider.sources.kubernetes.kinds import ObjectKind
from gitopssets_provider.sources.kubernetes.kubeconfig import Kubeconfig, standard_paths
from gitopssets_provider.sources.kubernetes.selectors import selector_text

__all__ = ["KubernetesObjects", "Management"]


@dataclass(frozen=True, slots=True)
class Management:
    """The management cluster: ``kubeconfig`` (path or text) and ``context``, else whatever is current, as kubectl has
    it, else the cluster that this runs in.

    ``allow_exec`` says whether a kubeconfig, of any cluster, may name a program that gives credentials.
    """

    kubeconfig: str = field(default="", repr=False)
    context: str = ""
    allow_exec: bool = False


@dataclass(slots=True)
class KubernetesObjects:
    """Reads objects of the management cluster, and asks all clusters for their versions."""

    network: Sender
    environment: Mapping[str, str] = field(repr=False)
    management: Management = field(default_factory=Management)
    _apis: dict[tuple[str, str], Api | GitOpsSetsError] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, kind: ObjectKind, namespace: str, name: str) -> Mapping[str, Any]:
        """Return one object; see :class:`~gitopssets_provider.sources.base.KubernetesReader`."""
        return self._managed().get(kind, namespace, name)

    def list(
        self, kind: ObjectKind, namespace: str = "", selector: LabelSelector | None = None
    ) -> Sequence[Mapping[str, Any]]:
        """Return all objects that match, ordered by namespace and name."""
        return self._managed().list(kind, namespace, selector_text(selector))

    def version(self, cluster: Cluster) -> str:
        """Return the version that a cluster of the stack answers with; it must say how it is reached."""
        if not cluster.kubeconfig and not cluster.context:
            fact = f"the stack does not say how to reach cluster {cluster.name}"
            raise SourceError(fact, remedy="give it a kubeconfig or a context")
        return self._api(cluster.kubeconfig, cluster.context).version()

    def _managed(self) -> Api:
        return self._api(self.management.kubeconfig, self.management.context)

    def _api(self, kubeconfig: str, context: str) -> Api:
        """Return the server that a kubeconfig leads to; each is connected to once."""
        with self._lock:
            key = (kubeconfig, context)
            if key not in self._apis:
                try:
                    self._apis[key] = self._connected(kubeconfig, context)
                except GitOpsSetsError as error:
                    self._apis[key] = error
            api = self._apis[key]
        if isinstance(api, GitOpsSetsError):
            raise api
        return api

    def _connected(self, kubeconfig: str, context: str) -> Api:
        if "\n" in kubeconfig:
            config = Kubeconfig.of_text(kubeconfig, "the kubeconfig")
        elif kubeconfig:
            config = Kubeconfig.read([Path(kubeconfig)])
        else:
            paths = standard_paths(self.environment)
            pod = in_cluster(self.environment) if not paths and not context else None
            if pod is not None:
                return Api(pod, self.network)
            if not paths:
                remedy = "set KUBECONFIG, or name one: gitopssets:clusters: {management: {kubeconfig: ...}}"
                raise SourceError("no kubeconfig says where objects are read", remedy=remedy)
            config = Kubeconfig.read(paths, all_must_exist=False)
        chosen = config.choose(context)
        try:
            return Api(connection_of(chosen, allow_exec=self.management.allow_exec), self.network)
        except GitOpsSetsError as error:
            raise error.at(f"context {chosen.name}", file=config.shown) from None
