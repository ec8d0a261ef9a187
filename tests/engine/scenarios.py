"""Run the steps of a scenario with an engine, and tell where two records of one step differ.

The format is explained in the header of ``recorded_scenarios.yaml``. An engine is anything with the methods of
``Engine``: the real CLI (``real_engine``) or the embedded engine (``embedded_engine``).
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import yaml
from program_generator import write_project

__all__ = ["Engine", "Workspace", "load", "run_case", "run_step"]

Record = dict[str, Any]

PROVIDERS = "::pulumi:providers:"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
NORMAL = (
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b"), "${UUID}"),
    (re.compile(r"\bpulumi-kubernetes-[0-9a-f]{8}\b"), "pulumi-kubernetes-${RANDOM}"),
    (re.compile(r"(v1-[\w/.-]*?-|/|\b[a-z]+-)(?=[0-9a-f]*\d)[0-9a-f]{8}\b"), r"\1${RANDOM}"),
)
# What the state of one resource is told of without being asked; the rest stands in ``export``.
STATE_FIELDS = (
    "urn",
    "id",
    "custom",
    "parent",
    "delete",
    "pendingReplacement",
    "external",
    "protect",
    "retainOnDelete",
    "deletedWith",
    "replaceWith",
    "dependencies",
    "additionalSecretOutputs",
    "aliases",
    "customTimeouts",
    "ignoreChanges",
    "replaceOnChanges",
    "hideDiff",
    "resourceHooks",
    "initErrors",
)


@dataclass(frozen=True)
class Workspace:
    """The folders of one scenario: the project, the state, what is rendered."""

    root: Path

    @property
    def project(self) -> Path:
        return self.root / "project"

    @property
    def state(self) -> Path:
        return self.root / "state"

    @property
    def out(self) -> Path:
        return self.root / "out"

    @property
    def backend(self) -> str:
        return f"file://{self.state}"

    def prepare(self) -> Workspace:
        for folder in (self.project, self.state, self.out):
            folder.mkdir(parents=True, exist_ok=True)
        return self

    def state_file(self, stack: str) -> Path:
        return self.state / ".pulumi" / "stacks" / "cases" / f"{stack}.json"

    def normal(self, value: Any) -> Any:
        """Return the value with what differs from run to run replaced by its name."""
        if isinstance(value, str):
            value = value.replace(str(self.out), "${OUT}").replace(str(self.root), "${ROOT}")
            for pattern, name in NORMAL:
                value = pattern.sub(name, value)
            return value
        if isinstance(value, list):
            return [self.normal(item) for item in value]
        if isinstance(value, dict):
            return {self.normal(key): self.normal(item) for key, item in value.items()}
        return value


class Engine(Protocol):
    """What can run a project: each method speaks of the stack in the workspace's backend."""

    def create(self, workspace: Workspace, stack: str) -> None:
        """Make the stack unless it is there."""

    def preview(self, workspace: Workspace, stack: str, arguments: list[str]) -> tuple[bool, Record]:
        """Return whether it went well, and Pulumi's preview digest."""

    def apply(self, workspace: Workspace, stack: str, arguments: list[str], *, destroy: bool) -> Record:
        """Return ok, order, changes and diagnostics of an update (or a destroy)."""

    def export(self, workspace: Workspace, stack: str) -> Record:
        """Return ``{version, deployment}`` with the secrets in plain text."""


def load(path: Path) -> list[Record]:
    """Read cases."""
    cases: list[Record] = yaml.load(path.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return cases


def run_case(engine: Engine, case: Record, root: Path) -> list[Record]:
    """Run all steps of a case in a folder of its own, and return the record of each."""
    workspace = Workspace(root).prepare()
    return [run_step(engine, workspace, step) for step in case["steps"]]


def run_step(engine: Engine, workspace: Workspace, step: Record) -> Record:
    """Run one step (preview, then up or destroy) and return its record."""
    want, stack = step["want"], step.get("stack", "s")
    write_project(workspace.project, want, out=workspace.out, stack=stack)
    engine.create(workspace, stack)
    change_world(workspace, stack, step.get("before") or {})
    arguments = [str(argument) for argument in want.get("args") or []]
    record: Record = {}
    ok, digest = engine.preview(workspace, stack, arguments)
    record["preview"] = preview_record(workspace, ok, digest)
    if step.get("previewOnly"):
        return record
    took_hooks(workspace, record["preview"])
    applied = engine.apply(workspace, stack, arguments, destroy=bool(want.get("destroy")))
    record["upChanges"] = applied["changes"]
    record["up"] = {"ok": applied["ok"], "order": workspace.normal(applied["order"])}
    if diagnostics := list(messages(workspace, applied["diagnostics"])):
        record["up"]["diagnostics"] = diagnostics
    took_hooks(workspace, record["up"])
    export = workspace.normal(engine.export(workspace, stack))
    record.update(after(workspace, export))
    return record


def after(workspace: Workspace, export: Record) -> Record:
    """Return the files and the state after a step."""
    found = [path for path in sorted(workspace.out.parent.glob("out*/**/*")) if path.is_file()]
    names = {str(path.relative_to(workspace.out.parent)).removeprefix("out/"): path for path in found}
    resources = export["deployment"].get("resources") or []
    return {
        "files": sorted(map(workspace.normal, names)),
        "contents": {workspace.normal(name): workspace.normal(path.read_text()) for name, path in names.items()},
        "state": [state_record(resource) for resource in resources if PROVIDERS not in resource["urn"]],
        "export": export_record(export),
    }


def change_world(workspace: Workspace, stack: str, change: Record) -> None:
    """Do to the files and the state what happened between two runs."""
    for name in change.get("removeFiles") or []:
        (workspace.out / name).unlink()
    for name in change.get("removeFolders") or []:
        shutil.rmtree(workspace.out / name)
    for name, text in (change.get("writeFiles") or {}).items():
        (workspace.out / name).parent.mkdir(parents=True, exist_ok=True)
        (workspace.out / name).write_text(text)
    if "pending" not in change:
        return
    path = workspace.state_file(stack)
    state = json.loads(path.read_text())
    latest = state["checkpoint"]["latest"]
    resources = {resource["urn"]: resource for resource in latest.get("resources") or []}
    latest["pending_operations"] = [
        {"resource": operation.get("resource") or resources[operation["urn"]], "type": operation["type"]}
        for operation in change["pending"]
    ]
    path.write_text(json.dumps(state))


def preview_record(workspace: Workspace, ok: bool, digest: Record) -> Record:
    """Return what a record keeps of a preview digest."""
    steps = [step_record(step) for step in digest.get("steps") or []]
    record: Record = {"ok": ok, "changeSummary": digest.get("changeSummary") or {}, "steps": []}
    record["steps"] = [step for step in steps if not (step["op"] == "same" and PROVIDERS in step["urn"])]
    if diagnostics := list(messages(workspace, digest.get("diagnostics") or [])):
        record["diagnostics"] = diagnostics
    return record


def step_record(step: Record) -> Record:
    record = {"op": step["op"], "urn": step["urn"]}
    for field in ("diffReasons", "replaceReasons"):
        if step.get(field):
            record[field] = sorted(step[field])
    if step.get("detailedDiff"):
        record["detailedDiff"] = {
            path: diff["kind"] + (" (input)" if diff.get("inputDiff") else "")
            for path, diff in step["detailedDiff"].items()
        }
    return record


def messages(workspace: Workspace, diagnostics: Iterable[Record]) -> Iterator[str]:
    """Yield the warnings and errors; of a traceback only the last line, for the rest names machine and code."""
    for diagnostic in diagnostics:
        text = re.sub(r"<\{%.*?%\}>", "", diagnostic["message"]).strip()
        text = text.removeprefix(f"{diagnostic['severity']}:").strip()
        if diagnostic["severity"] not in ("warning", "error"):
            continue
        if "Traceback (most recent call last)" in text:
            text = f"{text.splitlines()[0]} ... {text.splitlines()[-1]}"
        yield workspace.normal(f"{diagnostic['severity']}: {text}")


def took_hooks(workspace: Workspace, record: Record) -> None:
    """Put what the hooks of the program wrote into the record."""
    log = workspace.project / "hooks.log"
    if log.exists():
        record["hooks"] = log.read_text().splitlines()
        log.unlink()


def state_record(resource: Record) -> Record:
    resource = in_order(resource)
    return {field: resource[field] for field in STATE_FIELDS if resource.get(field)}


def in_order(resource: Record) -> Record:
    """Return a resource with its dependencies in one order; the engine keeps them in sets."""
    ordered = {key: sorted(resource[key]) for key in ("dependencies",) if resource.get(key)}
    if properties := resource.get("propertyDependencies"):
        ordered["propertyDependencies"] = {key: sorted(urns or []) for key, urns in properties.items()}
    return {**resource, **ordered}


def export_record(export: Record) -> Record:
    """Return an export without source positions, and with names for times, salts and magic numbers."""
    deployment = dict(export["deployment"])
    deployment["manifest"] = {**deployment["manifest"], "time": "${TIME}", "magic": "${RANDOM}"}
    providers = deployment.get("secrets_providers")
    if providers and "salt" in (providers.get("state") or {}):
        deployment["secrets_providers"] = {**providers, "state": {"salt": "${RANDOM}"}}
    resources = deployment.get("resources") or []
    if resources:
        deployment["resources"] = [stored_record(resource) for resource in resources]
    if pending := deployment.get("pending_operations"):
        deployment["pending_operations"] = [
            {**operation, "resource": stored_record(operation["resource"])} for operation in pending
        ]
    return {**export, "deployment": deployment}


def stored_record(resource: Record) -> Record:
    kept = {key: value for key, value in in_order(resource).items() if key not in ("sourcePosition", "stackTrace")}
    return {**kept, **dict.fromkeys([key for key in ("created", "modified") if key in kept], "${TIME}")}


def in_scratch(engine: Engine, case: Record) -> list[Record]:
    """Run a case in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        return run_case(engine, case, Path(folder))
