"""The kinds of objects that are read, each in the versions that are understood, the best one first."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = [
    "CLUSTER_API",
    "CONFIG_MAP",
    "GITOPS_CLUSTER",
    "GIT_REPOSITORY",
    "IMAGE_POLICY",
    "SECRET",
    "ObjectKind",
]


class ObjectKind(NamedTuple):
    """A kind of objects, in the versions that the one who asks understands."""

    group: str
    kind: str
    versions: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind}.{self.group}" if self.group else self.kind


CONFIG_MAP: Final = ObjectKind("", "ConfigMap", ("v1",))
SECRET: Final = ObjectKind("", "Secret", ("v1",))
GIT_REPOSITORY: Final = ObjectKind("source.toolkit.fluxcd.io", "GitRepository", ("v1",))
IMAGE_POLICY: Final = ObjectKind("image.toolkit.fluxcd.io", "ImagePolicy", ("v1", "v1beta2"))
GITOPS_CLUSTER: Final = ObjectKind("gitops.weave.works", "GitopsCluster", ("v1alpha1",))
CLUSTER_API: Final = ObjectKind("cluster.x-k8s.io", "Cluster", ("v1beta2", "v1beta1"))
