"""Why an object appears, changes or goes: what its set read before, against what it reads now.

The outputs of a set's component remember the digest of each element and the element and template of each object. Two
of them side by side tell what is new, what changed and what is gone; where one is missing, the origin alone is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from gitopssets_provider.engine.resource import Resource
from gitopssets_provider.engine.step import Op, Step
from gitopssets_provider.engine.urn import resource_name
from gitopssets_provider.report.subject import Subject, role_of

__all__ = ["Causes", "SetMemory", "place_of"]

_ORIGIN: Final = re.compile(r"^(?P<place>.+?)(?:@(?P<commit>[0-9a-f]{7}))? \((?P<generator>.+)\)$")


def place_of(origin_part: str) -> str:
    """Return an origin without its commit: the file or source, else the generator's path."""
    match = _ORIGIN.match(origin_part)
    return match["place"] if match else origin_part


def _places(origin: str) -> tuple[str, ...]:
    return tuple(place_of(part) for part in origin.split(" x "))


@dataclass(frozen=True, slots=True)
class SetMemory:
    """What the outputs and inputs of one component say; all of it may be missing.

    ``elements`` maps an element's places to its digest, ``objects`` an object's key to its element's places and its
    template.
    """

    elements: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    objects: Mapping[str, tuple[tuple[str, ...], str]] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    element_count: int | None = None
    object_count: int | None = None
    templates: str = ""

    @classmethod
    def of(cls, component: Resource | None) -> SetMemory:
        """Read what a component remembers; values of another shape than ours count as missing."""
        outputs = component.outputs if component else {}
        elements = {_places(origin): str(digest) for origin, digest in _mapping(outputs.get("elements")).items()}
        objects = {
            key: (_places(str(entry.get("from", ""))), str(entry.get("template", "")))
            for key, entry in _mapping(outputs.get("objects")).items()
            if isinstance(entry, Mapping)
        }
        sources = outputs.get("sources")
        return cls(
            elements=elements,
            objects=objects,
            sources=tuple(map(str, sources)) if isinstance(sources, list) else (),
            element_count=_count(outputs.get("elementCount")),
            object_count=_count(outputs.get("objectCount")),
            templates=str(component.inputs.get("templates", "")) if component else "",
        )

    def places(self) -> set[str]:
        """Return each single place that any element comes from."""
        return {place for places in self.elements for place in places}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _count(value: Any) -> int | None:
    return int(value) if isinstance(value, (int, float)) else None


class Causes:
    """Tells the cause of each step of one run.

    ``stack_ends`` says that the stack itself is deleted, and so all of its sets, declared or not.
    """

    def __init__(self, steps: Iterable[Step]) -> None:
        self._before: dict[str, SetMemory] = {}
        self._after: dict[str, SetMemory] = {}
        self._successors: dict[str, str] = {}
        self.stack_ends = False
        for step in steps:
            if role_of(step.urn) == "stack":
                self.stack_ends = step.op is Op.DELETE
            if role_of(step.urn) == "set":
                self._remember(step)

    def _remember(self, step: Step) -> None:
        name = resource_name((step.new or step.old or step).urn)
        if step.old:
            self._before[name] = SetMemory.of(step.old)
        if step.new:
            self._after[name] = SetMemory.of(step.new)
        if step.old and step.new and step.old.urn != step.new.urn:
            self._successors[resource_name(step.old.urn)] = name

    def current(self, set_name: str) -> str:
        """Return what a set is called now."""
        if set_name in self._after:
            return set_name
        return self._successors.get(set_name, set_name)

    def former(self, set_name: str) -> str:
        """Return what a set was called before it got this name, "" where it had none."""
        return next((old for old, new in self._successors.items() if new == set_name), "")

    def before(self, set_name: str) -> SetMemory | None:
        """Return what the set was, None where it is new."""
        return self._before.get(set_name)

    def after(self, set_name: str) -> SetMemory | None:
        """Return what the set becomes, None where it ends."""
        return self._after.get(set_name)

    def of(self, step: Step, subject: Subject) -> str:
        """Return why the step is taken, "" where nothing is known that the reader does not see."""
        if not subject.set:
            return ""
        subject = replace(subject, set=self.current(subject.set))
        if step.op in (Op.DELETE, Op.DELETE_REPLACED):
            return self._why_deleted(subject)
        if step.op is Op.CREATE:
            return self._why_created(subject)
        return self._why_changed(subject)

    def _why_created(self, subject: Subject) -> str:
        before, after = self._before.get(subject.set), self._after.get(subject.set)
        places, template = _entry(after, subject)
        if before is None or not before.elements:
            return f"from {_join(places)}" if places else ""
        known = before.places()
        fresh = [place for place in places if place not in known]
        if fresh:
            return f"{_join(fresh)} {_is(fresh)} new"
        if after and before.elements.get(places) != after.elements.get(places):
            return f"{_join(places)} {'is new' if _moved(places, before, after) else 'changed'}"
        return f"{template} yields it now" if template else ""

    def _why_changed(self, subject: Subject) -> str:
        before, after = self._before.get(subject.set), self._after.get(subject.set)
        places, template = _entry(after, subject)
        if before is None or after is None or not places:
            return ""
        if places in before.elements and before.elements[places] != after.elements.get(places):
            return f"{_join(places)} changed"
        return f"{template} changed" if template and before.templates != after.templates else ""

    def _why_deleted(self, subject: Subject) -> str:
        after = self._after.get(subject.set)
        if after is None:
            return "" if self.stack_ends else f"set {subject.set} is no longer declared"
        before = self._before.get(subject.set)
        places, _ = _entry(before, subject)
        known = after.places()
        gone = [place for place in places if place not in known]
        if before and not gone and _moved(places, after, before):
            gone = list(places)
        return f"no longer generated: {_join(gone)} {_is(gone)} gone" if gone and known else "no longer generated"


def _moved(places: tuple[str, ...], one: SetMemory, other: SetMemory) -> bool:
    """Say whether what one memory has at these places stands elsewhere in the other: an item was put in before it."""
    here = one.elements.get(places)
    return here is not None and here != other.elements.get(places) and here in other.elements.values()


def _entry(memory: SetMemory | None, subject: Subject) -> tuple[tuple[str, ...], str]:
    return memory.objects.get(subject.key, ((), "")) if memory else ((), "")


def _join(places: Iterable[str]) -> str:
    return " and ".join(_unique(places))


def _unique(places: Iterable[str]) -> Iterator[str]:
    return iter(dict.fromkeys(places))


def _is(places: list[str]) -> str:
    return "is" if len(set(places)) == 1 else "are"
