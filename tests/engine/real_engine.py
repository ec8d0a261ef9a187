"""The real Pulumi CLI as an engine of scenarios."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scenarios import Record, Workspace

__all__ = ["RealEngine", "missing"]

NEEDED = ("pulumi", "pulumi-language-python", "pulumi-language-python-exec", "pulumi-resource-kubernetes")


def missing() -> str:
    """Say what a comparison with the real engine lacks on this machine; nothing when it can be made."""
    absent = [name for name in NEEDED if shutil.which(name) is None]
    return f"no {', '.join(absent)} on PATH" if absent else ""


@dataclass
class RealEngine:
    """``pulumi`` on PATH, with a file backend, an empty passphrase and no cluster in sight."""

    environment: dict[str, str] = field(default_factory=dict)

    def run(self, workspace: Workspace, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("PULUMI_", "KUBE"))}
        environment |= {
            "HOME": str(workspace.root),
            "PULUMI_BACKEND_URL": workspace.backend,
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_DEBUG_COMMANDS": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_HOME": os.environ.get("PULUMI_HOME", str(Path.home() / ".pulumi")),
            "PULUMI_IGNORE_AMBIENT_PLUGINS": "true",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PYTHONDONTWRITEBYTECODE": "1",
            **self.environment,
        }
        command = ["pulumi", *arguments, "--non-interactive"]
        return subprocess.run(
            command, cwd=workspace.project, env=environment, capture_output=True, text=True, timeout=300, check=False
        )

    def create(self, workspace: Workspace, stack: str) -> None:
        if not workspace.state_file(stack).exists():
            self.run(workspace, "stack", "init", stack, "--no-select").check_returncode()

    def preview(self, workspace: Workspace, stack: str, arguments: list[str]) -> tuple[bool, Record]:
        done = self.run(workspace, "preview", "--json", "--show-sames", "--stack", stack, *arguments)
        if not done.stdout.strip():
            return False, {"diagnostics": [{"severity": "error", "message": done.stderr}]}
        return done.returncode == 0, json.loads(done.stdout)

    def apply(self, workspace: Workspace, stack: str, arguments: list[str], *, destroy: bool) -> Record:
        log = workspace.root / "events.json"
        log.unlink(missing_ok=True)
        command = ["destroy" if destroy else "up", "--yes", "--skip-preview", "--stack", stack]
        done = self.run(workspace, *command, "--event-log", str(log), *arguments)
        events = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        record: Record = {"ok": done.returncode == 0, "order": [], "changes": {}, "diagnostics": []}
        for event in events:
            heard(record, event)
        if not events:
            record["diagnostics"] = [{"severity": "error", "message": done.stderr}]
        return record

    def export(self, workspace: Workspace, stack: str) -> Record:
        done = self.run(workspace, "stack", "export", "--show-secrets", "--stack", stack)
        done.check_returncode()
        exported: Record = json.loads(done.stdout)
        return exported


def heard(record: Record, event: dict[str, Any]) -> None:
    """Take one engine event into the record of an update."""
    if done := event.get("resOutputsEvent"):
        step = done["metadata"]
        if step["op"] != "same":
            record["order"].append(f"{step['op']} {step['urn']}")
    elif failed := event.get("resOpFailedEvent"):
        record["order"].append(f"FAILED {failed['metadata']['op']} {failed['metadata']['urn']}")
    elif summary := event.get("summaryEvent"):
        record["changes"] = summary["resourceChanges"]
    elif (message := event.get("diagnosticEvent")) and not message.get("ephemeral"):
        record["diagnostics"].append(message)
