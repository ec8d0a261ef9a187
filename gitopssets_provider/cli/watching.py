"""Watches a run: what is going on right now, what was done, and what was not and why."""

from __future__ import annotations

from gitopssets_provider.cli.terminal import Tell
from gitopssets_provider.engine.step import Diagnostic, Op, Step
from gitopssets_provider.report.subject import subject_of

__all__ = ["Watch"]

_DOING = {
    Op.CREATE: "creating",
    Op.UPDATE: "updating",
    Op.DELETE: "deleting",
    Op.REPLACE: "replacing",
    Op.CREATE_REPLACEMENT: "replacing",
    Op.DELETE_REPLACED: "replacing",
}


class Watch:
    """Listens to a run; ``failed`` maps URNs to what went wrong, ``finished_urns`` are those that went well."""

    def __init__(self, tell: Tell, verb: str) -> None:
        self._tell = tell
        self._verb = verb
        self.done: set[str] = set()
        self.failed: dict[str, str] = {}

    def started(self, step: Step) -> None:
        """Show a step that begins."""
        doing = _DOING.get(step.op)
        if doing:
            subject = subject_of(step)
            self._tell(f"{self._verb}: {len(self.done)} done, {doing} {subject.kind} {subject.label}")

    def finished(self, step: Step, error: str = "") -> None:
        """Keep how a step ended."""
        if error:
            self.failed[step.urn] = error
        else:
            self.done.add(step.urn)

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        """Let a message wait: the outcome holds all of them."""
