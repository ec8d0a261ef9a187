"""Shows a run: the report on stdout, what the program and the engine said on stderr."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import click

from gitopssets_provider.cli.options import RunFlags
from gitopssets_provider.cli.terminal import style_for
from gitopssets_provider.engine.stack import Stack
from gitopssets_provider.engine.step import Outcome
from gitopssets_provider.report.digest import digest
from gitopssets_provider.report.redaction import Scrubber
from gitopssets_provider.report.text import TextOptions, TextReport

__all__ = ["Showing"]


@dataclass(frozen=True, slots=True)
class Showing:
    """How the runs of one command are shown."""

    stack: Stack
    flags: RunFlags

    def show(self, outcome: Outcome, *, applied: bool, unfinished: Mapping[str, str] | None = None) -> None:
        """Print the report of a run."""
        config = self._config()
        scrub = Scrubber.of([config, *(step.new.inputs for step in outcome.steps if step.new)])
        if self.flags.as_json:
            click.echo(digest(outcome, config, scrub, show_sames=self.flags.show_sames))
            return
        style = style_for(self.flags.colour)
        report = TextReport(outcome, TextOptions(self.flags.diff, self.flags.show_sames, style), unfinished)
        for line in report.lines():
            click.echo(line, color=True)
        _tell_diagnostics(outcome, scrub)
        if outcome.ok or applied:
            click.echo(report.summary(applied=applied), color=True)

    def _config(self) -> dict[str, Any]:
        configuration = self.stack.configuration
        namespaces = dict.fromkeys(key.partition(":")[0] for key in configuration.recorded())
        return {
            f"{namespace}:{key}": value
            for namespace in namespaces
            for key, value in configuration.values(namespace).items()
        }


def _tell_diagnostics(outcome: Outcome, scrub: Scrubber) -> None:
    """Print each message once, errors last; of one that came several times, how often."""
    told = Counter((item.severity, scrub(item.message.strip())) for item in outcome.diagnostics)
    for (severity, message), times in sorted(told.items(), key=lambda entry: entry[0][0] == "error"):
        if severity == "debug" or not message:
            continue
        prefix = "warning: " if severity == "warning" else ""
        click.echo(f"{prefix}{message}{f' ({times} times)' if times > 1 else ''}", err=True)
