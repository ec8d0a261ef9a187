"""Runs of the embedded engine as the commands make them: show, ask, do, show again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from gitopssets_provider.cli.confirmation import confirm
from gitopssets_provider.cli.options import RunFlags
from gitopssets_provider.cli.showing import Showing
from gitopssets_provider.cli.terminal import activity
from gitopssets_provider.cli.watching import Watch
from gitopssets_provider.engine import operations
from gitopssets_provider.engine.operations import RunOptions
from gitopssets_provider.engine.resource import Snapshot
from gitopssets_provider.engine.stack import Stack
from gitopssets_provider.engine.step import Op, Outcome

__all__ = ["Runs"]


@dataclass(frozen=True, slots=True)
class Runs:
    """What one command line asks of the engine, and how it wants to see it."""

    stack: Stack
    flags: RunFlags
    expect_no_changes: bool = False

    def preview(self, *, against: Snapshot | None = None) -> int:
        """Show what `up` would do."""
        outcome, _ = self._run(
            "preview", lambda watch: operations.preview(self.stack, self._options, watch, against=against)
        )
        self._showing.show(outcome, applied=False)
        return _status(outcome)

    def up(self, *, ask: bool) -> int:
        """Make the stack what its program says."""
        if ask:
            outcome, _ = self._run("preview", lambda watch: operations.preview(self.stack, self._options, watch))
            self._showing.show(outcome, applied=False)
            if not outcome.ok or not _changes(outcome):
                return _status(outcome)
            if not confirm(f"Do this to {self.stack.name}?"):
                click.echo("nothing was done", err=True)
                return 0
        outcome = self._apply("up", lambda watch: operations.up(self.stack, self._options, watch))
        if outcome.ok and not self.flags.as_json:
            for folder in _rendered(outcome.snapshot):
                click.echo(f"rendered manifests: {folder}")
        return _status(outcome)

    def destroy(self, *, ask: bool) -> int:
        """Delete what the stack has made."""
        if ask:
            outcome, _ = self._run(
                "preview", lambda watch: operations.preview_destroy(self.stack, self._options, watch)
            )
            self._showing.show(outcome, applied=False)
            if not outcome.ok or not _changes(outcome):
                return _status(outcome)
            if not confirm(f"Delete all of this from {self.stack.name}?"):
                click.echo("nothing was done", err=True)
                return 0
        return _status(self._apply("destroy", lambda watch: operations.destroy(self.stack, self._options, watch)))

    def _apply(self, verb: str, operation: Callable[[Watch], Outcome]) -> Outcome:
        outcome, watch = self._run(verb, operation)
        self._showing.show(outcome, applied=True, unfinished=watch.unfinished)
        return outcome

    def _run(self, verb: str, operation: Callable[[Watch], Outcome]) -> tuple[Outcome, Watch]:
        with activity(f"{verb}: {self.stack.name}") as tell:
            watch = Watch(tell, verb)
            return operation(watch), watch

    @property
    def _options(self) -> RunOptions:
        return RunOptions(targets=self.flags.targets, expect_no_changes=self.expect_no_changes)

    @property
    def _showing(self) -> Showing:
        return Showing(self.stack, self.flags)


def _rendered(snapshot: Snapshot) -> list[str]:
    """Return the folders that manifests were rendered into; of the folders of several clusters the one around them."""
    folders = [resource.inputs.get("renderYamlToDirectory") for resource in snapshot.resources]
    found = {folder for folder in folders if isinstance(folder, str)}
    return sorted({str(Path(folder).parent) if len(found) > 1 else folder for folder in found})


def _changes(outcome: Outcome) -> bool:
    return any(step.op is not Op.SAME for step in outcome.steps)


def _status(outcome: Outcome) -> int:
    return 0 if outcome.ok else 1
