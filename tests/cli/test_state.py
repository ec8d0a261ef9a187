import json

import pytest

from gitopssets_provider.engine.project import find_project
from gitopssets_provider.engine.resource import Resource, Snapshot
from gitopssets_provider.engine.stack import open_stack
from gitopssets_provider.engine.values import Secret

HEAD = "urn:pulumi:dev::app::"
DEFAULT = f"{HEAD}pulumi:providers:kubernetes::default"
STACK = f"{HEAD}pulumi:pulumi:Stack::app-dev"
SET = f"{HEAD}gitopssets:index:GitOpsSet::podinfo"
OBJECT = f"{HEAD}gitopssets:index:GitOpsSet$kubernetes:core/v1:ConfigMap::podinfo@eu/team/settings"


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "")
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Pulumi.yaml").write_text("name: app\nruntime: python\n")
    body = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "settings", "namespace": "team"},
        "data": {"region": "eu-west-1", "token": Secret("hush-hush")},
    }
    stack = open_stack(find_project(), "dev", create=True)
    stack.save(
        Snapshot(
            [
                Resource(DEFAULT, "pulumi:providers:kubernetes", True, "y"),
                Resource(STACK, "pulumi:pulumi:Stack", outputs={"a": 1}),
                Resource(SET, "gitopssets:index:GitOpsSet", outputs={"elementCount": 1}, parent=STACK),
                Resource(OBJECT, "kubernetes:core/v1:ConfigMap", custom=True, id="x", inputs=body, parent=SET),
            ]
        )
    )


def test_resources_are_listed_by_set_and_cluster(call):
    done = call("state", "list", "--stack", "dev")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines() == ["podinfo   1 element", "  eu", "      ConfigMap team/settings", "4 resources"]


def test_resources_are_listed_for_tools(call):
    assert call("state", "list", "-s", "dev", "-o", "name").out.splitlines() == [DEFAULT, STACK, SET, OBJECT]
    assert call("state", "list", "-s", "dev", "-o", "json").json["resources"][3] == {
        "urn": OBJECT,
        "type": "kubernetes:core/v1:ConfigMap",
        "set": "podinfo",
        "cluster": "eu",
        "name": "team/settings",
        "protect": False,
    }


@pytest.mark.parametrize("name", [OBJECT, "podinfo@eu/team/settings"])
def test_a_resource_is_shown_as_the_state_keeps_it_without_its_secrets(call, name):
    done = call("state", "show", name, "--stack", "dev")
    assert done.status == 0
    assert "region: eu-west-1" in done.out
    assert "token: '[secret]'" in done.out
    assert "hush" not in done.out


def test_a_resource_that_is_not_there_names_the_near_one(call):
    done = call("state", "show", "podinfo@eu/team/setings", "--stack", "dev")
    assert done.status == 1
    assert done.err.endswith('did you mean "podinfo@eu/team/settings"?\n')


def test_a_resource_that_is_nothing_like_any_points_to_the_list(call):
    done = call("state", "show", "zzz", "--stack", "dev")
    assert done.err == 'the stack has no resource "zzz"; `gitopssets state list` shows what it has\n'


def test_an_export_is_what_pulumi_reads(call):
    done = call("state", "export", "--stack", "dev")
    content = json.loads(done.out)
    assert content["version"] == 3
    assert [resource["urn"] for resource in content["deployment"]["resources"]] == [DEFAULT, STACK, SET, OBJECT]
    assert "hush" not in done.out
    assert "hush-hush" in call("state", "export", "--stack", "dev", "--show-secrets").out


def test_without_a_stack_the_known_ones_are_named(call):
    done = call("state", "list")
    assert (done.status, done.err) == (2, "no stack is named; say --stack NAME: the project app has dev\n")


def test_a_stack_that_does_not_exist_names_the_near_one(call):
    done = call("state", "list", "--stack", "def")
    assert done.status == 1
    assert 'did you mean "dev"?' in done.err


def test_outside_of_a_project_there_is_no_stack(call, tmp_path):
    (tmp_path / "Pulumi.yaml").unlink()
    done = call("state", "list", "--stack", "dev")
    assert done.status == 1
    assert "there is no Pulumi.yaml" in done.err
