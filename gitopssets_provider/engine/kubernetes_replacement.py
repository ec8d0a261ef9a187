"""The fields of Kubernetes objects that cannot change in place: a change makes the provider replace the object."""

from __future__ import annotations

from typing import Any, Final

from gitopssets_provider.engine.kubernetes_config import KubernetesSettings
from gitopssets_provider.engine.kubernetes_object import group_and_version, is_named_kind

__all__ = ["IDENTITY", "fields_that_force_new"]

_Kinds = dict[str, tuple[str, ...]]

IDENTITY: Final = (".metadata.name", ".metadata.namespace")
_WORKLOAD: Final = (".spec.selector",)
_STATEFUL_SET: Final = (
    ".spec.podManagementPolicy",
    ".spec.revisionHistoryLimit",
    ".spec.selector",
    ".spec.serviceName",
    ".spec.volumeClaimTemplates",
)
_JOB: Final = (".spec.completions", ".spec.parallelism", ".spec.selector", ".spec.template")
_VOLUME_SOURCES: Final = (
    *("awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "csi", "fc", "flexVolume", "flocker"),
    *("gcePersistentDisk", "glusterfs", "hostPath", "iscsi", "local", "nfs", "photonPersistentDisk", "portworxVolume"),
    *("quobyte", "rbd", "scaleIO", "storageos", "vsphereVolume"),
)
_POD: Final = (
    *("affinity", "automountServiceAccountToken", "dnsConfig", "dnsPolicy", "enableServiceLinks", "hostAliases"),
    *("hostIPC", "hostNetwork", "hostPID", "hostname", "imagePullSecrets", "nodeName", "nodeSelector", "overhead"),
    *("preemptionPolicy", "priority", "priorityClassName", "readinessGates", "restartPolicy", "runtimeClassName"),
    *("schedulerName", "securityContext", "serviceAccount", "serviceAccountName", "shareProcessNamespace", "subdomain"),
    *("terminationGracePeriodSeconds", "volumes"),
)
_CONTAINER: Final = (
    *("args", "command", "env", "image", "imagePullPolicy", "lifecycle", "livenessProbe", "ports", "readinessProbe"),
    *("resources", "securityContext", "stdin", "stdinOnce", "terminationMessagePath", "terminationMessagePolicy"),
    *("tty", "volumeDevices", "volumeMounts", "workingDir"),
)
_CORE: Final[_Kinds] = {
    "PersistentVolume": tuple(f".spec.{source}" for source in _VOLUME_SOURCES),
    "PersistentVolumeClaim": (".spec.accessModes", ".spec.selector", ".spec.storageClassName", ".spec.volumeName"),
    "Pod": (
        *(f".spec.{name}" for name in _POD),
        *(f".spec.{group}[*].{name}" for group in ("containers", "initContainers") for name in _CONTAINER),
    ),
    "ResourceQuota": (".spec.scopes",),
    "Secret": (".type",),
    "Service": (".spec.clusterIP",),
}
_BINDINGS: Final[_Kinds] = {"ClusterRoleBinding": (".roleRef",), "RoleBinding": (".roleRef",)}
_WORKLOADS: Final[_Kinds] = {"DaemonSet": _WORKLOAD, "Deployment": _WORKLOAD, "StatefulSet": _STATEFUL_SET}
_FIELDS: Final[dict[tuple[str, str], _Kinds]] = {
    ("apps", "v1beta1"): {"StatefulSet": _STATEFUL_SET},
    ("apps", "v1beta2"): _WORKLOADS,
    ("apps", "v1"): _WORKLOADS,
    ("core", "v1"): _CORE,
    ("", "v1"): _CORE,
    ("policy", "v1beta1"): {"PodDisruptionBudget": (".spec",)},
    ("rbac.authorization.k8s.io", "v1alpha1"): _BINDINGS,
    ("rbac.authorization.k8s.io", "v1beta1"): _BINDINGS,
    ("rbac.authorization.k8s.io", "v1"): _BINDINGS,
    ("storage.k8s.io", "v1"): {"StorageClass": (".parameters", ".provisioner")},
    ("batch", "v1beta1"): {"Job": _JOB},
    ("batch", "v1"): {"Job": _JOB},
    ("batch", "v2alpha1"): {"Job": _JOB},
}


def fields_that_force_new(obj: dict[str, Any], settings: KubernetesSettings) -> tuple[str, ...]:
    """Return the fields of the object that cannot change; a provider may let data of ConfigMaps and Secrets do so."""
    kinds = _FIELDS.get(group_and_version(obj))
    if kinds is None:
        return IDENTITY
    immutable = obj.get("immutable") is True
    if is_named_kind(obj, "Secret") and (immutable or not settings.secrets_mutable):
        return (*IDENTITY, ".type", ".stringData", ".data")
    if obj.get("kind") in kinds:
        return (*IDENTITY, *kinds[str(obj["kind"])])
    if is_named_kind(obj, "ConfigMap") and (immutable or not settings.config_maps_mutable):
        return (*IDENTITY, ".binaryData", ".data")
    return IDENTITY
