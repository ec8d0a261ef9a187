"""The outputs of other stacks, read from the backend where no program runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gitopssets_provider.engine.stack import Stack
from gitopssets_provider.engine.values import UNKNOWN, Secret, strip_secrets
from gitopssets_provider.errors import StackError
from gitopssets_provider.model.deferred import Opaque

__all__ = ["BackendStacks"]


@dataclass(slots=True)
class BackendStacks:
    """Reads the stacks of one backend. ``stack`` is the one that asks."""

    stack: Stack
    _answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def outputs(self, stack: str) -> Mapping[str, Any]:
        """Return the outputs of a stack; see :class:`~gitopssets_provider.sources.base.StackReader`."""
        if stack not in self._answers:
            outputs = self.stack.outputs_of(stack)
            self._answers[stack] = {
                name: _hidden(value, f"output {name} of {stack}") for name, value in outputs.items()
            }
        return self._answers[stack]


def _hidden(value: Any, label: str) -> Any:
    if isinstance(value, Secret):
        return Opaque(strip_secrets(value), label=label, secret=True, known=True)
    if isinstance(value, dict):
        return {key: _hidden(item, f"{label}.{key}") for key, item in value.items()}
    if isinstance(value, list):
        return [_hidden(item, f"{label}[{index}]") for index, item in enumerate(value)]
    if value is UNKNOWN:
        raise StackError(f"{label} is not known yet", remedy="deploy that stack first")
    return value
