"""Outputs of stacks from a file instead of a backend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from gitopssets_provider.errors import SourceError, did_you_mean
from gitopssets_provider.model.base import Items, Model
from gitopssets_provider.model.deferred import Opaque
from gitopssets_provider.sources.base import NO_STACKS, StackReader

__all__ = ["FixtureStack", "FixtureStacks"]


class FixtureStack(Model):
    """What a stack exports. ``secretOutputs`` are the names of those outputs that are secrets."""

    name: str
    outputs: Mapping[str, Any] = Field(default_factory=dict, repr=False)
    secret_outputs: Items[str] = ()

    def answer(self) -> Mapping[str, Any]:
        """Return the outputs, secret ones as such."""
        return {
            name: Opaque(value, label=f"output {name} of {self.name}", secret=True, known=True)
            if name in self.secret_outputs
            else value
            for name, value in self.outputs.items()
        }


@dataclass(frozen=True)
class FixtureStacks:
    """Answers for the stacks of a file, and asks ``otherwise`` for any other."""

    stacks: Sequence[FixtureStack]
    otherwise: StackReader
    file: str

    def outputs(self, stack: str) -> Mapping[str, Any]:
        """Return the outputs of a stack; see :class:`~gitopssets_provider.sources.base.StackReader`."""
        for known in self.stacks:
            if known.name == stack:
                return known.answer()
        if self.otherwise is not NO_STACKS:
            return self.otherwise.outputs(stack)
        remedy = did_you_mean(stack, [known.name for known in self.stacks])
        raise SourceError(f"no stacks are named {stack}", remedy=remedy, file=self.file)
