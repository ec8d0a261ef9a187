"""Kinds: their scope, and how their objects may be named."""

from __future__ import annotations

import pytest

from gitopssets_provider.errors import PlanError
from gitopssets_provider.rendering.kinds import is_list, kind_of


@pytest.mark.parametrize(
    ("api_version", "kind", "namespaced"),
    [
        ("v1", "ConfigMap", True),
        ("v1", "Namespace", False),
        ("v1", "Node", False),
        ("v1", "PersistentVolume", False),
        ("v1", "PersistentVolumeClaim", True),
        ("apps/v1", "Deployment", True),
        ("networking.k8s.io/v1", "Ingress", True),
        ("networking.k8s.io/v1", "IngressClass", False),
        ("rbac.authorization.k8s.io/v1", "Role", True),
        ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", False),
        ("storage.k8s.io/v1", "StorageClass", False),
        ("storage.k8s.io/v1", "CSIStorageCapacity", True),
        ("authorization.k8s.io/v1", "LocalSubjectAccessReview", True),
        ("apiextensions.k8s.io/v1", "CustomResourceDefinition", False),
        ("apiregistration.k8s.io/v1", "APIService", False),
        ("scheduling.k8s.io/v1", "PriorityClass", False),
        ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", False),
        ("example.org/v1", "Thing", None),
        ("gateway.networking.k8s.io/v1", "GatewayClass", None),
    ],
)
def test_the_scope_of_kubernetes_own_kinds_is_known(api_version: str, kind: str, namespaced: bool | None) -> None:
    assert kind_of(api_version, kind).namespaced is namespaced


@pytest.mark.parametrize(
    ("api_version", "kind", "name", "fine"),
    [
        ("v1", "ConfigMap", "a.b", True),
        ("v1", "ConfigMap", "A", False),
        ("v1", "Namespace", "a.b", False),
        ("v1", "Service", "0a", False),
        ("serving.knative.dev/v1", "Service", "0a", True),
        ("apps/v1", "StatefulSet", "a.b", False),
        ("apps/v1", "Deployment", "a.b", True),
        ("rbac.authorization.k8s.io/v1", "ClusterRole", "system:Foo", True),
        ("rbac.authorization.k8s.io/v1", "Role", "a/b", False),
        ("example.org/v1", "ClusterRole", "system:foo", False),
    ],
)
def test_the_rule_for_a_name_depends_on_group_and_kind(api_version: str, kind: str, name: str, fine: bool) -> None:
    assert (kind_of(api_version, kind).check_name(name) == "") is fine


@pytest.mark.parametrize(
    "api_version", ["apps", "v1/", "/v1", "Apps/v1", "a b/v1", "apps/V1", "apps/v1/x", "v1\n", "vv1"]
)
def test_an_api_version_that_is_none_is_refused(api_version: str) -> None:
    with pytest.raises(PlanError) as raised:
        kind_of(api_version, "Thing")
    assert raised.value.problems[0].path == "apiVersion"


@pytest.mark.parametrize("kind", ["deployment", "a::b", "A-B", "A/B", "Ä", "A" * 64, "A\n"])
def test_a_kind_that_is_none_is_refused(kind: str) -> None:
    with pytest.raises(PlanError) as raised:
        kind_of("v1", kind)
    assert raised.value.problems[0].path == "kind"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"apiVersion": "v1", "kind": "List"}, True),
        ({"apiVersion": "apps/v1", "kind": "DeploymentList"}, True),
        ({"apiVersion": "example.org/v1", "kind": "ThingList", "items": []}, True),
        ({"apiVersion": "example.org/v1", "kind": "DenyList", "spec": {}}, False),
        ({"apiVersion": "v1", "kind": "ConfigMap"}, False),
        ({"kind": 3}, False),
    ],
)
def test_a_list_of_objects_is_told_from_a_kind_that_is_called_so(value: dict[str, object], found: bool) -> None:
    assert is_list(value) is found
