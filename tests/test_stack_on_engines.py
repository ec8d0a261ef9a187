"""Whole stacks on the engines: the embedded one always, the real one where it is on PATH."""

import json
import sys

import pytest
import real_engine
import yaml
from embedded_engine import EmbeddedEngine
from scenarios import Workspace
from set_programs import config_map

from gitopssets_provider.fleet import KUBERNETES_VERSION

SET = "urn:pulumi:s::cases::gitopssets:index:GitOpsSet"
ENGINES = {"embedded": EmbeddedEngine, "real": real_engine.RealEngine}
LACKS = real_engine.missing()
REAL = pytest.param("real", marks=[pytest.mark.engine, pytest.mark.skipif(bool(LACKS), reason=LACKS)])

DEPLOY = """\
from gitopssets_provider import deploy

deploy()
"""
BY_HAND = f"""\
import pulumi

arguments = {{
    "clusterIdentifier": "render:out/default",
    "enableConfigMapMutable": "true",
    "enableSecretMutable": "true",
    "renderYamlToDirectory": "out/default",
}}
version = {KUBERNETES_VERSION!r}
provider = pulumi.ProviderResource("kubernetes", "render@default", arguments, pulumi.ResourceOptions(version=version))
options = pulumi.ResourceOptions(provider=provider, version=version)
pulumi.CustomResource("kubernetes:core/v1:ConfigMap", "mine", {config_map("a")!r}, options)
"""
LONE = """\
from gitopssets_provider import GitOpsSet

GitOpsSet({name!r}, {{"generators": [{{"list": {{"elements": [{{}}]}}}}], "templates": [{{"content": {content!r}}}]}})
"""


class Project:
    """A project with one stack, whose program deploys the sets in ``sets/``."""

    def __init__(self, root, engine):
        self.workspace = Workspace(root).prepare()
        self.folder = self.workspace.project
        self.engine = ENGINES[engine]()
        runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": sys.prefix}}
        self.write("Pulumi.yaml", yaml.safe_dump({"name": "cases", "runtime": runtime}))
        self.program(DEPLOY)
        self.configure()
        self.engine.create(self.workspace, "s")

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def program(self, text):
        self.write("__main__.py", text)

    def configure(self, **config):
        values = {"sets": ["sets/*.yaml"], "render": "out", **config}
        self.write("Pulumi.s.yaml", yaml.safe_dump({"config": {f"gitopssets:{key}": values[key] for key in values}}))

    def sets(self, **sets):
        """Declare these sets and no others: name -> objects."""
        for old in (self.folder / "sets").glob("*.yaml"):
            old.unlink()
        for name, contents in sets.items():
            spec = {
                "generators": [{"list": {"elements": [{"env": "dev"}]}}],
                "templates": [content if "content" in content else {"content": content} for content in contents],
            }
            document = {"apiVersion": "gitopssets/v1", "kind": "GitOpsSet", "metadata": {"name": name}, "spec": spec}
            self.write(f"sets/{name}.yaml", yaml.safe_dump(document))

    def preview(self):
        """Return the changes of a preview as ``op name``, after checking that it went well."""
        ok, digest = self.engine.preview(self.workspace, "s", [])
        assert ok, digest
        return changes(digest)

    def refused(self):
        """Return the messages of a preview that must fail."""
        ok, digest = self.engine.preview(self.workspace, "s", [])
        assert not ok
        return "\n".join(each["message"] for each in digest["diagnostics"])

    def up(self, *, destroy=False):
        applied = self.engine.apply(self.workspace, "s", [], destroy=destroy)
        assert applied["ok"], applied
        return applied

    def files(self, folder="out"):
        base = self.folder / folder
        return sorted(str(path.relative_to(base)) for path in base.rglob("*") if path.is_file())

    def resources(self):
        exported = self.engine.export(self.workspace, "s")
        return [each["urn"] for each in exported["deployment"].get("resources") or []]


def changes(digest):
    return sorted(f"{step['op']} {step['urn'].split('::', 3)[3]}" for step in digest["steps"] if step["op"] != "same")


@pytest.fixture(params=["embedded", REAL])
def project(request, tmp_path):
    return Project(tmp_path, request.param)


def test_elements_appear_change_and_vanish_and_nothing_else_is_touched(project):
    project.sets(web=[config_map("a"), config_map("b", x="1")])
    assert project.preview() == [
        "create cases-s",
        "create render@default",
        "create web",
        "create web/shop/a",
        "create web/shop/b",
    ]
    assert project.files() == []
    project.up()
    assert project.files() == [f"default/1-manifest/v1-configmap-shop-{name}.yaml" for name in "ab"]
    assert project.preview() == []
    kept = project.folder / "out/default/1-manifest/v1-configmap-shop-a.yaml"
    before = kept.stat().st_mtime_ns
    project.sets(web=[config_map("a"), config_map("c")])
    assert project.preview() == ["create web/shop/c", "delete web/shop/b", "update web"]
    project.up()
    assert project.files() == [f"default/1-manifest/v1-configmap-shop-{name}.yaml" for name in "ac"]
    assert kept.stat().st_mtime_ns == before
    project.up(destroy=True)
    assert project.files() == []


def test_a_renamed_set_and_a_moved_object_lose_nothing(project):
    project.sets(old=[config_map("a"), config_map("b")], other=[config_map("c")])
    project.up()
    files = project.files()
    project.sets(new=[config_map("a")], other=[config_map("b"), config_map("c")])
    assert project.preview() == ["update new", "update other"]
    project.up()
    assert project.files() == files
    assert project.preview() == []
    assert f"{SET}$kubernetes:core/v1:ConfigMap::other/shop/b" in project.resources()
    assert not [urn for urn in project.resources() if urn.rpartition("::")[2].startswith("old")]


def test_a_changed_api_version_in_render_mode_is_a_new_file(project):
    widget = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a", "namespace": "shop"}}
    project.sets(web=[widget])
    project.up()
    project.sets(web=[{**widget, "apiVersion": "example.com/v2"}])
    assert project.preview() == ["create web/shop/a", "delete web/shop/a", "update web"]
    project.up()
    assert project.files() == ["default/1-manifest/example.com_v2-widget-shop-a.yaml"]


def test_another_render_folder_gets_everything(project):
    project.sets(web=[config_map("a"), config_map("b")])
    project.up()
    files = project.files()
    project.configure(render="elsewhere")
    project.up()
    assert project.files("elsewhere") == files
    assert project.files("out") == []
    assert project.preview() == []


def test_a_set_that_fails_to_plan_keeps_the_others_from_changing(project):
    project.sets(web=[config_map("a")])
    project.up()
    project.sets(web=[config_map("b")], broken=[config_map("{{ unknown }}")])
    message = project.refused()
    assert "sets/broken.yaml: spec.templates[0].content.metadata.name" in message
    assert "Traceback" not in message
    assert not project.engine.apply(project.workspace, "s", [], destroy=False)["ok"]
    assert project.files() == ["default/1-manifest/v1-configmap-shop-a.yaml"]
    assert f"{SET}$kubernetes:core/v1:ConfigMap::web/shop/a" in project.resources()


def test_a_resource_written_by_hand_is_taken_over_by_its_alias(project):
    project.program(BY_HAND)
    project.up()
    project.program(DEPLOY)
    alias = "urn:pulumi:s::cases::kubernetes:core/v1:ConfigMap::mine"
    project.sets(web=[{"content": config_map("a"), "options": {"aliases": [alias]}}])
    assert project.preview() == ["create web"]
    project.up()
    assert project.files() == ["default/1-manifest/v1-configmap-shop-a.yaml"]
    assert alias not in project.resources()


def test_a_missing_file_is_told_and_another_folder_writes_it(project):
    project.sets(web=[config_map("a"), config_map("b")])
    project.up()
    (project.folder / "out/default/1-manifest/v1-configmap-shop-a.yaml").unlink()
    _, digest = project.engine.preview(project.workspace, "s", [])
    (warning,) = [each["message"] for each in digest["diagnostics"] if "missing" in each["message"]]
    assert "out/default: the state knows a file that is missing: 1-manifest/v1-configmap-shop-a.yaml" in warning
    project.configure(render="elsewhere")
    project.up()
    assert len(project.files("elsewhere")) == 2


def test_the_default_cluster_may_change_its_name_without_touching_a_file(project):
    project.sets(web=[config_map("a")])
    project.up()
    project.configure(defaultCluster="hub")
    assert project.preview() == ["create render@hub", "delete render@default"]
    project.up()
    assert project.files() == ["default/1-manifest/v1-configmap-shop-a.yaml"]


def test_lone_sets_in_a_program_keep_what_they_hold_when_they_are_renamed(project):
    project.program(LONE.format(name="old", content=config_map("a")))
    project.up()
    project.program(LONE.format(name="new", content=config_map("a")))
    assert project.preview() == ["update new"]
    project.up()
    assert project.files() == ["default/1-manifest/v1-configmap-shop-a.yaml"]


@pytest.mark.engine
@pytest.mark.skipif(bool(LACKS), reason=LACKS)
def test_either_engine_continues_where_the_other_stopped(tmp_path):
    project = Project(tmp_path, "embedded")
    project.sets(web=[config_map("a"), config_map("b")])
    project.up()
    project.engine = ENGINES["real"]()
    assert project.preview() == []
    project.sets(shop=[config_map("a"), config_map("c")])
    project.up()
    project.engine = ENGINES["embedded"]()
    assert project.preview() == []
    assert json.dumps(project.files()).count("configmap") == 2
