"""The commands that run a stack, in a real project, on the embedded engine."""

import json
import signal
import subprocess
import sys
import time

import pytest

SET = """\
apiVersion: gitopssets/v1
kind: GitOpsSet
metadata: {name: podinfo}
spec:
  generators:
    - git: {repository: ., files: ["environments/*.yaml"]}
  templates:
    - content:
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: "podinfo-{{ env }}", namespace: podinfo}
        data: {region: "{{ region }}", token: "{{ secrets.token }}"}
"""
CONFIG = """\
config:
  gitopssets:sets: sets/*.yaml
  gitopssets:render: rendered
  gitopssets:secrets: {token: hush-hush-hush}
"""
PROGRAM = """\
import pulumi
from gitopssets_provider import deploy
deploy()
pulumi.export("answer", 42)
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    for name, text in {
        "Pulumi.yaml": "name: app\nruntime: python\n",
        "Pulumi.dev.yaml": CONFIG,
        "__main__.py": PROGRAM,
        "sets/podinfo.yaml": SET,
        "environments/eu.yaml": "{env: eu, region: eu-west-1}\n",
        "environments/us.yaml": "{env: us, region: us-east-1}\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PULUMI_BACKEND_URL", raising=False)
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "")
    return tmp_path


def rendered(project):
    return sorted(path.name for path in (project / "rendered").rglob("*.yaml"))


def test_a_stack_is_previewed_applied_changed_and_destroyed(project, call):
    new = call("preview", "--stack", "dev")
    assert (new.status, rendered(project)) == (0, [])
    assert new.out.splitlines() == [
        "podinfo   new set: 2 elements, 2 objects from environments/*.yaml",
        "  + ConfigMap podinfo/podinfo-eu     from environments/eu.yaml",
        "  + ConfigMap podinfo/podinfo-us     from environments/us.yaml",
        "other resources",
        "  + Provider render@default",
        "outputs",
        "  + answer: 42",
        "3 to create, 0 unchanged; nothing has happened yet",
    ]
    assert "hush" not in new.out + new.err

    done = call("up", "--stack", "dev", "--yes")
    assert done.status == 0
    assert done.out.splitlines()[-2].startswith("3 created, 0 unchanged in ")
    assert done.out.splitlines()[-1] == "rendered manifests: rendered/default"
    files = ["v1-configmap-podinfo-podinfo-eu.yaml", "v1-configmap-podinfo-podinfo-us.yaml"]
    assert rendered(project) == files
    assert "hush" not in done.out + done.err
    assert call("preview", "-s", "dev", "--expect-no-changes").out == (
        "no changes, 3 unchanged; nothing has happened yet\n"
    )

    (project / "environments" / "us.yaml").unlink()
    (project / "environments" / "de.yaml").write_text("{env: de, region: eu-central-1}\n")
    (project / "environments" / "eu.yaml").write_text("{env: eu, region: eu-west-2}\n")
    assert call("preview", "-s", "dev").out.splitlines()[1:] == [
        "  + ConfigMap podinfo/podinfo-de     environments/de.yaml is new",
        "  ~ ConfigMap podinfo/podinfo-eu     data.region: eu-west-1 -> eu-west-2   (environments/eu.yaml changed)",
        "  - ConfigMap podinfo/podinfo-us     no longer generated: environments/us.yaml is gone",
        "1 to create, 1 to update, 1 to delete, 1 unchanged; nothing has happened yet",
    ]

    gone = call("destroy", "-s", "dev", "--yes")
    assert gone.status == 0
    assert gone.out.splitlines()[-1].startswith("3 deleted, 0 unchanged in ")
    assert rendered(project) == []


def test_a_diff_is_shown_in_colour_when_asked_for(project, call):
    call("up", "-s", "dev", "-y")
    (project / "environments" / "eu.yaml").write_text("{env: eu, region: eu-west-2}\n")
    lines = call("preview", "-s", "dev", "--diff", "--color", "always").out.splitlines()
    assert "      \x1b[31m-   region: eu-west-1\x1b[0m" in lines
    assert "      \x1b[32m+   region: eu-west-2\x1b[0m" in lines


def test_json_is_pulumis_digest(project, call):
    done = call("preview", "-s", "dev", "--json")
    assert done.status == 0
    assert {(step["op"], step["urn"].split("::")[-1]) for step in done.json["steps"]} == {
        ("create", "app-dev"),
        ("create", "render@default"),
        ("create", "podinfo"),
        ("create", "podinfo/podinfo/podinfo-eu"),
        ("create", "podinfo/podinfo/podinfo-us"),
    }
    assert done.json["changeSummary"] == {"create": 5}
    assert done.json["config"]["gitopssets:secrets"] == "[secret]"
    assert "hush" not in done.out


def test_a_definition_at_fault_is_told_without_a_traceback_and_changes_nothing(project, call):
    call("up", "-s", "dev", "-y")
    (project / "sets" / "podinfo.yaml").write_text(SET.replace("{{ region }}", "{{ regoin }}"))
    for command in (["preview"], ["up", "--yes"]):
        done = call(*command, "-s", "dev")
        assert (done.status, done.out) == (1, "")
        assert done.err.startswith('sets/podinfo.yaml: spec.templates[0].content.data.region: "regoin" is not known')
        assert len(done.err.splitlines()) == 1
    assert len(rendered(project)) == 2


def test_a_change_where_none_is_expected_fails(project, call):
    done = call("preview", "-s", "dev", "--expect-no-changes")
    assert done.status == 1
    assert done.err.splitlines()[-1] == "no changes were expected but changes were proposed"


def test_an_export_of_another_backend_can_be_compared_with(project, call):
    call("up", "-s", "dev", "-y")
    (project / "export.json").write_text(call("state", "export", "-s", "dev").out)
    call("destroy", "-s", "dev", "-y")
    done = call("preview", "-s", "dev", "--against", "export.json")
    assert done.out == "no changes, 3 unchanged; nothing has happened yet\n"
    assert done.err.startswith("compared with export.json: inputs only")


def test_a_run_can_be_confined_to_a_resource(project, call):
    call("up", "-s", "dev", "-y")
    for name in ("eu", "us"):
        (project / "environments" / f"{name}.yaml").write_text(f"{{env: {name}, region: mars}}\n")
    urn = "urn:pulumi:dev::app::gitopssets:index:GitOpsSet$kubernetes:core/v1:ConfigMap::podinfo/podinfo/podinfo-eu"
    done = call("preview", "-s", "dev", "--target", urn)
    assert "data.region: eu-west-1 -> mars" in done.out
    assert done.out.splitlines()[-1].startswith("1 to update, ")


@pytest.mark.parametrize("command", ["up", "destroy"])
def test_where_nobody_can_answer_nothing_is_asked(project, call, command):
    done = call(command, "-s", "dev")
    assert (done.status, done.out) == (2, "")
    assert done.err == "nobody is there to say yes: the input is no terminal; say --yes\n"
    assert call(command, "-s", "dev", "--json").status == 2


@pytest.mark.parametrize(("answer", "files"), [("y", 2), ("n", 0), ("", 0)])
def test_the_preview_is_shown_before_the_question(project, call, monkeypatch, answer, files):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: answer)
    done = call("up", "-s", "dev")
    assert done.status == 0
    assert "nothing has happened yet\n" in done.out
    assert len(rendered(project)) == files


def test_an_up_that_is_interrupted_is_completed_by_the_next(project, call):
    slow = "import time\n" + PROGRAM + 'import sys; print("registered", flush=True); time.sleep(30)\n'
    (project / "__main__.py").write_text(slow)
    command = [sys.executable, "-m", "gitopssets_provider", "up", "-s", "dev", "--yes"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 20
    while len(rendered(project)) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in out + err
    (project / "__main__.py").write_text(PROGRAM)
    done = call("up", "-s", "dev", "--yes")
    assert done.status == 0
    assert call("preview", "-s", "dev", "--expect-no-changes").status == 0


def test_a_stack_is_run_from_any_folder_of_its_project(project, call, monkeypatch):
    monkeypatch.chdir(project / "sets")
    done = call("up", "-s", "dev", "-y")
    assert done.out.splitlines()[-1] == "rendered manifests: ../rendered/default"
    assert len(rendered(project)) == 2
    assert call("destroy", "-s", "dev", "-y").status == 0
    assert rendered(project) == []


def test_a_damaged_state_is_never_overwritten(project, call):
    call("up", "-s", "dev", "-y")
    (state,) = (project / ".state").rglob("stacks/app/dev.json")
    state.write_text(state.read_text()[:-20])
    before = state.read_bytes()
    for command in ("preview", "up", "destroy"):
        done = call(command, "-s", "dev", *([] if command == "preview" else ["-y"]))
        assert done.status == 1
        assert str(state) in done.err
    assert state.read_bytes() == before


def test_the_json_of_a_failed_run_names_the_error_too(project, call):
    (project / "sets" / "podinfo.yaml").write_text("kind: GitOpsSet\n")
    done = call("preview", "-s", "dev", "--json")
    assert done.status == 1
    assert any(item["severity"] == "error" for item in json.loads(done.out)["diagnostics"])
    assert "sets/podinfo.yaml" in done.err


def test_a_program_is_told_of_fixtures_and_of_being_offline(project, call, monkeypatch):
    for variable in ("GITOPSSETS_FIXTURES", "GITOPSSETS_OFFLINE"):
        monkeypatch.setenv(variable, "")  # so that what the command leaves there is gone after the test
    (project / "sets" / "podinfo.yaml").write_text(SET.replace("repository: .", "repository: https://git.test/envs"))
    (project / "answers.yaml").write_text(
        """\
gitRepositories:
  - url: https://git.test/envs
    files: {environments/eu.yaml: "{env: eu, region: eu-west-1}"}
"""
    )
    offline = call("preview", "-s", "dev", "--offline")
    assert offline.status == 1
    assert "https://git.test/envs" in offline.err + offline.out
    answered = call("preview", "-s", "dev", "--offline", "--fixtures", "answers.yaml")
    assert (answered.status, "podinfo/podinfo-eu" in answered.out) == (0, True)
