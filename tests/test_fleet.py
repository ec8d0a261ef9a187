from importlib.metadata import version

import pytest
from recording_engine import run, secret

from gitopssets_provider.errors import DefinitionError
from gitopssets_provider.fleet import Fleet, RenderFolder
from gitopssets_provider.model.cluster import Cluster
from gitopssets_provider.model.element import Origin
from gitopssets_provider.model.manifest import Manifest, ObjectKey
from gitopssets_provider.model.template import ObjectOptions
from gitopssets_provider.prior_state import PriorResource

MUTABLE = {"enableConfigMapMutable": "true", "enableSecretMutable": "true"}


def providers(fleet, *clusters, **stack):
    """Register the providers of clusters, and return what the engine was asked for, by name."""
    done = run(lambda: [fleet.provider(cluster) for cluster in clusters], **stack)
    assert done.error is None
    return {name: done.object(name) for name in done.names if "@" in name}, done


def test_a_live_cluster_is_reached_by_its_kubeconfig_and_context_and_named_after_itself():
    eu = Cluster(name="eu-1", kubeconfig="kube/fleet.yaml", context="eu")
    found, done = providers(Fleet("default"), eu)
    assert found == {
        "live@eu-1": {"clusterIdentifier": "eu-1", "kubeconfig": "kube/fleet.yaml", "context": "eu", **MUTABLE}
    }
    assert done.requests["live@eu-1"].type == "pulumi:providers:kubernetes"
    assert done.requests["live@eu-1"].version == version("pulumi-kubernetes")


def test_a_cluster_has_one_provider_however_often_it_is_asked_for():
    eu = Cluster(name="eu-1", context="eu")
    found, _ = providers(Fleet("default"), eu, eu)
    assert found == {"live@eu-1": {"clusterIdentifier": "eu-1", "context": "eu", **MUTABLE}}


def test_the_text_of_a_kubeconfig_is_a_secret():
    found, _ = providers(Fleet("default"), Cluster(name="eu-1", kubeconfig="apiVersion: v1\nkind: Config\n"))
    assert found["live@eu-1"]["kubeconfig"] == secret("apiVersion: v1\nkind: Config\n")


def test_the_environment_of_one_machine_does_not_get_into_the_state(monkeypatch):
    monkeypatch.setenv("KUBECONFIG", "/home/somebody/.kube/config")
    found, _ = providers(Fleet("default"), Cluster(name="default"))
    assert found == {"live@default": {"clusterIdentifier": "default", **MUTABLE}}


def test_a_default_cluster_without_an_inventory_is_what_the_stack_configures_for_kubernetes():
    config = {"kubernetes:context": "dev", "kubernetes:kubeconfig": "text"}
    found, _ = providers(
        Fleet("default"), Cluster(name="default"), config=config, secret_keys=["kubernetes:kubeconfig"]
    )
    assert found["live@default"] == {
        "clusterIdentifier": "default",
        "context": "dev",
        "kubeconfig": secret("text"),
        **MUTABLE,
    }


def test_rendered_clusters_have_a_folder_each_and_nothing_of_the_machine_in_the_state(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    fleet = Fleet("hub", RenderFolder("./out/", tmp_path))
    found, _ = providers(fleet, Cluster(name="hub", context="hub"), Cluster(name="eu-1", kubeconfig="x"))
    assert found == {
        "render@hub": {"clusterIdentifier": "render:out/default", "renderYamlToDirectory": "out/default", **MUTABLE},
        "render@eu-1": {"clusterIdentifier": "render:out/eu-1", "renderYamlToDirectory": "out/eu-1", **MUTABLE},
    }


def test_a_program_below_the_project_renders_to_the_same_folder(tmp_path, monkeypatch):
    (tmp_path / "program").mkdir()
    monkeypatch.chdir(tmp_path / "program")
    assert RenderFolder("out", tmp_path).properties("eu") == {
        "clusterIdentifier": "render:out/eu",
        "renderYamlToDirectory": "../out/eu",
    }


def test_a_folder_outside_of_the_project_stays_as_it_was_configured(tmp_path, monkeypatch):
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    outside = tmp_path / "out"
    assert RenderFolder(str(outside), project).properties("eu") == {
        "clusterIdentifier": f"render:{outside}/eu",
        "renderYamlToDirectory": f"{outside}/eu",
    }
    assert RenderFolder("../out", project).properties("eu") == {
        "clusterIdentifier": "render:../out/eu",
        "renderYamlToDirectory": "../out/eu",
    }


def test_a_folder_inside_of_the_project_is_relative_even_if_it_was_configured_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert RenderFolder(str(tmp_path / "out"), tmp_path).properties("eu")["clusterIdentifier"] == "render:out/eu"


def test_clusters_that_cannot_be_told_from_the_current_one_are_refused_all_at_once():
    with pytest.raises(DefinitionError) as caught:
        Fleet("default").check([Cluster(name="eu"), Cluster(name="us"), Cluster(name="ap", context="ap")])
    assert [str(problem) for problem in caught.value.problems] == [
        f"gitopssets:clusters: cluster {name} has neither kubeconfig nor context: its objects would go to whatever is "
        "current; give it one of them in the inventory, or write manifests with gitopssets:render"
        for name in ("eu", "us")
    ]


def test_the_default_cluster_may_be_whatever_is_current():
    Fleet("hub").check([Cluster(name="hub")])


def test_two_clusters_never_share_a_folder(tmp_path):
    with pytest.raises(DefinitionError, match="would be written to the folder of the default cluster, hub"):
        Fleet("hub", RenderFolder("out", tmp_path)).check([Cluster(name="default"), Cluster(name="hub")])


def config_map(name):
    return Manifest(
        object={"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "shop"}},
        key=ObjectKey("eu", "", "ConfigMap", "shop", name),
        resource=f"web@eu/shop/{name}",
        template="templates[0]",
        origin=Origin("generators[0]"),
        options=ObjectOptions(),
    )


def missing(fleet, *names, identifier="render:out/eu"):
    provider = PriorResource("urn:pulumi:dev::fleet::x::render@eu", cluster_identifier=identifier)
    return list(fleet.missing_files("eu", [config_map(name) for name in names], {"render@eu": provider}))


def test_files_that_the_state_knows_and_the_folder_lacks_are_a_finding_with_its_remedy(tmp_path):
    folder = tmp_path / "out" / "eu" / "1-manifest"
    folder.mkdir(parents=True)
    (folder / "v1-configmap-shop-a.yaml").touch()
    fleet = Fleet("default", RenderFolder("out", tmp_path))
    assert missing(fleet, "a") == []
    (finding,) = missing(fleet, "a", "b")
    assert finding == (
        "out/eu: the state knows a file that is missing: 1-manifest/v1-configmap-shop-b.yaml; restore it, or name "
        "another folder in gitopssets:render: everything is then written there"
    )


def test_a_folder_that_is_gone_is_told_in_one_line(tmp_path):
    (finding,) = missing(Fleet("default", RenderFolder("out", tmp_path)), *"abcde")
    assert finding.startswith("out/eu: the state knows 5 files that are missing: 1-manifest/v1-configmap-shop-a.yaml, ")
    assert "shop-c.yaml and 2 more; restore them, or" in finding


def test_a_folder_that_is_new_misses_nothing(tmp_path):
    assert missing(Fleet("default", RenderFolder("new", tmp_path)), "a") == []


def test_live_clusters_miss_no_files():
    assert missing(Fleet("default"), "a") == []
