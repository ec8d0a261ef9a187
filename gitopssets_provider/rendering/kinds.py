"""What is known of Kubernetes' own kinds: which live in no namespace, and how their objects may be named.

A custom kind's scope comes from its definition in the plan or from its template; its names are DNS names, as the API
server demands of every custom resource.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from gitopssets_provider.errors import PlanError, Problems
from gitopssets_provider.model.names import dns_label, dns_label_1035, dns_subdomain, path_segment

__all__ = ["Kind", "is_list", "kind_of"]

_CLUSTER_SCOPED: dict[str, tuple[str, ...]] = {
    "": ("ComponentStatus", "Namespace", "Node", "PersistentVolume"),
    "admissionregistration.k8s.io": (
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
        "MutatingWebhookConfiguration",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
    ),
    "apiextensions.k8s.io": ("CustomResourceDefinition",),
    "apiregistration.k8s.io": ("APIService",),
    "apps": (),
    "authentication.k8s.io": ("SelfSubjectReview", "TokenReview"),
    "authorization.k8s.io": ("SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"),
    "autoscaling": (),
    "batch": (),
    "certificates.k8s.io": ("CertificateSigningRequest", "ClusterTrustBundle"),
    "coordination.k8s.io": (),
    "discovery.k8s.io": (),
    "events.k8s.io": (),
    "extensions": ("PodSecurityPolicy",),
    "flowcontrol.apiserver.k8s.io": ("FlowSchema", "PriorityLevelConfiguration"),
    "internal.apiserver.k8s.io": ("StorageVersion",),
    "networking.k8s.io": ("ClusterCIDR", "IPAddress", "IngressClass", "ServiceCIDR"),
    "node.k8s.io": ("RuntimeClass",),
    "policy": ("PodSecurityPolicy",),
    "rbac.authorization.k8s.io": ("ClusterRole", "ClusterRoleBinding"),
    "resource.k8s.io": ("DeviceClass", "DeviceTaintRule", "ResourceClass", "ResourceSlice"),
    "scheduling.k8s.io": ("PriorityClass",),
    "storage.k8s.io": ("CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"),
    "storagemigration.k8s.io": ("StorageVersionMigration",),
}

_NAME_RULES: dict[tuple[str, str], Callable[[str], str]] = {
    ("", "Namespace"): dns_label,
    ("", "Service"): dns_label_1035,
    ("apps", "StatefulSet"): dns_label,
    ("certificates.k8s.io", "CertificateSigningRequest"): path_segment,
    ("certificates.k8s.io", "ClusterTrustBundle"): path_segment,
    ("networking.k8s.io", "IPAddress"): path_segment,
    ("rbac.authorization.k8s.io", "ClusterRole"): path_segment,
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): path_segment,
    ("rbac.authorization.k8s.io", "Role"): path_segment,
    ("rbac.authorization.k8s.io", "RoleBinding"): path_segment,
}

_KIND = re.compile(r"[A-Z][A-Za-z0-9]{0,62}")
_CORE_VERSION = re.compile(r"v[0-9]+(?:(?:alpha|beta)[0-9]+)?")


class Kind(NamedTuple):
    """One apiVersion and kind. ``namespaced`` is None for a custom kind; ``check_name`` says what is wrong."""

    group: str
    name: str
    namespaced: bool | None
    check_name: Callable[[str], str]


def is_list(value: Mapping[str, Any]) -> bool:
    """Say whether an object is a list of objects, such as ``ConfigMapList``; a custom kind may merely be called so."""
    api_version, kind = value.get("apiVersion"), value.get("kind")
    if not isinstance(kind, str) or not kind.endswith("List"):
        return False
    own = isinstance(api_version, str) and api_version.rpartition("/")[0] in _CLUSTER_SCOPED
    return kind == "List" or own or isinstance(value.get("items"), list)


def kind_of(api_version: str, kind: str) -> Kind:
    """Return what is known of a kind; raise what is wrong with its two words."""
    group, _, version = api_version.rpartition("/")
    problems = Problems()
    if wrong := _wrong_version(api_version, group, version):
        problems.add(PlanError(wrong, path="apiVersion"))
    if not _KIND.fullmatch(kind):
        fact = f'"{kind}" is no kind'
        problems.add(PlanError(fact, remedy="a kind begins with a capital and holds letters and digits", path="kind"))
    problems.raise_if_any()
    own = _CLUSTER_SCOPED.get(group)
    return Kind(group, kind, None if own is None else kind not in own, _NAME_RULES.get((group, kind), dns_subdomain))


def _wrong_version(api_version: str, group: str, version: str) -> str:
    if "/" not in api_version:
        return "" if _CORE_VERSION.fullmatch(version) else f'"{api_version}" names no version; write GROUP/VERSION'
    if "/" in group or dns_subdomain(group) or dns_label_1035(version):
        return f'"{api_version}" is no API version; write GROUP/VERSION'
    return ""
