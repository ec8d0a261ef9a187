from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gitopssets_provider.engine.kubernetes_config import KubernetesSettings, check_config, diff_config
from gitopssets_provider.engine.values import UNKNOWN, Secret

KUBECONFIG = {
    "current-context": "dev",
    "contexts": [
        {"name": "dev", "context": {"cluster": "one", "namespace": "team"}},
        {"name": "prod", "context": {"cluster": "two"}},
    ],
    "clusters": [
        {"name": "one", "cluster": {"server": "https://one"}},
        {"name": "two", "cluster": {"server": "https://two"}},
    ],
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBECONFIG", raising=False)


def test_flags_may_be_texts_and_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_K8S_ENABLE_SECRET_MUTABLE", "true")
    settings = KubernetesSettings.read({"enableConfigMapMutable": "true", "renderYamlToDirectory": Secret("out")})
    assert settings.config_maps_mutable
    assert settings.secrets_mutable
    assert settings.render_directory == "out"
    assert not KubernetesSettings.read({"enableSecretMutable": False}).secrets_mutable


def test_without_a_namespace_that_of_the_context_is_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert KubernetesSettings.read({"kubeconfig": KUBECONFIG}).default_namespace == "team"
    assert KubernetesSettings.read({"kubeconfig": KUBECONFIG, "context": "prod"}).default_namespace == "default"
    assert KubernetesSettings.read({"kubeconfig": KUBECONFIG, "namespace": "mine"}).default_namespace == "mine"
    file = tmp_path / "config"
    file.write_text("current-context: x\ncontexts: [{name: x, context: {namespace: from-file}}]\n")
    monkeypatch.setenv("KUBECONFIG", str(file))
    assert KubernetesSettings.read({}).default_namespace == "from-file"
    assert not KubernetesSettings.read({"renderYamlToDirectory": "out"}).default_namespace


@pytest.mark.parametrize("key", ["cluster", "context", "kubeconfig"])
def test_a_provider_that_renders_has_no_cluster(key: str) -> None:
    ((found, reason),) = check_config({key: "x", "renderYamlToDirectory": "out"})
    assert found == key
    assert reason == f'"{key}" arg is not compatible with "renderYamlToDirectory" arg'


def test_always_rendering_needs_a_directory() -> None:
    assert [key for key, _ in check_config({"alwaysRender": True})] == ["alwaysRender"]
    assert not list(check_config({"alwaysRender": True, "renderYamlToDirectory": "out"}))


@pytest.mark.parametrize(
    ("old", "new", "changed", "replaces"),
    [
        ({"namespace": "a"}, {"namespace": "b"}, ["namespace"], []),
        (
            {"renderYamlToDirectory": "a"},
            {"renderYamlToDirectory": "b"},
            ["renderYamlToDirectory"],
            ["renderYamlToDirectory"],
        ),
        ({"clusterIdentifier": "a"}, {"clusterIdentifier": "b"}, ["clusterIdentifier"], ["clusterIdentifier"]),
        (
            {"clusterIdentifier": "a", "renderYamlToDirectory": "a"},
            {"clusterIdentifier": "a", "renderYamlToDirectory": "b"},
            ["renderYamlToDirectory"],
            [],
        ),
        ({"kubeconfig": KUBECONFIG}, {"kubeconfig": KUBECONFIG, "context": "prod"}, ["context"], ["context"]),
        ({"kubeconfig": KUBECONFIG}, {"kubeconfig": KUBECONFIG, "context": "dev"}, ["context"], []),
        ({"kubeconfig": "x"}, {"kubeconfig": UNKNOWN}, ["kubeconfig"], ["kubeconfig"]),
    ],
)
def test_only_what_means_another_cluster_replaces_a_provider(
    old: dict[str, Any], new: dict[str, Any], changed: list[str], replaces: list[str]
) -> None:
    assert diff_config(old, new) == (changed, replaces)


def test_a_provider_that_stays_the_same_has_no_difference() -> None:
    assert diff_config({"namespace": Secret("a")}, {"namespace": "a", "context": None}) is None
