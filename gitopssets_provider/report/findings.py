"""What ``validate`` found: problems, or how much a valid definition comes to and what to keep an eye on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from gitopssets_provider.errors import Problem
from gitopssets_provider.model.plan import PlannedSet

__all__ = ["findings_json", "plan_lines"]


def plan_lines(sets: Sequence[PlannedSet]) -> Iterator[str]:
    """Yield a line for each set, with its warnings below."""
    width = max((len(planned.resource) for planned in sets), default=0)
    for planned in sets:
        elements, objects = len(planned.elements), len(planned.manifests)
        yield f"{planned.resource:<{width}}   valid: {_counted(elements, 'element')}, {_counted(objects, 'object')}"
        yield from (f"  warning: {warning}" for warning in planned.warnings)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def findings_json(problems: Iterable[Problem], sets: Sequence[PlannedSet]) -> str:
    """Return the findings for tools; ``valid`` says whether there is no problem among them."""
    found = [
        {"file": item.file, "path": item.path, "fact": item.fact, "remedy": item.remedy, "severity": "error"}
        for item in problems
    ]
    warnings = [
        {"file": planned.file, "path": "", "fact": warning, "remedy": "", "severity": "warning"}
        for planned in sets
        for warning in planned.warnings
    ]
    return json.dumps({"valid": not found, "findings": found + warnings}, indent=2, ensure_ascii=False)
