"""Objects of Kubernetes clusters: a reader of our own, by GET only, that asks as the one whom a kubeconfig names."""

from gitopssets_provider.sources.kubernetes.kinds import ObjectKind
from gitopssets_provider.sources.kubernetes.reader import KubernetesObjects, Management

__all__ = ["KubernetesObjects", "Management", "ObjectKind"]
