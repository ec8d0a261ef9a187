"""What a run has to tell: its messages, the steps it decided, and how many of each kind came to something."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Literal

from gitopssets_provider.engine.step import Diagnostic, Listener, Op, Step
from gitopssets_provider.engine.urn import is_default_provider

__all__ = ["Reporter"]

_UNCOUNTED = frozenset({Op.CREATE_REPLACEMENT, Op.DELETE_REPLACED, Op.READ_REPLACEMENT, Op.DISCARD_REPLACED})


class Reporter:
    """Collects and passes on what a run tells, one call at a time; ``steps`` leaves out providers nobody declared."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._lock = threading.Lock()
        self._open: dict[str, Step] = {}
        self._silent = False
        self.steps: list[Step] = []
        self.diagnostics: list[Diagnostic] = []
        self.changes: Counter[str] = Counter()

    def tell(self, severity: Literal["info", "info#err", "warning", "error"], message: str, urn: str = "") -> None:
        """Pass on a message."""
        with self._lock:
            self._pass_on(Diagnostic(severity, message, urn))

    def hear(self, severity: Literal["info", "info#err", "warning", "error"], message: str, urn: str = "") -> None:
        """Pass on a message of the program, unless the run has ended for it."""
        with self._lock:
            if not self._silent:
                self._pass_on(Diagnostic(severity, message, urn))

    def _pass_on(self, diagnostic: Diagnostic) -> None:
        self.diagnostics.append(diagnostic)
        self._listener.diagnostic(diagnostic)

    def warn(self, severity: Literal["info", "warning"], message: str, urn: str) -> None:
        """Pass on what a provider says of a resource."""
        self.tell(severity, message, urn)

    def fall_silent(self) -> None:
        """Hear no more of the program: what it says while it is being stopped helps nobody."""
        with self._lock:
            self._silent = True

    def begin(self, step: Step) -> None:
        """Note that a step begins."""
        with self._lock:
            if _counts(step):
                self.steps.append(step)
            self._listener.started(step)

    def fail(self, step: Step, error: str) -> None:
        """Note that a step failed."""
        with self._lock:
            self._listener.finished(step, error)

    def done(self, step: Step, *, count: bool = True) -> None:
        """Note that a step came to its end; a component's only when its outputs are known."""
        with self._lock:
            if count and step.op not in _UNCOUNTED and _counts(step):
                self.changes[step.op.value] += 1
            if step.new is not None and not step.new.custom and step.op is not Op.REPLACE:
                self._open[step.urn] = step
            else:
                self._listener.finished(step)

    def outputs_known(self, urn: str) -> None:
        """Note that the outputs of a component are known."""
        with self._lock:
            step = self._open.pop(urn, None)
            if step is not None:
                self._listener.finished(step)

    def close(self) -> None:
        """End the steps of components that have no outputs; what a failed program did not come to stays open."""
        with self._lock:
            for step in self._open.values():
                self._listener.finished(step)
            self._open.clear()


def _counts(step: Step) -> bool:
    """Tell whether a step is part of what a run is about: neither cleaning up nor a provider nobody declared."""
    return step.op is not Op.REMOVE_PENDING_REPLACE and not is_default_provider(step.urn)
