"""An inventory lists clusters, each with a name of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitopssets_provider.errors import SourceError
from gitopssets_provider.model.cluster import Cluster
from gitopssets_provider.sources.inventory import FixedClusters, Inventory


def _inventory(tmp_path: Path, text: str) -> Inventory:
    (tmp_path / "clusters.yaml").write_text(text)
    return Inventory(tmp_path / "clusters.yaml", shown="stacks/clusters.yaml")


def test_clusters_are_read_and_ordered_by_name(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        "clusters:\n"
        "- name: prod-eu\n  labels: {env: production}\n  server: https://eu\n  context: admin\n"
        "- {name: dev-1, namespace: fleet, annotations: {owner: a}}\n",
    )
    assert inventory.clusters() == [
        Cluster(name="dev-1", namespace="fleet", annotations={"owner": "a"}),
        Cluster(name="prod-eu", labels={"env": "production"}, server="https://eu", context="admin"),
    ]
    assert inventory.clusters() is inventory.clusters()


def test_a_kubeconfig_is_found_from_the_inventorys_folder_and_its_text_stays(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        "clusters:\n- {name: a, kubeconfig: kube/a.yaml}\n- {name: b, kubeconfig: /abs}\n"
        "- name: c\n  kubeconfig: |\n    apiVersion: v1\n    kind: Config\n",
    )
    assert [cluster.kubeconfig for cluster in inventory.clusters()] == [
        str(tmp_path / "kube/a.yaml"),
        "/abs",
        "apiVersion: v1\nkind: Config\n",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("clusters: []\nother: 1\n", "stacks/clusters.yaml: other: unknown key; known are: clusters"),
        ("- name: a\n", "stacks/clusters.yaml: must be a mapping, not a list"),
        ("", "stacks/clusters.yaml: an inventory is one YAML document, not 0"),
        ("clusters: []\n---\nclusters: []\n", "stacks/clusters.yaml: an inventory is one YAML document, not 2"),
        ("clusters: {}\n", "stacks/clusters.yaml: clusters: must be a list, not a mapping"),
        ("clusters: [a]\n", "stacks/clusters.yaml: clusters[0]: must be a mapping, not a string"),
        ("clusters: [{labels: {}}]\n", "stacks/clusters.yaml: clusters[0].name: this key is required"),
        (
            "clusters: [{name: a, label: {}}]\n",
            'stacks/clusters.yaml: clusters[0].label: unknown key; did you mean "labels"?',
        ),
        (
            "clusters: [{name: a, labels: {tier: 1}}]\n",
            "stacks/clusters.yaml: clusters[0].labels.tier: must be a string, not a number; quote it",
        ),
        (
            "clusters: [{name: a}, {name: b}, {name: a}]\n",
            "stacks/clusters.yaml: clusters[2].name: the name a is taken by clusters[0]; a name is a cluster's",
        ),
        ("clusters: [{name: a/b}]\n", "stacks/clusters.yaml: clusters[0].name: must match pattern"),
        ("clusters: [{name: ..}]\n", "stacks/clusters.yaml: clusters[0].name: must match pattern"),
        ("clusters: [\n", "stacks/clusters.yaml:"),
        ("clusters: []\nclusters: []\n", 'stacks/clusters.yaml:2: the key "clusters" is written twice'),
    ],
)
def test_what_is_no_inventory_is_an_error_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        _inventory(tmp_path, text).clusters()
    assert str(caught.value).startswith(message)


def test_an_inventory_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere.yaml: the inventory is not readable: No such file or directory"):
        Inventory(tmp_path / "nowhere.yaml").clusters()


def test_given_clusters_are_ordered_by_name() -> None:
    assert [cluster.name for cluster in FixedClusters([Cluster(name="b"), Cluster(name="a")]).clusters()] == ["a", "b"]
    assert FixedClusters().clusters() == []
