"""What all parts of one run share: what it is for, what was there before, and what it has come to so far."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from gitopssets_provider.engine.dependency_graph import DependencyGraph
from gitopssets_provider.engine.registry import ProviderRegistry
from gitopssets_provider.engine.reporter import Reporter
from gitopssets_provider.engine.resource import Resource, Snapshot
from gitopssets_provider.engine.step import Step
from gitopssets_provider.engine.targets import Targets

__all__ = ["Mode", "RunState", "StoppedError", "Work"]


class Mode(Enum):
    """What a run makes of what its program declares: resources, or their deletion."""

    UPDATE = "update"
    DESTROY = "destroy"


class StoppedError(Exception):
    """Signals that the run cannot go on; whoever raises it has told why."""


@dataclass(slots=True)
class Work:
    """A step and what must be known to take it.

    ``pending`` says of a new resource that the old one is still to be deleted, of a deletion that a new one follows.
    ``skipped`` says of a resource that it is not created, since the run is confined to others.
    """

    step: Step
    pending: bool = False
    skipped: bool = False


class RunState:
    """The context of one run."""

    def __init__(
        self,
        *,
        project: str,
        stack: str,
        prior: Snapshot,
        reporter: Reporter,
        dry_run: bool,
        mode: Mode = Mode.UPDATE,
        targets: Targets | None = None,
        target_dependents: bool = False,
        folder: Path = Path(),
    ) -> None:
        self.project = project
        self.stack = stack
        # The run marks resources as being replaced; those of the caller stay as they are.
        self.prior = dataclasses.replace(prior, resources=[dataclasses.replace(item) for item in prior.resources])
        self.reporter = reporter
        self.dry_run = dry_run
        self.mode = mode
        self.targets = targets or Targets()
        # With what has turned out to depend on the targets, where that takes part.
        self.reached = self.targets.copy()
        self.target_dependents = target_dependents
        self.registry = ProviderRegistry(self.prior, reporter.warn, folder)
        self.graph = DependencyGraph(self.prior.resources)
        self.olds = {item.urn: item for item in self.prior.resources if not item.delete}
        self.news: dict[str, Resource] = {}
        self.seen = Decisions()
        self.to_delete: list[Resource] = []
        self.failed = False

    def error(self, message: str, urn: str = "") -> None:
        """Tell an error that does not stop the run at once, but keeps it from ending well."""
        self.reporter.tell("error", message, urn)
        self.failed = True

    def stop(self, message: str, urn: str = "") -> StoppedError:
        """Tell an error that stops the run; the result is to be raised."""
        self.error(message, urn)
        return StoppedError(message)


@dataclass(slots=True)
class Decisions:
    """What has been decided so far, by URN."""

    urns: set[str] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)
    creates: set[str] = field(default_factory=set)
    sames: set[str] = field(default_factory=set)
    updates: set[str] = field(default_factory=set)
    replaces: set[str] = field(default_factory=set)
    deletes: set[str] = field(default_factory=set)
    skipped_creates: set[str] = field(default_factory=set)
    pending_deletes: set[int] = field(default_factory=set)
    dependent_keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    # From a former URN to the present one, and back.
    aliased: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)

    def has_step(self, urn: str) -> bool:
        """Tell whether anything at all was decided for a URN."""
        return any(
            urn in kind for kind in (self.creates, self.sames, self.updates, self.deletes, self.replaces, self.reads)
        )

    def is_kept(self, urn: str) -> bool:
        """Tell whether the resource of a URN of the prior state goes on, maybe under another URN."""
        present = self.aliased.get(urn, urn)
        return any(present in kind for kind in (self.sames, self.updates, self.replaces, self.reads))
