"""A program whose clusters and values come from a management cluster."""

from __future__ import annotations

from typing import Any

import pytest
from api_server import ApiServer
from recording_engine import secret
from set_programs import project, refused, registered

from gitopssets_provider import deploy

pytestmark = pytest.mark.xdist_group("api server")

_SET = """
apiVersion: gitopssets/v1
kind: GitOpsSet
metadata: {name: app, namespace: NAMESPACE}
spec:
  generators:
  - matrix:
      generators:
      - clusters: {selector: {matchLabels: {env: prod}}}
      - config: {configMap: settings}
      - config: {secret: login}
  templates:
  - target: "{{ cluster.name }}"
    content:
      apiVersion: v1
      kind: Secret
      metadata: {name: app, namespace: shop}
      stringData: {region: "{{ region }}", password: "{{ password }}"}
"""


@pytest.fixture
def stack(tmp_path: Any, make: Any, namespace: str, api_server: ApiServer) -> Any:
    make("cluster.x-k8s.io/v1beta2/clusters", "eu", labels={"env": "prod"})
    make("cluster.x-k8s.io/v1beta2/clusters", "dev")
    make("v1/secrets", "eu-kubeconfig", stringData={"value": api_server.kubeconfig({"token": "t0ken"})})
    make("v1/configmaps", "settings", data={"region": "eu-west-1"})
    make("v1/secrets", "login", stringData={"password": "s3cret"})
    (tmp_path / "hub.yaml").write_text(api_server.kubeconfig())
    options = project(tmp_path, sets__app=_SET.replace("NAMESPACE", namespace))
    management = {"kubeconfig": "hub.yaml", "kind": "clusterApi", "namespace": namespace}
    options["config"] |= {"gitopssets:clusters": {"management": management}}
    return options


def test_each_cluster_gets_a_provider_with_its_own_secret_kubeconfig(stack: Any, namespace: str) -> None:
    del stack["config"]["gitopssets:render"]
    done = registered(deploy, **stack)
    found = done.object("live@eu")["kubeconfig"]
    assert found == secret(found["value"])
    assert "t0ken" in found["value"]
    assert f"{namespace}.app@eu/shop/app" in done.names
    assert "live@dev" not in done.names


def test_a_cluster_that_cannot_be_reached_stops_the_program_before_anything_is_registered(
    stack: Any, api_server: ApiServer, namespace: str
) -> None:
    del stack["config"]["gitopssets:render"]
    api_server.ask("DELETE", f"/api/v1/namespaces/{namespace}/secrets/eu-kubeconfig")
    text, done = refused(deploy, **stack)
    assert f"there is no Secret {namespace}/eu-kubeconfig" in text
    assert done.names == ["fleet-dev"]  # the stack itself


def test_where_manifests_are_written_no_credentials_are_read(stack: Any, api_server: ApiServer, namespace: str) -> None:
    api_server.ask("DELETE", f"/api/v1/namespaces/{namespace}/secrets/eu-kubeconfig")
    done = registered(deploy, **stack)
    assert f"{namespace}.app@eu/shop/app" in done.names


def test_the_values_of_a_secret_stay_secret_up_to_the_object_and_reach_nothing_else(stack: Any, namespace: str) -> None:
    done = registered(deploy, **stack)
    name = f"{namespace}.app@eu/shop/app"
    data = done.object(name)["stringData"]
    assert data == secret({"region": "eu-west-1", "password": "s3cret"})
    assert [each for each in done.names if "s3cret" in str(done.requests[each])] == [name]
    assert "s3cret" not in f"{done.outputs}{done.logs}"
