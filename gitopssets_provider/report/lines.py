"""From the steps of a run to what a reader sees: one line a resource, grouped by set and cluster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from operator import attrgetter
from typing import Final

from gitopssets_provider.engine.step import Op, Step
from gitopssets_provider.engine.urn import resource_name
from gitopssets_provider.report.causes import Causes
from gitopssets_provider.report.changes import short_changes
from gitopssets_provider.report.subject import Subject, role_of, subject_of

__all__ = ["Change", "Group", "Line", "groups_of"]


class Change(IntEnum):
    """What happens to a resource, in the order in which a group shows it: the gravest last."""

    SAME = 0
    READ = 1
    CREATED = 2
    UPDATED = 3
    CONTINUED = 4
    REPLACED = 5
    DELETED = 6
    UNFINISHED = 7


_CHANGES: Final[Mapping[Op, Change]] = {
    Op.SAME: Change.SAME,
    Op.READ: Change.READ,
    Op.CREATE: Change.CREATED,
    Op.UPDATE: Change.UPDATED,
    Op.REPLACE: Change.REPLACED,
    Op.CREATE_REPLACEMENT: Change.REPLACED,
    Op.DELETE_REPLACED: Change.REPLACED,
    Op.READ_REPLACEMENT: Change.READ,
    Op.DELETE: Change.DELETED,
    Op.DISCARD: Change.DELETED,
    Op.DISCARD_REPLACED: Change.DELETED,
    Op.REMOVE_PENDING_REPLACE: Change.SAME,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One resource: what happens to it, why, and which properties change."""

    change: Change
    subject: Subject
    cause: str
    step: Step
    properties: tuple[str, ...] = ()


@dataclass(slots=True)
class Group:
    """The lines of one set; of ``title`` "" those that belong to none."""

    title: str
    lines: list[Line] = field(default_factory=list)

    def clusters(self) -> dict[str, list[Line]]:
        """Return the lines by cluster, both in order; the default cluster is "" and comes first."""
        ordered = sorted(
            self.lines, key=lambda line: (line.subject.cluster, line.change, line.subject.kind, line.subject.label)
        )
        clusters: dict[str, list[Line]] = {}
        for line in ordered:
            clusters.setdefault(line.subject.cluster, []).append(line)
        return clusters


def groups_of(steps: Iterable[Step], causes: Causes, unfinished: Mapping[str, str]) -> list[Group]:
    """Return a group for each set by name, sets that end behind the others, and last what belongs to no set.

    ``unfinished`` says, by URN, which steps were not done and why.
    """
    alive: dict[str, Group] = {}
    ended: dict[str, Group] = {}
    rest = Group("")
    for step in _one_a_resource(steps):
        role = role_of(step.urn)
        if role == "set":
            (ended if step.op is Op.DELETE else alive).setdefault(
                resource_name(step.urn), Group(resource_name(step.urn))
            )
        elif role not in ("stack", "default provider"):
            line = _line(step, causes)
            if step.urn in unfinished:
                line = Line(Change.UNFINISHED, line.subject, unfinished[step.urn], step)
            owner = causes.current(line.subject.set)
            home = alive if causes.after(owner) else ended
            (home.setdefault(owner, Group(owner)) if owner else rest).lines.append(line)
    by_title = attrgetter("title")  # the engine's order is that of arrival, which differs from run to run
    return [*sorted(alive.values(), key=by_title), *sorted(ended.values(), key=by_title), rest]


def _one_a_resource(steps: Iterable[Step]) -> list[Step]:
    """Return one step for each resource: a replacement is three steps for the engine and one for the reader."""
    chosen: dict[str, Step] = {}
    for step in steps:
        known = chosen.get(step.urn)
        if known is None or step.op is Op.REPLACE or known.op is Op.DELETE_REPLACED:
            chosen[step.urn] = step
    return list(chosen.values())


def _line(step: Step, causes: Causes) -> Line:
    subject = subject_of(step)
    change = _CHANGES[step.op]
    moved = step.old is not None and step.new is not None and step.old.urn != step.new.urn
    if change is Change.SAME and moved:
        change = Change.CONTINUED
    cause = causes.of(step, subject) if change is not Change.SAME else _protection(step)
    if change is Change.DELETED and step.old and step.old.retain_on_delete:
        cause = f"{cause}; the object itself stays (retainOnDelete)"
    properties = tuple(short_changes(step)) if change in (Change.UPDATED, Change.REPLACED) else ()
    return Line(change, subject, _with_move(step, cause) if moved else cause, step, properties)


def _protection(step: Step) -> str:
    if step.old is None or step.new is None or step.old.protect == step.new.protect:
        return ""
    return "is protected from now on" if step.new.protect else "is no longer protected"


def _with_move(step: Step, cause: str) -> str:
    if step.old is None or step.new is None:
        return cause
    old_owner, new_owner = (
        resource_name(step.old.parent or step.old.urn),
        resource_name(step.new.parent or step.new.urn),
    )
    was = f"set {old_owner}" if role_of(step.old.parent or step.old.urn) == "set" else resource_name(step.old.urn)
    moved = f"continues from {was if old_owner != new_owner else resource_name(step.old.urn)}"
    return f"{moved}; {cause}" if cause and step.op is not Op.SAME else moved
