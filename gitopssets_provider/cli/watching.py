"""Watches a run: what is going on right now, and what was begun and did not end well."""

from __future__ import annotations

from collections.abc import Mapping

from gitopssets_provider.cli.terminal import Tell
from gitopssets_provider.engine.step import Diagnostic, Op, Step
from gitopssets_provider.report.subject import subject_of

__all__ = ["Watch"]

_DOING = {
    Op.SAME: "checking",
    Op.CREATE: "creating",
    Op.UPDATE: "updating",
    Op.DELETE: "deleting",
    Op.REPLACE: "replacing",
    Op.CREATE_REPLACEMENT: "replacing",
    Op.DELETE_REPLACED: "replacing",
}


class Watch:
    """Listens to a run and shows on the terminal how far it is."""

    def __init__(self, tell: Tell, verb: str) -> None:
        self._tell = tell
        self._verb = verb
        self._finished = 0
        self._open: dict[str, int] = {}
        self._failed: dict[str, str] = {}

    @property
    def unfinished(self) -> Mapping[str, str]:
        """Return the resources whose steps failed, or were begun and never ended, each with the reason."""
        interrupted = {urn: "interrupted" for urn, steps in self._open.items() if steps}
        return {**interrupted, **self._failed}

    def started(self, step: Step) -> None:
        """Show a step that begins."""
        self._open[step.urn] = self._open.get(step.urn, 0) + 1
        if step.op in _DOING:
            subject = subject_of(step)
            self._tell(f"{self._verb}: {self._finished} done, {_DOING[step.op]} {subject.kind} {subject.label}")

    def finished(self, step: Step, error: str = "") -> None:
        """Keep how a step ended."""
        self._finished += 1
        self._open[step.urn] = self._open.get(step.urn, 1) - 1
        if error:
            self._failed[step.urn] = error

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        """Let a message wait: the outcome holds all of them."""
