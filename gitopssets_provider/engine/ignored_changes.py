"""Properties whose changes a program wants ignored: they keep the values that they have in the state."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from gitopssets_provider.engine.property_path import PathError, parse_path, reset
from gitopssets_provider.engine.resource import Resource
from gitopssets_provider.engine.run_state import RunState

__all__ = ["keep_ignored"]


def keep_ignored(
    run: RunState, urn: str, inputs: dict[str, Any], old: Resource | None, ignored: Iterable[str]
) -> dict[str, Any]:
    """Return inputs in which the properties whose changes are ignored have their old values."""
    if old is None or not ignored:
        return inputs
    kept = copy.deepcopy(inputs)
    impossible = [path for path in ignored if not _reset(path, old.inputs, kept)]
    if impossible:
        paths = ", ".join(impossible)
        run.reporter.tell("info", f'cannot ignore changes in added or removed elements of the path: "{paths}"', urn)
    return kept


def _reset(path: str, old: dict[str, Any], new: dict[str, Any]) -> bool:
    try:
        return reset(parse_path(path), old, new)
    except PathError:
        return True
