from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gitopssets_provider.engine.kubernetes import KubernetesProvider
from gitopssets_provider.engine.kubernetes_config import KubernetesSettings
from gitopssets_provider.engine.provider import Checked, Difference
from gitopssets_provider.engine.resource import Resource
from gitopssets_provider.engine.values import UNKNOWN, Secret
from gitopssets_provider.errors import StackError


class World:
    """A provider that renders into a folder, and what it said."""

    def __init__(self, folder: Path, **config: Any) -> None:
        self.folder = folder
        self.said: list[str] = []
        settings = KubernetesSettings.read({"renderYamlToDirectory": str(folder / "out"), **config})
        self.provider = KubernetesProvider(settings, lambda severity, text, _: self.said.append(text), folder)

    def check(self, obj: dict[str, Any], olds: dict[str, Any] | None = None) -> Checked:
        return self.provider.check(urn(obj), olds, obj)

    def create(self, obj: dict[str, Any]) -> Resource:
        inputs = self.check(obj).inputs
        made = self.provider.create(urn(obj), inputs, preview=False)
        return Resource(urn(obj), type_of(obj), custom=True, inputs=inputs, outputs=made.outputs, id=made.id)

    def diff(self, old: Resource, new: dict[str, Any], *ignored: str) -> Difference:
        checked = self.provider.check(old.urn, old.inputs, new)
        return self.provider.diff(old.urn, old, checked.inputs, list(ignored))


def type_of(obj: dict[str, Any]) -> str:
    api_version = obj["apiVersion"] if "/" in obj["apiVersion"] else f"core/{obj['apiVersion']}"
    return f"kubernetes:{api_version}:{obj['kind']}"


def urn(obj: dict[str, Any], name: str = "a") -> str:
    return f"urn:pulumi:dev::shop::{type_of(obj)}::{name}"


def config_map(data: Any = None, kind: str = "ConfigMap", **metadata: Any) -> dict[str, Any]:
    metadata = {"name": "a", "namespace": "team", **metadata}
    named = {key: value for key, value in metadata.items() if value}
    return {"apiVersion": "v1", "kind": kind, "metadata": named, "data": data or {"k": "v"}}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_what_only_a_server_sets_is_no_input(world: World) -> None:
    checked = world.check(config_map(creationTimestamp=None, uid="1", resourceVersion="2", generation=3))
    assert checked.inputs == config_map()


def test_the_text_of_a_secret_becomes_its_data_and_is_secret(world: World) -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "stringData": {"p": "hush"}}
    assert world.check(secret).inputs["data"] == Secret({"p": "aHVzaA=="})
    assert world.said == ["rendered YAML will contain a secret value in plaintext"]


def test_what_is_secret_stays_secret(world: World) -> None:
    checked = world.check(config_map({"k": Secret("v"), "l": "w"}))
    assert checked.inputs["data"] == {"k": Secret("v"), "l": "w"}


def test_an_object_without_a_name_gets_one_and_keeps_it(world: World) -> None:
    made = world.check(config_map(name="")).inputs
    assert made["metadata"]["name"].startswith("a-")
    assert made["metadata"]["annotations"] == {"pulumi.com/autonamed": "true"}
    assert world.check(config_map({"k": "2"}, name=""), made).inputs["metadata"] == made["metadata"]


def test_a_name_that_is_not_known_yet_is_a_name(world: World) -> None:
    assert world.check(config_map(name=UNKNOWN)).inputs["metadata"]["name"] is UNKNOWN


def test_generated_names_and_lists_are_refused(world: World) -> None:
    with pytest.raises(StackError, match="generateName"):
        world.check(config_map(name="", generateName="a-"))
    with pytest.raises(StackError, match="list resources exist for compatibility"):
        world.check(config_map(kind="ConfigMapList"))


def test_the_default_namespace_is_for_namespaced_kinds_without_one(tmp_path: Path) -> None:
    world = World(tmp_path, namespace="mine")
    assert world.check(config_map(namespace="")).inputs["metadata"]["namespace"] == "mine"
    assert world.check(config_map()).inputs["metadata"]["namespace"] == "team"
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}}
    assert world.check(namespace).inputs["metadata"] == {"name": "n"}


def test_a_definition_tells_the_scope_of_its_kind(tmp_path: Path) -> None:
    world = World(tmp_path, namespace="mine")
    thing = {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "t"}}
    assert world.check(thing).inputs["metadata"]["namespace"] == "mine"
    spec = {"group": "example.com", "names": {"kind": "Thing"}, "scope": "Cluster"}
    definition = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "spec": spec}
    world.check({**definition, "metadata": {"name": "things.example.com"}})
    assert world.check(thing).inputs["metadata"] == {"name": "t"}


def test_helm_hooks_are_warned_of_unless_that_is_not_wanted(tmp_path: Path) -> None:
    hooked = config_map(annotations={"helm.sh/hook": "test"})
    loud, quiet = World(tmp_path), World(tmp_path, suppressHelmHookWarnings=True)
    for world in (loud, quiet):
        world.check(hooked)
    assert "Helm hooks" in loud.said[0]
    assert not quiet.said


def test_the_state_keeps_the_object_its_inputs_and_who_made_it(world: World) -> None:
    resource = world.create(config_map())
    assert resource.id == "team/a"
    outputs = dict(resource.outputs)
    assert outputs.pop("__fieldManager").startswith("pulumi-kubernetes-")
    assert outputs == {**config_map(), "__inputs": config_map(), "__initialApiVersion": "v1"}


def test_an_object_is_rendered_and_its_file_removed(world: World) -> None:
    resource = world.create(config_map({"k": Secret("hush")}))
    file = world.folder / "out/1-manifest/v1-configmap-team-a.yaml"
    assert "k: hush" in file.read_text()
    assert world.said[-1] == f"rendered file {file} contains a secret value in plaintext"
    world.provider.delete(resource.urn, resource.outputs)
    assert not file.exists()


def test_an_update_keeps_who_made_the_object(world: World) -> None:
    resource = world.create(config_map())
    made = world.provider.update(resource.urn, resource.outputs, config_map({"k": "2"}), preview=False)
    assert made.outputs["__fieldManager"] == resource.outputs["__fieldManager"]
    assert made.outputs["__inputs"]["data"] == {"k": "2"}
    assert (world.folder / "out/1-manifest/v1-configmap-team-a.yaml").read_text().count('"2"') == 1


def test_a_preview_touches_nothing(world: World) -> None:
    inputs = world.check(config_map({"k": UNKNOWN})).inputs
    assert world.provider.create(urn(config_map()), inputs, preview=True).outputs == inputs
    assert not (world.folder / "out").exists()


def test_an_unchanged_object_has_no_difference(world: World) -> None:
    resource = world.create(config_map({"k": Secret("v")}))
    assert not world.diff(resource, config_map({"k": Secret("v")})).changed


def test_data_that_cannot_change_replaces_the_object_where_it_stands(world: World) -> None:
    found = world.diff(world.create(config_map()), config_map({"k": "2"}))
    assert found.detailed == {"data.k": "update-replace"}
    assert found.replaces
    assert found.delete_before_replace


def test_another_name_makes_room_for_the_new_object_before_the_old_one_goes(world: World) -> None:
    found = world.diff(world.create(config_map()), config_map(name="b"))
    assert found.detailed == {"metadata.name": "update-replace"}
    assert not found.delete_before_replace


def test_an_object_whose_name_was_made_up_is_created_anew_first(world: World) -> None:
    found = world.diff(world.create(config_map(name="")), config_map({"k": "2"}, name=""))
    assert found.replaces
    assert not found.delete_before_replace


def test_a_mutable_provider_changes_data_in_place(tmp_path: Path) -> None:
    world = World(tmp_path, enableConfigMapMutable=True)
    found = world.diff(world.create(config_map()), config_map({"k": "2", "l": "3"}))
    assert found.detailed == {"data.k": "update", "data.l": "add"}
    assert not found.replaces


def test_ignored_changes_are_no_difference(tmp_path: Path) -> None:
    world = World(tmp_path, enableConfigMapMutable=True)
    resource = world.create(config_map())
    assert not world.diff(resource, config_map({"k": "2"}), "data").changed
    assert not world.diff(resource, config_map({"k": "2"}), "data.k").changed


def test_a_namespace_left_out_is_the_default_one(tmp_path: Path) -> None:
    world = World(tmp_path)
    resource = world.create(config_map(namespace=""))
    assert not world.diff(resource, config_map(namespace="default")).changed


def test_a_provider_may_render_always(tmp_path: Path) -> None:
    world = World(tmp_path, alwaysRender=True)
    found = world.diff(world.create(config_map()), config_map())
    assert found.changed
    assert not found.detailed


def test_a_live_cluster_needs_the_cli(tmp_path: Path) -> None:
    provider = KubernetesProvider(KubernetesSettings(), lambda *_: None, tmp_path)
    inputs = provider.check(urn(config_map()), None, config_map()).inputs
    assert provider.create(urn(config_map()), inputs, preview=True).outputs == inputs
    with pytest.raises(StackError, match="install pulumi"):
        provider.create(urn(config_map()), inputs, preview=False)
