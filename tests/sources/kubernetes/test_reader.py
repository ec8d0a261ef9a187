"""Objects are read as the one whom the kubeconfig names, whole or not at all."""

from __future__ import annotations

import base64
import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from api_server import SERVER_NAME, VERSION, ApiServer

from gitopssets_provider.errors import SourceError
from gitopssets_provider.model.cluster import Cluster
from gitopssets_provider.model.selector import LabelSelector
from gitopssets_provider.sources.kubernetes import KubernetesObjects, Management, ObjectKind
from gitopssets_provider.sources.kubernetes.kinds import CLUSTER_API, CONFIG_MAP, IMAGE_POLICY, SECRET
from gitopssets_provider.sources.network import Network

pytestmark = pytest.mark.xdist_group("api server")

ReaderFor = Callable[..., KubernetesObjects]


def _config_map(api_server: ApiServer, namespace: str, name: str, **labels: str) -> None:
    content = {"metadata": {"name": name, "labels": labels}, "data": {"name": name}}
    api_server.create(f"/api/v1/namespaces/{namespace}/configmaps", content)


def _data(reader: KubernetesObjects, namespace: str) -> Any:
    return reader.get(CONFIG_MAP, namespace, "one")["data"]


def test_an_object_is_read_by_its_name(api_server: ApiServer, namespace: str, reader_for: ReaderFor) -> None:
    _config_map(api_server, namespace, "one")
    assert _data(reader_for(), namespace) == {"name": "one"}


def test_what_is_not_there_is_an_error_in_the_servers_words(namespace: str, reader_for: ReaderFor) -> None:
    with pytest.raises(SourceError, match=f'there is no Secret {namespace}/x: secrets "x" not found'):
        reader_for().get(SECRET, namespace, "x")


def test_lists_are_narrowed_by_namespace_and_labels_and_are_in_order(
    api_server: ApiServer, namespace: str, reader_for: ReaderFor
) -> None:
    for name, env in (("b", "prod"), ("a", "prod"), ("c", "dev")):
        _config_map(api_server, namespace, name, env=env, own=namespace)
    reader = reader_for()
    assert [each["metadata"]["name"] for each in reader.list(CONFIG_MAP, namespace)] == ["a", "b", "c"]
    selector = LabelSelector.model_validate(
        {
            "matchLabels": {"own": namespace},
            "matchExpressions": [
                {"key": "env", "operator": "In", "values": ["prod", "x"]},
                {"key": "env", "operator": "NotIn", "values": ["y"]},
                {"key": "own", "operator": "Exists"},
                {"key": "z", "operator": "DoesNotExist"},
            ],
        }
    )
    assert [each["metadata"]["name"] for each in reader.list(CONFIG_MAP, "", selector)] == ["a", "b"]
    assert reader.list(SECRET, namespace) == []


def test_a_list_is_followed_through_all_its_pages(
    api_server: ApiServer, namespace: str, reader_for: ReaderFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        _config_map(api_server, namespace, f"n{number}")
    monkeypatch.setattr("gitopssets_provider.sources.kubernetes.api._PAGE", 2)
    names = [each["metadata"]["name"] for each in reader_for().list(CONFIG_MAP, namespace)]
    assert names == [f"n{number}" for number in range(7)]


def test_a_kind_is_found_by_discovery_in_the_best_version_that_is_served(
    api_server: ApiServer, namespace: str, reader_for: ReaderFor
) -> None:
    api_server.create(
        f"/apis/image.toolkit.fluxcd.io/v1/namespaces/{namespace}/imagepolicies",
        {"apiVersion": "image.toolkit.fluxcd.io/v1", "kind": "ImagePolicy", "metadata": {"name": "p"}},
    )
    assert reader_for().get(IMAGE_POLICY, namespace, "p")["apiVersion"] == "image.toolkit.fluxcd.io/v1"
    older = IMAGE_POLICY._replace(versions=("v2", "v1beta2"))
    assert reader_for().get(older, namespace, "p")["apiVersion"] == "image.toolkit.fluxcd.io/v1beta2"
    with pytest.raises(SourceError, match=r"does not serve ImagePolicy.image.toolkit.fluxcd.io in v3"):
        reader_for().get(IMAGE_POLICY._replace(versions=("v3",)), namespace, "p")
    with pytest.raises(SourceError, match=r"does not know Thing.nowhere.example; install what defines Thing"):
        reader_for().list(ObjectKind("nowhere.example", "Thing", ("v1",)))


def test_rights_are_those_of_the_user_and_a_refusal_is_no_empty_list(namespace: str, reader_for: ReaderFor) -> None:
    with pytest.raises(SourceError, match=r'refuses the list of ConfigMap: .*User "nobody" cannot list.*RBAC'):
        reader_for({"token": "nobody-token"}).list(CONFIG_MAP, namespace)
    with pytest.raises(SourceError, match=r"does not know who asks \(HTTP 401\)"):
        reader_for({"token": "wrong"}).list(CONFIG_MAP, namespace)


def test_as_and_groups_are_honoured(api_server: ApiServer, namespace: str, reader_for: ReaderFor) -> None:
    _config_map(api_server, namespace, "one")
    account = f"system:serviceaccount:{namespace}:reader"
    plain = {"token": "admin-token", "as": account}
    with pytest.raises(SourceError, match=f'User "{account}" cannot get resource "configmaps"'):
        _data(reader_for(plain), namespace)
    _allow(api_server, namespace, "Group", "two")
    grouped = {**plain, "as-groups": ["one", "two"], "as-uid": "7", "as-user-extra": {"reason": ["a", "b"]}}
    assert _data(reader_for(grouped), namespace) == {"name": "one"}
    with pytest.raises(SourceError, match="acts as groups, but as no user"):
        _data(reader_for({"token": "admin-token", "as-groups": ["two"]}), namespace)
    with pytest.raises(SourceError, match='User "helper" cannot impersonate'):
        _data(reader_for({"token": "helper-token", "as": account}), namespace)


def _allow(api_server: ApiServer, namespace: str, kind: str, name: str) -> None:
    base = f"/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}"
    rules = [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get"]}]
    api_server.create(f"{base}/roles", {"metadata": {"name": "read"}, "rules": rules})
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "read"}
    subject = {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name}
    api_server.create(f"{base}/rolebindings", {"metadata": {"name": "read"}, "roleRef": role, "subjects": [subject]})


def test_client_certificates_and_token_files_prove_who_asks(
    api_server: ApiServer, namespace: str, reader_for: ReaderFor, tmp_path: Path
) -> None:
    _config_map(api_server, namespace, "one")
    certificate, key = api_server.certificate("chief", "system:masters")
    encoded = {
        "client-certificate-data": base64.b64encode(certificate).decode(),
        "client-key-data": base64.b64encode(key).decode(),
    }
    assert _data(reader_for(encoded), namespace) == {"name": "one"}
    (tmp_path / "cert").write_bytes(certificate)
    (tmp_path / "key").write_bytes(key)
    files = {"client-certificate": str(tmp_path / "cert"), "client-key": str(tmp_path / "key")}
    assert _data(reader_for(files), namespace) == {"name": "one"}
    (tmp_path / "token").write_text("admin-token\n")
    assert _data(reader_for({"token": "old", "tokenFile": str(tmp_path / "token")}), namespace) == {"name": "one"}
    with pytest.raises(SourceError, match="a client certificate or a key, but not both"):
        reader_for({"client-certificate": str(tmp_path / "cert")}).list(CONFIG_MAP)


def test_a_server_is_checked_by_the_name_that_the_kubeconfig_gives(
    api_server: ApiServer, namespace: str, reader_for: ReaderFor
) -> None:
    _config_map(api_server, namespace, "one")
    assert _data(reader_for(**{"tls-server-name": SERVER_NAME}), namespace) == {"name": "one"}
    with pytest.raises(SourceError, match="is not trusted"):
        _data(reader_for(**{"tls-server-name": "other.test"}), namespace)
    anyone = {"certificate-authority-data": "", "insecure-skip-tls-verify": True}
    assert _data(reader_for(**anyone), namespace) == {"name": "one"}
    with pytest.raises(SourceError, match="has a CA, and trusts any server"):
        _data(reader_for(**{"insecure-skip-tls-verify": True}), namespace)
    with pytest.raises(SourceError, match="is not trusted"):
        _data(reader_for(**{"certificate-authority-data": ""}), namespace)


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
@pytest.mark.parametrize("kind", ["token", "certificate"])
def test_an_exec_plugin_gives_credentials_where_the_stack_allows_it(
    api_server: ApiServer, namespace: str, reader_for: ReaderFor, tmp_path: Path, version: str, kind: str
) -> None:
    _config_map(api_server, namespace, "one")
    certificate, key = api_server.certificate("chief", "system:masters")
    given = {"clientCertificateData": certificate.decode(), "clientKeyData": key.decode()}
    status = {"token": "admin-token"} if kind == "token" else given
    plugin = _plugin(tmp_path, version, {"status": status})
    assert _data(reader_for({"exec": plugin}, allow_exec=True), namespace) == {"name": "one"}
    asked = json.loads((tmp_path / "asked").read_text())
    assert asked["apiVersion"] == f"client.authentication.k8s.io/{version}"
    assert asked["spec"]["cluster"]["server"] == api_server.url
    with pytest.raises(SourceError, match=r"come from the program .*; if it is meant: .*allowExec: true"):
        _data(reader_for({"exec": plugin}), namespace)


@pytest.mark.parametrize(
    ("answer", "fact"),
    [
        ({"status": {}}, "gives neither a token nor a certificate with its key"),
        ({}, "gives no credentials"),
        ({"kind": "Other", "status": {"token": "t"}}, "answers no ExecCredential"),
        ("no json", "answers no JSON"),
        (None, "failed with exit code 3"),
    ],
)
def test_an_exec_plugin_that_gives_nothing_usable_is_an_error(
    reader_for: ReaderFor, tmp_path: Path, answer: Any, fact: str
) -> None:
    with pytest.raises(SourceError, match=fact) as caught:
        reader_for({"exec": _plugin(tmp_path, "v1", answer)}, allow_exec=True).list(CONFIG_MAP)
    assert "context test" in str(caught.value)


def _plugin(folder: Path, version: str, answer: Any) -> dict[str, Any]:
    api = f"client.authentication.k8s.io/{version}"
    content = {"apiVersion": api, "kind": "ExecCredential", **answer} if isinstance(answer, dict) else answer
    (folder / "answer").write_text(content if isinstance(content, str) else json.dumps(content))
    ending = "exit 3" if answer is None else f"cat {folder}/answer"
    program = folder / "plugin"
    program.write_text(f'#!/bin/sh\n[ "$1" = get ] && printf %s "$KUBERNETES_EXEC_INFO" > $OUT\n{ending}\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    environment = [{"name": "OUT", "value": str(folder / "asked")}]
    return {
        "apiVersion": api,
        "command": str(program),
        "args": ["get"],
        "env": environment,
        "provideClusterInfo": True,
    }


def test_the_version_of_any_cluster_that_says_how_it_is_reached(api_server: ApiServer, reader_for: ReaderFor) -> None:
    known = Cluster(name="c", kubeconfig=api_server.kubeconfig())
    assert reader_for().version(known) == VERSION
    with pytest.raises(SourceError, match="does not say how to reach cluster c"):
        reader_for().version(Cluster(name="c"))


def test_files_of_a_list_are_merged_and_the_first_one_decides(
    api_server: ApiServer, namespace: str, network: Network, tmp_path: Path
) -> None:
    _config_map(api_server, namespace, "one")
    (tmp_path / "a").write_text(
        "contexts: [{name: mine, context: {cluster: c, user: u}}]\ncurrent-context: mine\n"
        "users: [{name: u, user: {token: admin-token}}]\n"
    )
    (tmp_path / "b").write_text(api_server.kubeconfig({"token": "wrong"}))
    paths = [tmp_path / "a", tmp_path / "missing", tmp_path / "b"]
    environment = {"KUBECONFIG": ":".join(map(str, paths))}
    assert _data(KubernetesObjects(network, environment), namespace) == {"name": "one"}
    (tmp_path / "a").write_text("users: [{name: u, user: {token: other}}]\n")
    with pytest.raises(SourceError, match="does not know who asks"):
        KubernetesObjects(network, environment).get(CONFIG_MAP, namespace, "two")


def test_without_any_kubeconfig_the_remedy_is_named(network: Network, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no kubeconfig says where objects are read; set KUBECONFIG"):
        KubernetesObjects(network, {"HOME": str(tmp_path)}).list(CLUSTER_API)
    with pytest.raises(SourceError, match="there is no kubeconfig; check the path"):
        KubernetesObjects(network, {"KUBECONFIG": str(tmp_path / "x")}).list(CLUSTER_API)
    (tmp_path / "c").write_text("contexts: [{name: test, context: {cluster: c}}]\n")
    with pytest.raises(SourceError, match='there is no context tset; did you mean "test"'):
        KubernetesObjects(network, {}, Management(str(tmp_path / "c"), "tset")).list(CLUSTER_API)


def test_an_offline_network_reads_nothing(api_server: ApiServer) -> None:
    offline = KubernetesObjects(Network(offline=True), {}, Management(api_server.kubeconfig()))
    with pytest.raises(SourceError, match="--offline allows no other machine"):
        offline.list(CONFIG_MAP)
