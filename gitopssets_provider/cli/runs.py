"""Runs of the embedded engine as the commands make them: show, ask, do, show again."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

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
from gitopssets_provider.engine.step import Listener, Outcome
from gitopssets_provider.stack_sources import FIXTURES, OFFLINE

__all__ = ["Runs"]


class _Operation(Protocol):
    def __call__(self, stack: Stack, options: RunOptions, listener: Listener, /) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came of a question: whether to go on, else how the command ends, and which changes were agreed to."""

    go_on: bool
    status: int = 0
    changes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Runs:
    """What one command line asks of the engine, and how it wants to see it."""

    stack: Stack
    flags: RunFlags
    expect_no_changes: bool = False
    run_program: bool = False

    def __post_init__(self) -> None:
        """Leave in the environment what the program, a process of its own, must know of the flags."""
        if self.flags.fixtures:
            os.environ[FIXTURES] = str(self.flags.fixtures.absolute())
        if self.flags.offline:
            os.environ[OFFLINE] = "true"

    def preview(self, *, against: Snapshot | None = None) -> int:
        """Show what `up` would do."""
        with activity(f"preview: {self.stack.name}") as tell:
            outcome = operations.preview(self.stack, self._options, Watch(tell, "preview"), against=against)
        self._showing.show(outcome, applied=False)
        return self._status(outcome)

    def up(self, *, ask: bool) -> int:
        """Make the stack what its program says."""
        answer = _Answer(go_on=True)
        if ask:
            answer = self._ask(operations.preview, f"Do this to {self.stack.name}?", when_nothing_changes=True)
        if not answer.go_on:
            return answer.status
        outcome = self._apply("up", operations.up, answer)
        if outcome.ok and not self.flags.as_json:
            for folder in _rendered(outcome.snapshot):
                click.echo(f"rendered manifests: {os.path.relpath(self.stack.project.folder / folder)}")
        return self._status(outcome, "occurred")

    def destroy(self, *, ask: bool) -> int:
        """Delete what the stack has made."""
        answer = _Answer(go_on=True)
        if ask:
            question = f"Delete all of this from {self.stack.name}?"
            answer = self._ask(operations.preview_destroy, question, when_nothing_changes=False)
        return self._status(self._apply("destroy", operations.destroy, answer)) if answer.go_on else answer.status

    def _status(self, outcome: Outcome, happened: str = "were proposed") -> int:
        """Return the exit status, and say it where nothing was to change."""
        wrong = any(item.severity == "error" for item in outcome.diagnostics)
        if self.expect_no_changes and not (outcome.ok or wrong):
            click.echo(f"no changes were expected but changes {happened}", err=True)
        return 0 if outcome.ok else 1

    def _ask(self, preview: _Operation, question: str, *, when_nothing_changes: bool) -> _Answer:
        """Show a preview and ask; where it shows nothing to decide there is no question."""
        with activity(f"preview: {self.stack.name}") as tell:
            outcome = preview(self.stack, self._options, Watch(tell, "preview"))
        changes = self._showing.show(outcome, applied=False)
        if not outcome.ok:
            return _Answer(go_on=False, status=self._status(outcome))
        if not changes:
            return _Answer(go_on=when_nothing_changes, changes=outcome.changes)
        if confirm(question):
            return _Answer(go_on=True, changes=outcome.changes)
        click.echo("nothing was done", err=True)
        return _Answer(go_on=False)

    def _apply(self, verb: str, operation: _Operation, answer: _Answer) -> Outcome:
        try:
            with activity(f"{verb}: {self.stack.name}") as tell:
                watch = Watch(tell, verb)
                outcome = operation(self.stack, self._options, watch)
        except KeyboardInterrupt:
            told = f"interrupted; the state holds what was done, and the next `gitopssets {verb}` goes on from there"
            raise KeyboardInterrupt(told) from None
        seen = outcome.ok and outcome.changes == answer.changes
        self._showing.show(outcome, applied=True, unfinished=watch.unfinished, brief=seen)
        return outcome

    @property
    def _options(self) -> RunOptions:
        return RunOptions(
            targets=self.flags.targets,
            target_dependents=self.flags.target_dependents,
            expect_no_changes=self.expect_no_changes,
            run_program=self.run_program,
        )

    @property
    def _showing(self) -> Showing:
        return Showing(self.stack, self.flags)


def _rendered(snapshot: Snapshot) -> list[str]:
    """Return the folders that manifests were rendered into; of several beside each other the one around them."""
    folders = [resource.inputs.get("renderYamlToDirectory") for resource in snapshot.resources]
    found = {Path(folder) for folder in folders if isinstance(folder, str)}
    neighbours = Counter(folder.parent for folder in found)
    return sorted({str(folder.parent if neighbours[folder.parent] > 1 else folder) for folder in found})
