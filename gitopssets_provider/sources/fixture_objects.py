"""Objects of a management cluster that a file of answers holds."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from gitopssets_provider.errors import SourceError, did_you_mean
from gitopssets_provider.model.base import Model
from gitopssets_provider.model.cluster import Cluster
from gitopssets_provider.model.selector import LabelSelector
from gitopssets_provider.sources.base import KubernetesReader
from gitopssets_provider.sources.kubernetes.kinds import ObjectKind

__all__ = ["FixtureConfigMap", "FixtureImagePolicy", "FixtureObjects", "FixtureSecret", "repository_object"]

Objects = Mapping[tuple[str, str], Mapping[str, Any]]


class _Named(Model):
    name: str
    namespace: str = "default"
    labels: dict[str, str] = Field(default_factory=dict)

    def object(self, **content: Any) -> Mapping[str, Any]:
        """Return what an API server would answer."""
        return {"metadata": {"name": self.name, "namespace": self.namespace, "labels": self.labels}, **content}


class FixtureConfigMap(_Named):
    """A ConfigMap."""

    data: dict[str, str] = Field(default_factory=dict)

    def answer(self) -> Mapping[str, Any]:
        """Return what an API server would answer."""
        return self.object(data=self.data)


class FixtureSecret(_Named):
    """A Secret, with its values as texts (``stringData``) or in base64 (``data``)."""

    string_data: dict[str, str] = Field(default_factory=dict, repr=False)
    data: dict[str, str] = Field(default_factory=dict, repr=False)

    def answer(self) -> Mapping[str, Any]:
        """Return what an API server would answer."""
        encoded = {key: base64.b64encode(text.encode()).decode() for key, text in self.string_data.items()}
        return self.object(data={**self.data, **encoded})


class FixtureImagePolicy(_Named):
    """An ImagePolicy with its status."""

    status: dict[str, Any] = Field(default_factory=dict)

    def answer(self) -> Mapping[str, Any]:
        """Return what an API server would answer."""
        return self.object(status=self.status)


def repository_object(name: str, url: str, revision: str, files: Mapping[str, str] | None) -> Mapping[str, Any]:
    """Return a GitRepository; without files it has no artifact. A commit that is not given follows from the files."""
    if files is None:
        return {"spec": {"url": url or name}}
    commit = revision or hashlib.sha1(repr(sorted(files.items())).encode(), usedforsecurity=False).hexdigest()
    return {"spec": {"url": url or name}, "status": {"artifact": {"revision": f"main@sha1:{commit}"}}}


@dataclass(frozen=True)
class FixtureObjects:
    """Answers with the objects of a file. A kind that the file does not name is asked of ``otherwise``."""

    known: Mapping[ObjectKind, Objects]
    otherwise: KubernetesReader
    file: str

    def get(self, kind: ObjectKind, namespace: str, name: str) -> Mapping[str, Any]:
        """Return one object."""
        if kind not in self.known:
            return self.otherwise.get(kind, namespace, name)
        objects = self.known[kind]
        if (namespace, name) not in objects:
            remedy = did_you_mean(f"{namespace}/{name}", ["/".join(key) for key in objects])
            raise SourceError(f"there is no {kind.kind} {namespace}/{name}", remedy=remedy, file=self.file)
        return objects[namespace, name]

    def list(
        self, kind: ObjectKind, namespace: str = "", selector: LabelSelector | None = None
    ) -> Sequence[Mapping[str, Any]]:
        """Return the objects that match, ordered by namespace and name."""
        if kind not in self.known:
            return self.otherwise.list(kind, namespace, selector)
        found = [self.known[kind][key] for key in sorted(self.known[kind]) if namespace in ("", key[0])]
        return [item for item in found if selector is None or selector.matches(item["metadata"].get("labels", {}))]

    def version(self, cluster: Cluster) -> str:
        """Ask the cluster: no file knows what it runs."""
        return self.otherwise.version(cluster)
