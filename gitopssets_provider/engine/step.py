"""Steps: what the engine would do or did to one resource, and the outcome of a whole run."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol

from gitopssets_provider.engine.resource import Resource, Snapshot

__all__ = ["Diagnostic", "DiffKind", "Listener", "Op", "Outcome", "Step"]

DiffKind = Literal["add", "add-replace", "delete", "delete-replace", "update", "update-replace"]


class Op(StrEnum):
    """Pulumi's operations, spelled as its JSON does."""

    SAME = "same"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    REPLACE = "replace"
    CREATE_REPLACEMENT = "create-replacement"
    DELETE_REPLACED = "delete-replaced"
    READ = "read"
    READ_REPLACEMENT = "read-replacement"
    DISCARD = "discard"
    DISCARD_REPLACED = "discard-replaced"
    REMOVE_PENDING_REPLACE = "remove-pending-replace"


@dataclass(slots=True)
class Step:
    """One operation on one resource.

    ``old`` and ``new`` are the resource before and after (absent for a create or a delete); a resource that continues
    under another URN has ``old.urn != new.urn``. ``diff_reasons`` are the top-level keys that changed,
    ``replace_reasons`` those that force a replacement, ``detailed_diff`` maps property paths (``data.region``,
    ``spec.containers[0].image``) to what happened there; ``input_diffs`` are those of its paths that were found by
    comparing inputs alone (Pulumi's ``inputDiff``).
    """

    op: Op
    urn: str
    old: Resource | None = None
    new: Resource | None = None
    diff_reasons: tuple[str, ...] = ()
    replace_reasons: tuple[str, ...] = ()
    detailed_diff: dict[str, DiffKind] = field(default_factory=dict)
    input_diffs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A message of the program, the engine or a resource; ``urn`` is empty where it belongs to none."""

    severity: Literal["debug", "info", "info#err", "warning", "error"]
    message: str
    urn: str = ""


@dataclass(slots=True)
class Outcome:
    """What a run came to.

    ``steps`` are in the order in which the engine decided them (all of them, ``same`` included), ``changes`` counts
    them by operation as Pulumi's summary does, ``snapshot`` is the state afterwards (of a preview: the one that stays).
    """

    ok: bool
    steps: list[Step]
    changes: dict[str, int]
    diagnostics: list[Diagnostic]
    seconds: float
    snapshot: Snapshot
    outputs: dict[str, object] = field(default_factory=dict)


class Listener(Protocol):
    """Hears of a run while it goes on; calls come one at a time."""

    def started(self, step: Step) -> None:
        """Hear that a step begins."""
        ...

    def finished(self, step: Step, error: str = "") -> None:
        """Hear that a step ended; ``error`` says why it failed."""
        ...

    def diagnostic(self, diagnostic: Diagnostic) -> None:
        """Hear a message."""
        ...
