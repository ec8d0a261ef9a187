"""``gitopssets clusters`` lists the fleet, and says who answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from api_server import VERSION, ApiServer

pytestmark = pytest.mark.xdist_group("api server")

_INVENTORY = """
clusters:
- {name: prod, kubeconfig: prod.yaml, labels: {env: prod}, server: "https://prod"}
- {name: bare}
"""


@pytest.fixture
def project(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "")
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Pulumi.yaml").write_text("name: app\nruntime: python\n")
    (tmp_path / "clusters.yaml").write_text(_INVENTORY)
    return tmp_path


def _configure(project: Any, clusters: Any, **more: str) -> None:
    own = {f"gitopssets:{key}": value for key, value in more.items()}
    (project / "Pulumi.dev.yaml").write_text(json.dumps({"config": {"gitopssets:clusters": clusters, **own}}))


def test_each_cluster_of_an_inventory_says_its_version_or_why_it_does_not(
    project: Any, api_server: ApiServer, call: Any
) -> None:
    (project / "prod.yaml").write_text(api_server.kubeconfig())
    _configure(project, "clusters.yaml")
    done = call("clusters", "--stack", "dev")
    assert done.status == 1
    assert done.out.splitlines() == [
        "bare  does not answer",
        "      the stack does not say how to reach cluster bare; give it a kubeconfig or a context",
        f"prod  {VERSION}  https://prod  env=prod",
        "2 clusters, 1 without an answer",
    ]
    found = call("clusters", "--stack", "dev", "-o", "json").json["clusters"]
    assert [(each["name"], each["version"]) for each in found] == [("bare", None), ("prod", VERSION)]
    assert "admin-token" not in json.dumps(found)


def test_a_stack_that_renders_manifests_asks_nobody(project: Any, call: Any) -> None:
    _configure(project, "clusters.yaml", render="rendered")
    done = call("clusters", "-s", "dev")
    assert (done.status, done.out.splitlines()[-1]) == (0, "2 clusters")


def test_offline_nobody_is_asked(project: Any, call: Any) -> None:
    _configure(project, "clusters.yaml")
    done = call("clusters", "-s", "dev", "--offline")
    assert (done.status, done.out.splitlines()[-2:]) == (0, ["prod  https://prod  env=prod", "2 clusters"])
    assert call("clusters", "-s", "dev", "-o", "name").out == "bare\nprod\n"


def test_clusters_of_a_management_cluster_are_asked_with_their_secrets(
    project: Any, api_server: ApiServer, call: Any, make: Any, namespace: str
) -> None:
    make("cluster.x-k8s.io/v1beta2/clusters", "eu", labels={"env": "prod"})
    make("cluster.x-k8s.io/v1beta2/clusters", "us")
    make("v1/secrets", "eu-kubeconfig", stringData={"value": api_server.kubeconfig()})
    (project / "hub.yaml").write_text(api_server.kubeconfig())
    _configure(project, {"management": {"kubeconfig": "hub.yaml", "kind": "clusterApi", "namespace": namespace}})
    done = call("clusters", "--stack", "dev")
    assert done.status == 1
    assert done.out.splitlines()[:2] == [f"eu  {VERSION}  env=prod", "us  does not answer"]
    assert f"there is no Secret {namespace}/us-kubeconfig" in done.out


def test_a_program_in_a_kubeconfig_is_run_only_where_the_stack_allows_it(
    project: Any, api_server: ApiServer, call: Any
) -> None:
    answer = {"status": {"token": "admin-token"}, "kind": "ExecCredential"}
    version = "client.authentication.k8s.io/v1"
    plugin = {"apiVersion": version, "command": "echo", "args": [json.dumps({**answer, "apiVersion": version})]}
    (project / "prod.yaml").write_text(api_server.kubeconfig({"exec": plugin}))
    _configure(project, {"inventory": "clusters.yaml"})
    assert "if it is meant: gitopssets:clusters: {allowExec: true}" in call("clusters", "-s", "dev").out
    _configure(project, {"inventory": "clusters.yaml", "allowExec": True})
    assert f"prod  {VERSION}" in call("clusters", "-s", "dev").out


def test_a_fleet_that_may_not_be_listed_is_an_error(project: Any, api_server: ApiServer, call: Any) -> None:
    (project / "hub.yaml").write_text(api_server.kubeconfig({"token": "nobody-token"}))
    _configure(project, {"management": {"kubeconfig": "hub.yaml", "kind": "gitopsCluster"}})
    done = call("clusters", "--stack", "dev")
    assert (done.status, done.out) == (1, "")
    assert 'User "nobody" cannot list resource "gitopsclusters"' in done.err
