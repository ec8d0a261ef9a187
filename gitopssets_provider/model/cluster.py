"""Clusters: name, labels, and how to reach them."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from gitopssets_provider.model.base import Model

__all__ = ["Cluster"]


class Cluster(Model):
    """One cluster of the fleet. Its name is its identity and never changes.

    ``kubeconfig`` is a path or the text of a kubeconfig, ``context`` a context in it (default: the current one);
    both say how to reach the cluster and never become parameters. ``server`` is the API server's URL, where known.
    The name also names a folder and Pulumi resources: letters, digits, ``.``, ``-`` and ``_``.
    """

    name: str = Field(pattern="^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$")
    namespace: str = ""
    labels: dict[str, str] = Field(default_factory=dict)
    annotations: dict[str, str] = Field(default_factory=dict)
    server: str = ""
    kubeconfig: str = Field(default="", repr=False)
    context: str = ""

    def parameters(self) -> dict[str, Any]:
        """Return what templates see as ``cluster`` and ``target``: everything but credentials."""
        return {
            "name": self.name,
            "namespace": self.namespace,
            "labels": dict(self.labels),
            "annotations": dict(self.annotations),
            "server": self.server,
        }
