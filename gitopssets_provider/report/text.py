"""A run as a person reads it: what changes, where, why, and how much of it, before anything has happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from gitopssets_provider.engine.step import Outcome, Step
from gitopssets_provider.report.causes import Causes, SetMemory
from gitopssets_provider.report.changes import diff_lines, value_text
from gitopssets_provider.report.lines import Change, Group, Line, groups_of
from gitopssets_provider.report.redaction import MASK, MASK_CHANGED, redact_pair
from gitopssets_provider.report.style import PLAIN, Style
from gitopssets_provider.report.subject import role_of

__all__ = ["TextOptions", "TextReport"]

_MARKS: Final = {
    Change.SAME: " ",
    Change.READ: "<",
    Change.CREATED: "+",
    Change.UPDATED: "~",
    Change.CONTINUED: ">",
    Change.REPLACED: "±",
    Change.DELETED: "-",
    Change.UNFINISHED: "!",
}
_PLANNED: Final = {
    Change.CREATED: "to create",
    Change.UPDATED: "to update",
    Change.CONTINUED: "continued",
    Change.REPLACED: "to replace",
    Change.DELETED: "to delete",
    Change.SAME: "unchanged",
}
_DONE: Final = {
    Change.CREATED: "created",
    Change.UPDATED: "updated",
    Change.CONTINUED: "continued",
    Change.REPLACED: "replaced",
    Change.DELETED: "deleted",
    Change.UNFINISHED: "not done",
    Change.SAME: "unchanged",
}
_GAP: Final = " " * 5
_WIDEST_NAME: Final = 60
_PROPERTIES_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class TextOptions:
    """How much is shown: whole property diffs, unchanged resources, and in which style."""

    diff: bool = False
    show_sames: bool = False
    style: Style = PLAIN


class TextReport:
    """One run as text. ``unfinished`` are resources, by URN, with what kept a run from doing their step."""

    def __init__(
        self, outcome: Outcome, options: TextOptions = TextOptions(), unfinished: Mapping[str, str] | None = None
    ) -> None:
        self._outcome = outcome
        self._options = options
        self._causes = Causes(outcome.steps)
        self._groups = groups_of(outcome.steps, self._causes, unfinished or {})

    @property
    def changes(self) -> bool:
        """Say whether there is anything to decide, or anything was done."""
        changed = any(line.change is not Change.SAME or line.cause for group in self._groups for line in group.lines)
        return changed or any(self._output_lines())

    def lines(self) -> Iterator[str]:
        """Yield the lines: sets by cluster, other resources, outputs that change."""
        for group in self._groups:
            shown = Group(group.title, [line for line in group.lines if self._is_shown(line)])
            if shown.lines:
                yield _title(shown, self._causes, self._options.style)
                yield from _group(shown, self._options)
        yield from self._output_lines()

    def _output_lines(self) -> Iterator[str]:
        if self._outcome.ok:  # a run that failed knows no outputs, which is not to say that they go
            yield from _outputs(self._outcome, self._options.style)

    def summary(self, *, applied: bool) -> str:
        """Return the closing line: how many resources change, and whether that has happened."""
        counts = Counter(line.change for group in self._groups for line in group.lines)
        words = _DONE if applied else _PLANNED
        parts = [
            f"{counts[change]} {word}" for change, word in words.items() if counts[change] or change is Change.SAME
        ]
        if not counts.keys() - {Change.SAME, Change.READ}:
            parts.insert(0, "no changes")
        ending = f" in {self._outcome.seconds:.1f} s" if applied else "; nothing has happened yet"
        return self._options.style.heading(", ".join(parts)) + ending

    def _is_shown(self, line: Line) -> bool:
        return self._options.show_sames or line.change is not Change.SAME or bool(line.cause)


def _title(group: Group, causes: Causes, style: Style) -> str:
    if not group.title:
        return style.heading("other resources")
    former = causes.former(group.title)
    before, after = causes.before(group.title), causes.after(group.title)
    about = [_about(before, after, ends=causes.stack_ends), f"was {former}" if former else ""]
    return "   ".join(filter(None, [style.heading(group.title), *about]))


def _about(before: SetMemory | None, after: SetMemory | None, *, ends: bool) -> str:
    if after is None:
        return "" if ends else "no longer declared"
    parts = []
    if after.element_count is not None:
        parts.append(_counted(after.element_count, "element", before.element_count if before else None))
    if after.object_count is not None:
        parts.append(_counted(after.object_count, "object", before.object_count if before else None))
    sources = f" from {', '.join(after.sources)}" if after.sources else ""
    new = "new set: " if before is None and parts else ""
    return f"{new}{', '.join(parts)}{sources}"


def _counted(count: int, noun: str, before: int | None) -> str:
    text = f"{count} {noun}{'' if count == 1 else 's'}"
    return f"{text} (were {before})" if before is not None and before != count else text


def _group(group: Group, options: TextOptions) -> Iterator[str]:
    clusters = group.clusters()
    for cluster, lines in clusters.items():
        indent = "  "
        if group.title and (cluster or len(clusters) > 1):
            yield f"  {options.style.heading(cluster or 'default cluster')}"
            indent = "    "
        kind_width = max(len(line.subject.kind) for line in lines)
        name_width = min(max(len(line.subject.label) for line in lines), _WIDEST_NAME)
        for line in lines:
            yield from _line(line, indent, kind_width, name_width, options)


def _line(line: Line, indent: str, kind_width: int, name_width: int, options: TextOptions) -> Iterator[str]:
    head = f"{indent}{_MARKS[line.change]} {line.subject.kind:<{kind_width}} {line.subject.label:<{name_width}}"
    remarks = _remarks(line, options)
    paint = _paint(line.change, options.style)
    first = f"{_GAP}{remarks[0]}" if remarks else ""
    yield f"{paint(head.rstrip() if not remarks else head)}{first}"
    margin = " " * (len(head) + len(_GAP))
    yield from (f"{margin}{remark}" for remark in remarks[1:])
    if options.diff and line.change is not Change.SAME:
        yield from _diff(line.step, f"{indent}    ", options.style)


def _remarks(line: Line, options: TextOptions) -> list[str]:
    """Return what stands beside an object: the properties that change, then the cause."""
    properties = [] if options.diff else list(line.properties)
    if len(properties) > _PROPERTIES_SHOWN:
        hidden = len(properties) - _PROPERTIES_SHOWN + 1
        properties[_PROPERTIES_SHOWN - 1 :] = [options.style.quiet(f"and {hidden} more properties (--diff shows them)")]
    if not properties:
        return [line.cause] if line.cause else []
    if line.cause:
        properties[0] = f"{properties[0]}   {options.style.quiet(f'({line.cause})')}"
    return properties


def _diff(step: Step, indent: str, style: Style) -> Iterator[str]:
    paints = {"+": style.created, "-": style.deleted, "@": style.quiet}
    for text in diff_lines(step):
        paint = paints.get(text[0])
        yield f"{indent}{paint(text) if paint else text}"


def _paint(change: Change, style: Style) -> Any:
    return {
        Change.SAME: style.quiet,
        Change.READ: style.quiet,
        Change.CREATED: style.created,
        Change.UPDATED: style.changed,
        Change.CONTINUED: style.continued,
        Change.REPLACED: style.replaced,
        Change.DELETED: style.deleted,
        Change.UNFINISHED: style.deleted,
    }[change]


def _outputs(outcome: Outcome, style: Style) -> Iterator[str]:
    stack = next((step for step in outcome.steps if role_of(step.urn) == "stack"), None)
    before, after = redact_pair(stack.old.outputs if stack and stack.old else {}, outcome.outputs)
    changed = [key for key in sorted({*before, *after}) if before.get(key) != after.get(key)]
    if changed:
        yield style.heading("outputs")
    for key in changed:
        if key not in before:
            yield style.created(f"  + {key}: {value_text(after[key])}")
        elif key not in after:
            yield style.deleted(f"  - {key}: {value_text(before[key])}")
        elif after[key] == MASK_CHANGED:
            yield style.changed(f"  ~ {key}: {MASK} changed")
        else:
            yield style.changed(f"  ~ {key}: {value_text(before[key])} -> {value_text(after[key])}")
