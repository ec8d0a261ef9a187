"""The embedded engine as an engine of scenarios, driven as the command line drives it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from scenarios import Record, Workspace

from gitopssets_provider.engine import operations
from gitopssets_provider.engine.project import load_project
from gitopssets_provider.engine.stack import Stack, open_stack
from gitopssets_provider.engine.step import Diagnostic, Op, Step
from gitopssets_provider.report.digest import digest

__all__ = ["EmbeddedEngine"]


@dataclass
class Ear:
    """Notes what finished, in its order."""

    order: list[str] = field(default_factory=list)

    def started(self, step: Step) -> None:
        pass

    def finished(self, step: Step, error: str = "") -> None:
        if step.op is not Op.SAME:
            self.order.append(f"{'FAILED ' if error else ''}{step.op.value} {step.urn}")

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        pass


class EmbeddedEngine:
    """The engine of this package, in this process; the program runs in its own."""

    def create(self, workspace: Workspace, stack: str) -> None:
        with opened(workspace, stack, create=True):
            pass

    def preview(self, workspace: Workspace, stack: str, arguments: list[str]) -> tuple[bool, Record]:
        with opened(workspace, stack) as subject:
            outcome = operations.preview(subject, options(arguments), Ear())
        return outcome.ok, json.loads(digest(outcome, {}, str, show_sames=True))

    def apply(self, workspace: Workspace, stack: str, arguments: list[str], *, destroy: bool) -> Record:
        ear = Ear()
        with opened(workspace, stack) as subject:
            outcome = (operations.destroy if destroy else operations.up)(subject, options(arguments), ear)
        diagnostics = [{"severity": item.severity, "message": item.message} for item in outcome.diagnostics]
        return {"ok": outcome.ok, "order": ear.order, "changes": outcome.changes, "diagnostics": diagnostics}

    def export(self, workspace: Workspace, stack: str) -> Record:
        with opened(workspace, stack) as subject:
            exported: Record = json.loads(subject.export(show_secrets=True))
        return exported


def options(arguments: list[str]) -> operations.RunOptions:
    words = iter(arguments)
    targets = []
    flags = {"--expect-no-changes": False, "--target-dependents": False}
    for word in words:
        if word == "--target":
            targets.append(next(words))
        elif word in flags:
            flags[word] = True
        else:
            raise ValueError(f"the embedded engine has no {word}")
    return operations.RunOptions(
        targets=tuple(targets),
        target_dependents=flags["--target-dependents"],
        expect_no_changes=flags["--expect-no-changes"],
    )


@contextmanager
def opened(workspace: Workspace, stack: str, *, create: bool = False) -> Iterator[Stack]:
    """Open a stack with an environment like that of the real engine's runs."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith(("PULUMI_", "KUBE"))]:
        del os.environ[name]
    os.environ |= {
        "HOME": str(workspace.root),
        "PULUMI_BACKEND_URL": workspace.backend,
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    try:
        yield open_stack(load_project(workspace.project / "Pulumi.yaml"), stack, create=create)
    finally:
        os.environ.clear()
        os.environ |= before
