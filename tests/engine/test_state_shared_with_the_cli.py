"""State, secrets, configuration and locks that the real CLI and the embedded engine hand to each other."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gitopssets_provider.engine.project import load_project
from gitopssets_provider.engine.resource import Operation, Resource
from gitopssets_provider.engine.stack import Stack, open_stack
from gitopssets_provider.engine.values import Secret
from gitopssets_provider.errors import StackError

MISSING = [name for name in ("pulumi", "pulumi-language-python") if shutil.which(name) is None]
pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(bool(MISSING), reason=f"no {', '.join(MISSING)} on PATH"),
]

PROJECT = f"""\
name: shop
runtime:
  name: python
  options: {{toolchain: pip, virtualenv: {sys.prefix}}}
config:
  count: 1
  aws:region: us
  zones: {{type: array, items: {{type: string}}, default: [a]}}
"""
PROGRAM = """\
import os, pathlib, pulumi
pathlib.Path("config.txt").write_text(os.environ["PULUMI_CONFIG"])
pathlib.Path("keys.txt").write_text(os.environ["PULUMI_CONFIG_SECRET_KEYS"])
pulumi.ComponentResource("t:index:Set", "set", {"name": "set"}).register_outputs({"objects": 3})
pulumi.export("numbers", [1, 1.5, 1e-5, 1e21, 12345678901234567890])
pulumi.export("text", "<&> é")
pulumi.export("hush", pulumi.Output.secret({"a<b": [True, None]}))
"""
LOCKING_PROGRAM = """\
import pathlib
from gitopssets_provider.engine.project import find_project
from gitopssets_provider.engine.stack import open_stack
from gitopssets_provider.errors import StackError
try:
    with open_stack(find_project(), "dev").lock():
        pathlib.Path("refusal.txt").write_text("locked twice")
except StackError as error:
    pathlib.Path("refusal.txt").write_text(str(error))
"""
SLEEPING_PROGRAM = """\
import os, pathlib, time
pathlib.Path("pids").write_text(f"{os.getpid()} {os.getppid()}")
pathlib.Path("pids").rename("pids.txt")
time.sleep(60)
"""


@dataclass
class Place:
    """A project with a file backend, for both engines."""

    folder: Path

    def pulumi(self, *arguments: str, check: bool = True, **environment: str) -> str:
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=self.folder,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def stack(self, *, create: bool = False) -> Stack:
        return open_stack(load_project(self.folder / "Pulumi.yaml"), "dev", create=create)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    for name in [name for name in os.environ if name.startswith("PULUMI_") and name != "PULUMI_HOME"]:
        monkeypatch.delenv(name)
    (tmp_path / "state").mkdir()
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "Pulumi.yaml").write_text(PROJECT)
    (tmp_path / "project" / "__main__.py").write_text(PROGRAM)
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path}/state")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "open sesame")
    monkeypatch.setenv("PULUMI_SKIP_UPDATE_CHECK", "true")
    return Place(tmp_path / "project")


def test_the_cli_goes_on_with_a_stack_that_we_made_and_we_with_what_it_did(place: Place) -> None:
    place.stack(create=True)
    place.pulumi("config", "set", "--secret", "--path", "nested.list[0]", "deep", "--stack", "dev")
    place.pulumi("up", "--yes", "--skip-preview", "--stack", "dev")

    stack = place.stack()
    assert stack.configuration.values("shop")["nested"] == {"list": [Secret("deep")]}
    snapshot = stack.load()
    assert snapshot.resources[0].outputs["hush"] == Secret({"a<b": [True, None]})
    before = place.pulumi("stack", "export", "--stack", "dev", "--show-secrets")

    with stack.lock():
        stack.save(snapshot)
    stack.record("update", ok=True, started=time.time(), changes={"same": 2})
    after = place.pulumi("stack", "export", "--stack", "dev", "--show-secrets")
    assert [line for line in after.splitlines() if '"time"' not in line] == [
        line for line in before.splitlines() if '"time"' not in line
    ]
    place.pulumi("preview", "--expect-no-changes", "--stack", "dev")
    history = json.loads(place.pulumi("stack", "history", "--json", "--stack", "dev"))
    assert [update["resourceChanges"] for update in history] == [{"same": 2}, {"create": 2}]


def test_an_export_is_the_clis_byte_for_byte(place: Place) -> None:
    place.pulumi("stack", "init", "dev")
    place.pulumi("up", "--yes", "--skip-preview", "--stack", "dev")
    assert place.stack().export() == place.pulumi("stack", "export", "--stack", "dev")
    assert place.stack().export(show_secrets=True) == place.pulumi(
        "stack", "export", "--show-secrets", "--stack", "dev"
    )


def test_a_program_is_handed_the_same_configuration(place: Place) -> None:
    place.pulumi("stack", "init", "dev")
    place.pulumi("config", "set", "--secret", "hush", "a & b", "--stack", "dev")
    salt_and_secret = (place.folder / "Pulumi.dev.yaml").read_text()
    (place.folder / "Pulumi.dev.yaml").write_text(
        salt_and_secret.replace(
            "config:\n",
            "config:\n  # odd ones\n  no: no\n  octal: 010\n  shop:exp: 1e3\n  tiny: 0.00001\n  big: 1e22\n"
            "  day: 2001-01-01\n  time: 2001-01-01T10:00:00.5+02:00\n  nothing:\n  yes: true\n  null_text: 'null'\n"
            '  obj: {x: [1, {y: null}], on: yes, "<": 1.0, 1: true, big: 1e7, d: 2001-01-01}\n  u: 1_000\n  p: +5\n',
        )
    )
    place.pulumi("preview", "--stack", "dev")
    payload = place.stack().configuration.payload()
    assert payload["PULUMI_CONFIG"] == (place.folder / "config.txt").read_text()
    assert json.loads(payload["PULUMI_CONFIG_SECRET_KEYS"]) == json.loads((place.folder / "keys.txt").read_text())


def test_each_engine_respects_the_lock_of_the_other(place: Place) -> None:
    place.stack(create=True)
    with place.stack().lock():
        assert "the stack is currently locked" in place.pulumi("up", "--yes", "--stack", "dev", check=False)
    (place.folder / "__main__.py").write_text(LOCKING_PROGRAM)
    place.pulumi("up", "--yes", "--skip-preview", "--stack", "dev")
    refusal = (place.folder / "refusal.txt").read_text()
    assert "the stack is locked by " in refusal
    with place.stack().lock() as notes:
        assert notes == ()


def test_a_killed_run_of_the_cli_does_not_lock_us_out(place: Place) -> None:
    place.stack(create=True)
    (place.folder / "__main__.py").write_text(SLEEPING_PROGRAM)
    run = subprocess.Popen(["pulumi", "up", "--yes", "--skip-preview", "--stack", "dev"], cwd=place.folder)
    pids = place.folder / "pids.txt"
    while not pids.exists():
        time.sleep(0.05)
    run.kill()
    run.wait()
    for pid in pids.read_text().split():
        os.kill(int(pid), signal.SIGKILL)
    with place.stack().lock() as (note,):
        assert "removed the lock of" in note


def test_both_read_what_the_other_compressed(place: Place) -> None:
    place.pulumi("stack", "init", "dev", PULUMI_DIY_BACKEND_GZIP="true")
    stack = place.stack()
    assert stack.backend.state_file(stack.reference).suffix == ".gz"  # type: ignore[union-attr]
    assert stack.load().resources == []
    os.environ["PULUMI_DIY_BACKEND_GZIP"] = "1"
    place.stack().save(stack.load())
    del os.environ["PULUMI_DIY_BACKEND_GZIP"]
    assert json.loads(place.pulumi("stack", "export", "--stack", "dev"))["version"] == 3


def test_the_cli_sees_an_operation_that_was_cut_off(place: Place) -> None:
    place.pulumi("stack", "init", "dev")
    place.pulumi("up", "--yes", "--skip-preview", "--stack", "dev")
    stack = place.stack()
    snapshot = stack.load()
    cut = Resource("urn:pulumi:dev::shop::t:index:Other::other", "t:index:Other", inputs={"a": Secret(1)})
    snapshot.pending.append(Operation(cut, "creating"))
    stack.save(snapshot)
    exported: dict[str, Any] = json.loads(place.pulumi("stack", "export", "--show-secrets", "--stack", "dev"))
    (operation,) = exported["deployment"]["pending_operations"]
    assert (operation["type"], operation["resource"]["inputs"]["a"]["plaintext"]) == ("creating", "1")
    assert stack.load().pending[0].resource == cut


def test_a_wrong_passphrase_stops_both(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.pulumi("stack", "init", "dev")
    place.pulumi("up", "--yes", "--skip-preview", "--stack", "dev")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "wrong")
    assert "incorrect passphrase" in place.pulumi("stack", "export", "--show-secrets", "--stack", "dev", check=False)
    with pytest.raises(StackError, match="incorrect passphrase"):
        place.stack().load()


def test_a_stack_that_we_remove_is_gone_for_the_cli(place: Place) -> None:
    place.pulumi("stack", "init", "dev")
    place.stack().remove()
    assert "no stack named 'dev' found" in place.pulumi("stack", "export", "--stack", "dev", check=False)
