"""Shows a run: the report on stdout, what the program and the engine said on stderr."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import click

from gitopssets_provider.cli.options import RunFlags
from gitopssets_provider.cli.terminal import style_for
from gitopssets_provider.engine.stack import Stack
from gitopssets_provider.engine.step import Diagnostic, Outcome
from gitopssets_provider.engine.urn import resource_name, resource_type
from gitopssets_provider.engine.values import Secret
from gitopssets_provider.report.digest import digest
from gitopssets_provider.report.redaction import Scrubber
from gitopssets_provider.report.subject import role_of
from gitopssets_provider.report.text import TextOptions, TextReport
from gitopssets_provider.settings import NAMESPACE, SECRET_KEYS

__all__ = ["Showing"]

# The engine's last word on a run that failed. Behind an error that says why, it says nothing.
_LAST_WORDS: Final = ("an unhandled error occurred: program exited", "update failed")


@dataclass(frozen=True, slots=True)
class Showing:
    """How the runs of one command are shown."""

    stack: Stack
    flags: RunFlags

    def show(
        self, outcome: Outcome, *, applied: bool, unfinished: Mapping[str, str] | None = None, brief: bool = False
    ) -> bool:
        """Print the report of a run, or only its closing line; say whether it shows any change."""
        config = self._config()
        scrub = Scrubber.of([config, outcome.outputs, *(step.new.inputs for step in outcome.steps if step.new)])
        if self.flags.as_json:
            click.echo(digest(outcome, config, scrub, show_sames=self.flags.show_sames))
            _tell(scrub(line) for line in _messages(outcome, ("error",)))
            return True
        style = style_for(self.flags.colour)
        report = TextReport(outcome, TextOptions(self.flags.diff, self.flags.show_sames, style), unfinished)
        if not brief:
            for line in report.lines():
                click.echo(line, color=True)
            _tell(scrub(line) for line in _messages(outcome, ("info", "info#err", "warning", "error")))
        if outcome.ok or (applied and report.changes):
            click.echo(report.summary(applied=applied), color=True)
        return report.changes

    def _config(self) -> dict[str, Any]:
        """Return the stack's configuration; what is meant to be secret is, encrypted or not."""
        configuration = self.stack.configuration
        values: dict[str, Any] = {}
        for namespace in dict.fromkeys(key.partition(":")[0] for key in configuration.recorded()):
            secret = SECRET_KEYS if namespace == NAMESPACE else ()
            for key, value in configuration.values(namespace).items():
                values[f"{namespace}:{key}"] = Secret(value) if key in secret else value
        return values


def _tell(lines: Iterator[str]) -> None:
    for line in lines:
        click.echo(line, err=True)


def _messages(outcome: Outcome, severities: tuple[str, ...]) -> Iterator[str]:
    """Yield each message once, by rising severity; of one that came several times, how often."""
    errors = sum(item.severity == "error" for item in outcome.diagnostics)
    for severity in severities:
        told = Counter(_text(item) for item in outcome.diagnostics if item.severity == severity)
        for text, times in told.items():
            if text and not (errors > 1 and text.startswith(_LAST_WORDS)):
                yield f"{text} ({times} times)" if times > 1 else text


def _text(item: Diagnostic) -> str:
    message = item.message.strip()
    if item.severity == "warning":
        return f"warning: {message}"
    about_resource = item.severity == "error" and item.urn and role_of(item.urn) not in ("stack", "set")
    return f"{resource_type(item.urn)} {resource_name(item.urn)}: {message}" if about_resource else message
