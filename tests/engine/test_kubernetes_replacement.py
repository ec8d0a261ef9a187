from __future__ import annotations

from typing import Any

import pytest

from gitopssets_provider.engine.kubernetes_config import KubernetesSettings
from gitopssets_provider.engine.kubernetes_replacement import IDENTITY, fields_that_force_new

MUTABLE = KubernetesSettings(config_maps_mutable=True, secrets_mutable=True)


def fields(api_version: str, kind: str, settings: KubernetesSettings = MUTABLE, **more: Any) -> set[str]:
    found = fields_that_force_new({"apiVersion": api_version, "kind": kind, **more}, settings)
    return set(found) - set(IDENTITY)


@pytest.mark.parametrize(
    ("api_version", "kind", "expected"),
    [
        ("apps/v1", "Deployment", {".spec.selector"}),
        ("batch/v1", "Job", {".spec.completions", ".spec.parallelism", ".spec.selector", ".spec.template"}),
        ("batch/v1", "CronJob", set()),
        ("policy/v1", "PodDisruptionBudget", set()),
        ("policy/v1beta1", "PodDisruptionBudget", {".spec"}),
        ("rbac.authorization.k8s.io/v1", "RoleBinding", {".roleRef"}),
        ("storage.k8s.io/v1", "StorageClass", {".parameters", ".provisioner"}),
        ("v1", "Service", {".spec.clusterIP"}),
        ("v1", "ConfigMap", set()),
        ("v1", "Secret", {".type"}),
        ("kustomize.toolkit.fluxcd.io/v1", "Kustomization", set()),
    ],
)
def test_each_kind_has_fields_that_cannot_change(api_version: str, kind: str, expected: set[str]) -> None:
    assert fields(api_version, kind) == expected


def test_the_data_of_config_maps_and_secrets_changes_only_where_the_provider_is_told_so() -> None:
    assert fields("v1", "ConfigMap", KubernetesSettings()) == {".binaryData", ".data"}
    assert fields("v1", "Secret", KubernetesSettings()) == {".type", ".stringData", ".data"}


def test_an_immutable_object_never_changes_its_data() -> None:
    assert fields("v1", "ConfigMap", immutable=True) == {".binaryData", ".data"}
    assert fields("v1", "Secret", immutable=True) == {".type", ".stringData", ".data"}
