from __future__ import annotations

from typing import Any

import pytest

from gitopssets_provider.engine.kubernetes_types import is_known_group_version, known_scope, through_go_type


def deployment(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec}


def test_an_object_of_a_custom_kind_stays_as_it_is() -> None:
    thing = {"apiVersion": "example.com/v1", "kind": "Thing", "spec": {"a": "", "b": None}}
    assert through_go_type(thing) is thing


def test_what_the_type_does_not_know_falls_away() -> None:
    assert "replica" not in through_go_type(deployment(replica=3, paused=True))["spec"]


def test_zero_values_fall_away_where_the_type_leaves_them_out() -> None:
    assert through_go_type(deployment(paused=False, minReadySeconds=0))["spec"] == {}


def test_a_zero_behind_a_pointer_stays() -> None:
    assert through_go_type(deployment(replicas=0))["spec"] == {"replicas": 0}


def test_quantities_come_out_canonical() -> None:
    container = {"name": "c", "resources": {"limits": {"cpu": "1000m", "memory": "1024Mi"}}}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [container]}}
    limits = through_go_type(pod)["spec"]["containers"][0]["resources"]["limits"]
    assert limits == {"cpu": "1", "memory": "1Gi"}


def test_a_port_may_be_a_number_or_a_name() -> None:
    service = {"apiVersion": "v1", "kind": "Service", "spec": {"ports": [{"port": 80, "targetPort": "http"}]}}
    assert through_go_type(service)["spec"]["ports"] == [{"port": 80, "targetPort": "http"}]


def test_an_object_that_does_not_fit_its_type_stays_as_it_is() -> None:
    odd = deployment(replicas="three", unknown=1)
    assert through_go_type(odd) is odd


@pytest.mark.parametrize(
    ("group", "version", "kind", "namespaced"),
    [
        ("", "v1", "ConfigMap", True),
        ("core", "v1", "Namespace", False),
        ("rbac.authorization.k8s.io", "v1", "ClusterRole", False),
        ("apps", "v1", "DeploymentPatch", True),
        ("example.com", "v1", "Thing", None),
    ],
)
def test_the_scope_of_built_in_kinds_is_known(group: str, version: str, kind: str, namespaced: bool | None) -> None:
    assert known_scope(group, version, kind) is namespaced


def test_group_versions_of_kubernetes_are_told_from_those_of_others() -> None:
    assert is_known_group_version("apps/v1")
    assert is_known_group_version("v1")
    assert not is_known_group_version("kustomize.toolkit.fluxcd.io/v1")
