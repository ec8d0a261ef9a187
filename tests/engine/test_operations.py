from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from engine_project import DEFAULTS, EngineProject, Log, ops, texts

from gitopssets_provider.engine import operations
from gitopssets_provider.engine.resource import Operation, Snapshot
from gitopssets_provider.engine.values import Secret


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EngineProject:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "")
    for name in ("PULUMI_BACKEND_URL", "PULUMI_EXPERIMENTAL", "PULUMI_SKIP_CHECKPOINTS", "KUBECONFIG"):
        monkeypatch.delenv(name, raising=False)
    return EngineProject(tmp_path)


def names(snapshot: Snapshot) -> list[str]:
    return [resource.name for resource in snapshot.resources]


def test_a_stack_comes_up_stays_the_same_and_is_destroyed(project: EngineProject) -> None:
    project.write('config_map("a")\nconfig_map("b", depends_on=config_map("c"))\npulumi.export("answer", 42)')
    stack, log = project.stack(), Log()
    made = operations.up(stack, DEFAULTS, log)
    assert made.ok
    assert made.changes == {"create": 5}
    assert made.outputs == {"answer": 42}
    assert log.finished_steps.index("create c") < log.finished_steps.index("create b")
    assert project.files() == [f"v1-configmap-team-{name}.yaml" for name in "abc"]
    again = operations.preview(stack, replace(DEFAULTS, expect_no_changes=True), Log())
    assert again.ok
    assert again.changes == {"same": 5}
    log = Log()
    gone = operations.destroy(stack, DEFAULTS, log)
    assert gone.changes == {"delete": 5}
    assert log.finished_steps.index("delete b") < log.finished_steps.index("delete c")
    assert stack.load().resources == []
    assert project.files() == []


def test_a_preview_changes_nothing(project: EngineProject) -> None:
    stack = project.write('config_map("a")').stack()
    outcome = operations.preview(stack, DEFAULTS, Log())
    assert ops(outcome) == {"shop-dev": ["create"], "render": ["create"], "a": ["create"]}
    assert stack.load().resources == []
    assert project.files() == []


def test_a_change_where_none_is_expected_is_not_ok(project: EngineProject) -> None:
    outcome = operations.preview(project.write("").stack(), replace(DEFAULTS, expect_no_changes=True), Log())
    assert not outcome.ok
    assert texts(outcome) == []


def test_a_preview_against_another_state_leaves_that_and_the_own_one_alone(project: EngineProject) -> None:
    stack = project.write('config_map("a", {"k": "1"})').stack()
    other = operations.up(stack, DEFAULTS, Log()).snapshot
    operations.destroy(stack, DEFAULTS, Log())
    project.write('config_map("a", {"k": "2"})')
    outcome = operations.preview(stack, DEFAULTS, Log(), against=other)
    assert ops(outcome) == {"a": ["update"]}
    assert [step.detailed_diff for step in outcome.steps if step.detailed_diff] == [{"data.k": "update"}]
    assert names(other) == ["shop-dev", "render", "a"]
    assert stack.load().resources == []


def test_a_program_can_read_what_its_stack_made_before(project: EngineProject) -> None:
    project.write(
        """
        found = pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {"stackName": pulumi.get_stack()}).value
        pulumi.export("seen", sorted(urn.rpartition("::")[2] for urn in found["outputs"]))
        config_map("a")
        """
    )
    stack = project.stack()
    first = operations.up(stack, DEFAULTS, Log())
    assert first.outputs == {"seen": []}
    everything = ["a", "default", "render", "shop-dev"]
    assert operations.preview(stack, DEFAULTS, Log()).outputs == {"seen": everything}
    operations.destroy(stack, DEFAULTS, Log())
    assert operations.preview(stack, DEFAULTS, Log(), against=first.snapshot).outputs == {"seen": everything}


def test_configuration_reaches_the_program_and_secrets_stay_secret(project: EngineProject) -> None:
    project.write(
        """
        config = pulumi.Config()
        config_map("a", {"plain": config.require("plain")})
        pulumi.export("plain", config.require("plain"))
        pulumi.export("list", config.require_object("list"))
        pulumi.export("hidden", Output.secret("hush"))
        """,
        config="{'shop:plain': red, 'shop:list': [1, {a: b}]}",
    )
    outcome = operations.up(project.stack(), DEFAULTS, Log())
    assert outcome.outputs == {"plain": "red", "list": [1, {"a": "b"}], "hidden": Secret("hush")}
    assert "hush" not in next((project.folder / ".state").rglob("dev.json")).read_text()


def test_a_tainted_resource_is_replaced(project: EngineProject) -> None:
    stack = project.write('config_map("a")\nconfig_map("b")').stack()
    snapshot = operations.up(stack, DEFAULTS, Log()).snapshot
    snapshot.resources[-1].taint = True
    stack.save(snapshot)
    outcome = operations.up(stack, DEFAULTS, Log())
    (replaced,) = [step for step in outcome.steps if step.op.value == "replace"]
    assert replaced.replace_reasons == ("id",)
    assert not any(resource.taint for resource in stack.load().resources)


def test_what_an_interrupted_run_left_is_taken_up_by_the_next(project: EngineProject) -> None:
    project.write(
        """
        config_map("a", {"k": "1"}).urn.apply(lambda _: None)
        if not Path("go").exists():
            async def slowly():
                import asyncio
                await asyncio.sleep(1.3)
                return {"k": "1"}
            config_map("b", Output.from_input(slowly())).urn.apply(lambda _: Path("pid").write_text(str(os.getpid())))
            async def forever():
                import asyncio
                await asyncio.sleep(60)
            Output.from_input(forever())
        config_map("c", {"k": "1"} if Path("go").exists() else Output.from_input(forever()))
        """
    )
    run = (
        "from pathlib import Path; from engine_project import *; from gitopssets_provider.engine import operations;"
        "operations.up(EngineProject(Path()).stack(), DEFAULTS, Log())"
    )
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    engine = subprocess.Popen(
        [sys.executable, "-c", run],
        cwd=project.folder,
        env={**os.environ, "PYTHONPATH": path},
        stderr=subprocess.DEVNULL,
    )
    pid = project.folder / "pid"
    while not (pid.exists() and pid.read_text()):
        assert engine.poll() is None
        time.sleep(0.05)
    time.sleep(0.2)
    engine.kill()
    engine.wait()
    os.kill(int(pid.read_text()), signal.SIGKILL)
    stack = project.stack()
    assert {"a", "b"} <= set(names(stack.load()))
    (project.folder / "go").touch()
    outcome = operations.up(stack, DEFAULTS, Log())
    assert outcome.ok
    assert ops(outcome) == {"c": ["create"], "b": ["delete"]}
    assert project.files() == ["v1-configmap-team-a.yaml", "v1-configmap-team-c.yaml"]


def test_an_interrupt_ends_the_program_and_keeps_what_was_done(project: EngineProject) -> None:
    project.write(
        """
        config_map("a").urn.apply(lambda _: Path("pid").write_text(str(os.getpid())))
        async def forever():
            import asyncio
            await asyncio.sleep(60)
        pulumi.export("never", Output.from_input(forever()))
        """
    )
    stack, pid = project.stack(), project.folder / "pid"

    def interrupt() -> None:
        while not (pid.exists() and pid.read_text()):
            time.sleep(0.02)
        signal.raise_signal(signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        operations.up(stack, DEFAULTS, Log())
    assert "a" in names(stack.load())
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_a_state_that_was_left_with_something_under_way_is_warned_of(project: EngineProject) -> None:
    stack = project.write('config_map("a")').stack()
    snapshot = operations.up(stack, DEFAULTS, Log()).snapshot
    snapshot.pending = [Operation(snapshot.resources[-1], "updating")]
    stack.save(snapshot)
    outcome = operations.up(stack, DEFAULTS, Log())
    assert outcome.ok
    assert "interrupted while updating" in texts(outcome, "warning")[0]
    assert stack.load().pending == []


def test_hooks_of_a_deletion_need_the_program(project: EngineProject) -> None:
    program = """
        note = pulumi.ResourceHook("note", lambda args: Path("note").write_text(args.name))
        config_map("a", hooks=pulumi.ResourceHookBinding(before_delete=[note]))
        """
    stack = project.write(program).stack()
    operations.up(stack, DEFAULTS, Log())
    refused = operations.destroy(stack, DEFAULTS, Log())
    assert not refused.ok
    assert texts(refused) == ["Resource has delete hooks registered, but the program is not running. Hooks: note"]
    assert operations.destroy(stack, replace(DEFAULTS, run_program=True), Log()).ok
    assert (project.folder / "note").read_text() == "a"
    assert stack.load().resources == []


def test_an_object_on_a_live_cluster_is_previewed_but_not_made(project: EngineProject) -> None:
    project.write('ConfigMap("a", {"k": "v"}, ResourceOptions(provider=Provider("live", context="nowhere")))')
    stack = project.stack()
    assert ops(operations.preview(stack, DEFAULTS, Log()))["a"] == ["create"]
    outcome = operations.up(stack, DEFAULTS, Log())
    assert not outcome.ok
    assert "needs the Pulumi CLI" in texts(outcome)[0]
    assert "a" not in names(stack.load())


@pytest.mark.parametrize(
    ("program", "what"),
    [
        ('pulumi.CustomResource("aws:s3:Bucket", "b", {})', "aws"),
        ('config_map("a", import_="team/a")', "an import"),
        ("pulumi.runtime.register_stack_transform(lambda args: None)", "a stack transform"),
        ('pulumi.runtime.invoke("aws:index:getRegion", {})', "the function aws:index:getRegion"),
        ('pulumi.ComponentResource("other:index:Thing", "t", {}, remote=True)', "a component of another package"),
        ('config_map("a", id="team/a")', "reading a kubernetes:core/v1:ConfigMap"),
        ('config_map("a", {"k": pulumi.StringAsset("x")})', "an asset"),
    ],
)  # fmt: skip
def test_what_only_the_cli_can_do_says_so(project: EngineProject, program: str, what: str) -> None:
    outcome = operations.preview(project.write(program).stack(), DEFAULTS, Log())
    assert not outcome.ok
    error = texts(outcome)[0]
    assert what in error
    assert "this needs the Pulumi CLI" in error


def test_two_resources_of_one_name_stop_the_run(project: EngineProject) -> None:
    stack = project.write('config_map("a")\nconfig_map("a", {"k": "2"})').stack()
    outcome = operations.up(stack, DEFAULTS, Log())
    assert not outcome.ok
    urn = "urn:pulumi:dev::shop::kubernetes:core/v1:ConfigMap::a"
    assert f"Duplicate resource URN '{urn}'; try giving it a unique name" in texts(outcome)
