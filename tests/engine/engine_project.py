"""A project with a small program, for tests that run it with the embedded engine."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from pathlib import Path

from gitopssets_provider.engine.operations import RunOptions
from gitopssets_provider.engine.project import load_project
from gitopssets_provider.engine.stack import Stack, open_stack
from gitopssets_provider.engine.step import Diagnostic, Op, Outcome, Step

__all__ = ["DEFAULTS", "EngineProject", "Log", "ops", "texts"]

DEFAULTS = RunOptions()
_PRELUDE = """
import json, os, sys, time
from pathlib import Path
import pulumi
from pulumi import Output, ResourceOptions

class Provider(pulumi.ProviderResource):
    def __init__(self, name, opts=None, **config):
        values = {"clusterIdentifier": "test", "enableConfigMapMutable": "true", **config}
        super().__init__("kubernetes", name, {key: value for key, value in values.items() if value is not None}, opts)

class ConfigMap(pulumi.CustomResource):
    data: Output
    def __init__(self, name, data, opts=None):
        metadata = {"name": name, "namespace": "team"}
        content = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}
        super().__init__("kubernetes:core/v1:ConfigMap", name, content, opts)

render = Provider("render", renderYamlToDirectory=str(Path.cwd() / "out"))

def config_map(name, data=None, **options):
    return ConfigMap(name, data or {"k": "v"}, ResourceOptions(**{"provider": render, **options}))
"""


@dataclass
class Log:
    """Hears a run."""

    finished_steps: list[str] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def started(self, step: Step) -> None:
        pass

    def finished(self, step: Step, error: str = "") -> None:
        self.finished_steps.append(f"{'FAILED ' if error else ''}{step.op.value} {step.urn.rpartition('::')[2]}")

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        self.diagnostics.append(diagnostic)


@dataclass(frozen=True)
class EngineProject:
    """A project in a folder; its program is written anew for each run."""

    folder: Path

    def write(self, program: str, *, runtime: str = "python", config: str = "{}") -> EngineProject:
        (self.folder / "Pulumi.yaml").write_text(f"name: shop\nruntime: {runtime}\n")
        stack = self.folder / "Pulumi.dev.yaml"
        if not stack.exists():
            stack.write_text(f"config: {config}\n")
        (self.folder / "__main__.py").write_text(_PRELUDE + textwrap.dedent(program))
        return self

    def stack(self) -> Stack:
        return open_stack(load_project(self.folder / "Pulumi.yaml"), "dev", create=True)

    def files(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "out").rglob("*.yaml"))


def ops(outcome: Outcome) -> dict[str, list[str]]:
    """Return what is done to each resource that does not stay the same, by the last part of its URN."""
    found: dict[str, list[str]] = {}
    for step in outcome.steps:
        if step.op is not Op.SAME:
            found.setdefault(step.urn.rpartition("::")[2], []).append(step.op.value)
    return found


def texts(outcome: Outcome, *severities: str) -> list[str]:
    """Return the messages of a run."""
    return [item.message.strip() for item in outcome.diagnostics if item.severity in (severities or ("error",))]
