from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from gitopssets_provider.engine.project import load_project
from gitopssets_provider.engine.resource import Resource, Snapshot
from gitopssets_provider.engine.stack import Stack, open_stack
from gitopssets_provider.engine.values import Secret
from gitopssets_provider.errors import StackError

SALT = "v1:A8fL2rlaVNc=:v1:mlLvvWHp8MRBw+nt:peknZ7oQLmPvGDV57GJS6MFYErWasA=="


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "")
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)


def configured(folder: Path, *stacks: str, project: str = "") -> Path:
    (folder / "Pulumi.yaml").write_text(f"name: shop\nruntime: python\n{project}")
    for stack in stacks:
        (folder / f"Pulumi.{stack}.yaml").write_text(f"# {stack}\nencryptionsalt: {SALT}\n")
    return folder


def opened(folder: Path, name: str = "dev", *, create: bool = False) -> Stack:
    return open_stack(load_project(folder / "Pulumi.yaml"), name, create=create)


def root(stack: str = "dev", **outputs: object) -> Resource:
    return Resource(
        f"urn:pulumi:{stack}::shop::pulumi:pulumi:Stack::shop-{stack}", "pulumi:pulumi:Stack", outputs=outputs
    )


def state_file(folder: Path, stack: str = "dev") -> Path:
    return folder / ".state/.pulumi/stacks/shop" / f"{stack}.json"


def test_a_configured_stack_is_new_and_empty_until_it_is_saved(tmp_path: Path) -> None:
    stack = opened(configured(tmp_path, "dev"))
    assert not stack.exists
    assert stack.load() == Snapshot()
    assert not (tmp_path / ".state").exists()


def test_a_saved_state_is_loaded_again(tmp_path: Path) -> None:
    snapshot = Snapshot([root(password=Secret("hush"))])
    opened(configured(tmp_path, "dev")).save(snapshot)
    assert "hush" not in state_file(tmp_path).read_text()
    assert opened(tmp_path).load() == snapshot


def test_a_stack_that_does_not_exist_names_the_nearest_one(tmp_path: Path) -> None:
    opened(configured(tmp_path, "staging"), "production", create=True)
    (tmp_path / "Pulumi.production.yaml").unlink()
    with pytest.raises(StackError, match='project "shop" has no stack "stagin"; did you mean "staging"'):
        opened(tmp_path, "stagin")
    with pytest.raises(StackError, match='did you mean "production"'):
        opened(tmp_path, "prodction")
    assert not (tmp_path / "Pulumi.stagin.yaml").exists()


def test_a_project_without_any_stack_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(
        StackError, match=rf"has no stack \"dev\"; write its configuration: {tmp_path}/Pulumi\.dev\.yaml"
    ):
        opened(configured(tmp_path))


def test_creating_a_stack_leaves_an_empty_state_and_a_salt(tmp_path: Path) -> None:
    stack = opened(configured(tmp_path), "dev", create=True)
    assert stack.exists
    assert (tmp_path / "Pulumi.dev.yaml").read_text().startswith("encryptionsalt: v1:")
    assert list(json.loads(state_file(tmp_path).read_text())["checkpoint"]["latest"]) == [
        "manifest",
        "secrets_providers",
        "metadata",
    ]


def test_creating_a_stack_that_exists_changes_nothing(tmp_path: Path) -> None:
    opened(configured(tmp_path, "dev")).save(Snapshot([root()]))
    before = state_file(tmp_path).read_bytes()
    opened(tmp_path, create=True)
    assert state_file(tmp_path).read_bytes() == before


def test_a_damaged_state_is_named_and_never_overwritten(tmp_path: Path) -> None:
    opened(configured(tmp_path, "dev")).save(Snapshot([root()]))
    damaged = state_file(tmp_path).read_bytes()[:-20]
    state_file(tmp_path).write_bytes(damaged)
    for create in (False, True):
        with pytest.raises(StackError, match=r"stacks/shop/dev\.json: is damaged"):
            opened(tmp_path, create=create).load()
    assert state_file(tmp_path).read_bytes() == damaged


def test_a_lock_needs_the_right_passphrase_before_anything_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "wrong")
    with pytest.raises(StackError, match="incorrect passphrase"), opened(configured(tmp_path, "dev")).lock():
        pass
    assert not (tmp_path / ".state").exists()


def test_of_two_runs_on_one_stack_the_second_is_refused(tmp_path: Path) -> None:
    configured(tmp_path, "dev", "prod")
    with opened(tmp_path).lock():
        assert list((tmp_path / ".state/.pulumi/locks/organization/shop/dev").iterdir())
        with pytest.raises(StackError, match="the stack is locked by"), opened(tmp_path).lock():
            pass
        with opened(tmp_path, "prod").lock():
            pass


def test_outputs_of_another_stack_are_read_from_the_same_backend(tmp_path: Path) -> None:
    configured(tmp_path, "dev", "network")
    opened(tmp_path, "network").save(Snapshot([root("network", vpc="v-1", key=Secret("hush"))]))
    stack = opened(tmp_path)
    assert stack.outputs_of("organization/shop/network") == {"vpc": "v-1", "key": Secret("hush")}
    assert stack.outputs_of("network") == stack.outputs_of("organization/network")


def test_a_reference_to_a_stack_that_is_not_there_says_so(tmp_path: Path) -> None:
    configured(tmp_path, "dev", "network")
    opened(tmp_path, "network").save(Snapshot())
    with pytest.raises(StackError, match='unknown stack "organization/shop/netwrk"; did you mean "network"'):
        opened(tmp_path).outputs_of("organization/shop/netwrk")


def test_a_finished_update_enters_the_history(tmp_path: Path) -> None:
    stack = opened(configured(tmp_path, "dev"))
    stack.save(Snapshot([root()]))
    stack.record("destroy", ok=False, started=time.time(), changes={"same": 1, "delete": 2})
    (file,) = (tmp_path / ".state/.pulumi/history/shop/dev").glob("*.history.json")
    update = json.loads(file.read_text())
    assert (update["kind"], update["result"]) == ("destroy", "failed")
    assert update["resourceChanges"] == {"delete": 2, "same": 1}


def test_a_stack_with_resources_is_not_removed(tmp_path: Path) -> None:
    stack = opened(configured(tmp_path, "dev"))
    stack.save(Snapshot([root(), Resource("urn:pulumi:dev::shop::t::a", "t")]))
    with pytest.raises(StackError, match="still has 1 resources, such as urn:pulumi:dev::shop::t::a; destroy it first"):
        stack.remove()
    stack.save(Snapshot([root()]))
    stack.remove()
    assert not stack.exists
    assert stack.configuration.file.exists()


def test_a_state_is_exported_and_a_new_stack_has_none(tmp_path: Path) -> None:
    stack = opened(configured(tmp_path, "dev"))
    with pytest.raises(StackError, match='the stack "dev" has no state yet'):
        stack.export()
    stack.save(Snapshot([root(key=Secret("hush"))]))
    assert "hush" not in stack.export()
    assert "hush" in stack.export(show_secrets=True)


def test_a_stack_of_another_project_or_a_forced_refresh_is_refused(tmp_path: Path) -> None:
    configured(tmp_path, "dev")
    with pytest.raises(StackError, match='is a stack of the project "other"'):
        opened(tmp_path, "organization/other/dev")
    configured(tmp_path, project="options: {refresh: always}\n")
    with pytest.raises(StackError, match=r"options\.refresh: asks for a refresh .* this needs the Pulumi CLI"):
        opened(tmp_path)
