"""A management cluster lists the fleet; credentials are read for those that are reached, and only what is harmless."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import yaml
from api_server import VERSION, ApiServer

from gitopssets_provider.errors import SourceError
from gitopssets_provider.generators import Context, expand_all, parse
from gitopssets_provider.model.selector import LabelSelector
from gitopssets_provider.sources.managed_clusters import ManagedClusters, ManagedKind

pytestmark = pytest.mark.xdist_group("api server")

_CLUSTERS = "cluster.x-k8s.io/v1beta2/clusters"
_GITOPS = "gitops.weave.works/v1alpha1/gitopsclusters"
_APPLIED = {"kubectl.kubernetes.io/last-applied-configuration": '{"secret": 1}', "owner": "a"}
_ARGO = {"argocd.argoproj.io/secret-type": "cluster"}

Managed = Callable[..., ManagedClusters]


@pytest.fixture
def managed(reading: Any, namespace: str) -> Managed:
    """Return a function that gives the clusters of a kind in the namespace."""

    def run(kind: ManagedKind, selector: Any = None, **options: Any) -> ManagedClusters:
        chosen = LabelSelector.model_validate(selector or {})
        return ManagedClusters(reading(**options).sources.kubernetes, kind, namespace, chosen)

    return run


def test_gitops_clusters_are_listed_with_labels_and_without_what_was_applied(
    make: Any, managed: Managed, namespace: str
) -> None:
    make(_GITOPS, "b", labels={"env": "prod"}, annotations=_APPLIED)
    make(_GITOPS, "a", labels={"env": "dev"})
    assert [cluster.parameters() for cluster in managed("gitopsCluster").clusters()] == [
        {"name": "a", "namespace": namespace, "labels": {"env": "dev"}, "annotations": {}, "server": ""},
        {"name": "b", "namespace": namespace, "labels": {"env": "prod"}, "annotations": {"owner": "a"}, "server": ""},
    ]
    chosen = managed("gitopsCluster", {"matchLabels": {"env": "prod"}})
    assert [cluster.name for cluster in chosen.clusters()] == ["b"]


def test_clusters_of_cluster_api_are_reached_with_their_kubeconfig_secret(
    make: Any, managed: Managed, api_server: ApiServer, reading: Any
) -> None:
    make(_CLUSTERS, "prod", spec={"controlPlaneEndpoint": {"host": "10.0.0.1", "port": 6443}})
    make("v1/secrets", "prod-kubeconfig", stringData={"value": api_server.kubeconfig()})
    clusters = managed("clusterApi")
    (cluster,) = clusters.clusters()
    assert (cluster.server, cluster.kubeconfig) == ("https://10.0.0.1:6443", "")
    reached = clusters.reach(cluster)
    assert "admin-token" in reached.kubeconfig
    assert "admin-token" not in f"{reached!r}{reached.parameters()}"
    assert reading().sources.kubernetes.version(reached) == VERSION


@pytest.mark.parametrize(
    ("spec", "secret", "key"),
    [
        ({"secretRef": {"name": "mine"}}, "mine", "value"),
        ({"secretRef": {"name": "mine"}}, "mine", "value.yaml"),
        ({"capiClusterRef": {"name": "made"}}, "made-kubeconfig", "value"),
    ],
)
def test_gitops_clusters_are_reached_with_the_secret_they_name(
    make: Any, managed: Managed, api_server: ApiServer, spec: Any, secret: str, key: str
) -> None:
    make(_GITOPS, "one", spec=spec)
    make("v1/secrets", secret, stringData={key: api_server.kubeconfig()})
    clusters = managed("gitopsCluster")
    assert "admin-token" in clusters.reach(clusters.clusters()[0]).kubeconfig


def test_a_cluster_whose_credentials_are_missing_is_an_error_only_when_it_is_reached(
    make: Any, managed: Managed, namespace: str
) -> None:
    make(_CLUSTERS, "new")
    make(_GITOPS, "bare")
    clusters = managed("clusterApi")
    with pytest.raises(SourceError, match=f"there is no Secret {namespace}/new-kubeconfig"):
        clusters.reach(clusters.clusters()[0])
    make("v1/secrets", "new-kubeconfig", stringData={"other": "x"})
    again = managed("clusterApi")
    with pytest.raises(SourceError, match=f"cluster new: .*{namespace}/new-kubeconfig has no value"):
        again.reach(again.clusters()[0])
    bare = managed("gitopsCluster")
    with pytest.raises(SourceError, match="cluster bare: has neither secretRef nor capiClusterRef"):
        bare.reach(bare.clusters()[0])


@pytest.mark.parametrize(
    ("change", "fact"),
    [
        ({"user": {"exec": {"command": "touch"}}}, "its user has exec, which is not taken from a Secret"),
        ({"user": {"tokenFile": "/etc/passwd"}}, "its user has tokenFile"),
        ({"user": {"token": "t", "as": "admin"}}, "its user has as,"),
        ({"user": {"client-certificate": "/x"}}, "its user has client-certificate,"),
        ({"cluster": {"proxy-url": "http://p"}}, "its cluster has proxy-url"),
        ({"cluster": {"insecure-skip-tls-verify": True}}, "its cluster has insecure-skip-tls-verify"),
        ({"cluster": {"server": "http://c"}}, "names no https server"),
        ("s3cret: [", "holds no kubeconfig"),
        ("- s3cret", "holds no kubeconfig"),
    ],
)
def test_a_kubeconfig_in_a_secret_gets_at_nothing_here(
    make: Any, managed: Managed, api_server: ApiServer, change: Any, fact: str
) -> None:
    text = change
    if isinstance(change, dict):
        content = yaml.safe_load(api_server.kubeconfig())
        content["users"][0]["user"] = change.get("user", {"token": "s3cret"})
        content["clusters"][0]["cluster"] |= change.get("cluster", {})
        text = yaml.safe_dump(content)
    make(_CLUSTERS, "c")
    make("v1/secrets", "c-kubeconfig", stringData={"value": text})
    clusters = managed("clusterApi")
    with pytest.raises(SourceError, match=fact) as caught:
        clusters.reach(clusters.clusters()[0])
    assert "s3cret" not in str(caught.value)


def test_cluster_secrets_of_argo_cd_are_clusters(
    make: Any, managed: Managed, api_server: ApiServer, reading: Any
) -> None:
    config = {"bearerToken": "admin-token", "tlsClientConfig": {"caData": base64.b64encode(api_server.ca).decode()}}
    data = {"name": "prod", "server": api_server.url, "config": json.dumps(config)}
    make("v1/secrets", "cluster-1", stringData=data, labels={**_ARGO, "env": "prod"}, annotations=_APPLIED)
    make("v1/secrets", "other", stringData={"name": "no cluster"})
    clusters = managed("argoCD", {"matchLabels": {"env": "prod"}})
    (cluster,) = clusters.clusters()
    assert (cluster.name, cluster.server, cluster.annotations) == ("prod", api_server.url, {"owner": "a"})
    assert reading().sources.kubernetes.version(clusters.reach(cluster)) == VERSION


@pytest.mark.parametrize(
    ("config", "fact"),
    [
        ({"execProviderConfig": {"command": "x"}}, "execProviderConfig: the configuration runs a program"),
        ({"awsAuthConfig": {"clusterName": "x"}}, "awsAuthConfig: the configuration runs a program"),
        ({"tlsClientConfig": {"insecure": True}}, "the configuration trusts any server"),
        ("s3cret", "the configuration is no JSON"),
    ],
)
def test_a_cluster_secret_gets_at_nothing_here(make: Any, managed: Managed, config: Any, fact: str) -> None:
    text = config if isinstance(config, str) else json.dumps(config)
    make("v1/secrets", "c", stringData={"name": "c", "server": "https://c", "config": text}, labels=_ARGO)
    clusters = managed("argoCD")
    with pytest.raises(SourceError, match=fact) as caught:
        clusters.reach(clusters.clusters()[0])
    assert "s3cret" not in str(caught.value)


def test_two_clusters_of_one_name_and_unusable_names_are_told_at_once(make: Any, managed: Managed) -> None:
    for name, called in (("a", "same"), ("b", "same"), ("c", "https://x/y")):
        make("v1/secrets", name, stringData={"name": called, "server": "https://c", "config": "{}"}, labels=_ARGO)
    with pytest.raises(SourceError) as caught:
        managed("argoCD").clusters()
    assert "two clusters are named same" in str(caught.value)
    assert "/c describes no cluster with a usable name" in str(caught.value)


def test_a_list_that_may_not_be_read_is_no_empty_fleet(managed: Managed) -> None:
    with pytest.raises(SourceError, match=r'refuses the list of GitopsCluster: .*User "nobody" cannot list'):
        managed("gitopsCluster", user={"token": "nobody-token"}).clusters()


def test_the_clusters_generator_asks_for_facts_on_request(
    make: Any, managed: Managed, api_server: ApiServer, reading: Any
) -> None:
    make(_CLUSTERS, "prod")
    make("v1/secrets", "prod-kubeconfig", stringData={"value": api_server.kubeconfig()})
    context: Context = reading()
    context = replace(context, sources=replace(context.sources, clusters=managed("clusterApi")))
    (element,) = expand_all([parse({"clusters": {"facts": ["version"]}})], context)
    assert element.parameters["cluster"]["version"] == VERSION
    (element,) = expand_all([parse({"clusters": {}})], context)
    assert "version" not in element.parameters["cluster"]
