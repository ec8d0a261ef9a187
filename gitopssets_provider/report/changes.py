"""What changes inside one object: in a few words for the line it stands on, and as a whole for ``--diff``."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from gitopssets_provider.documents.yaml_writer import write_yaml
from gitopssets_provider.engine.property_path import PathError, parse_path
from gitopssets_provider.engine.resource import Resource
from gitopssets_provider.engine.step import DiffKind, Step
from gitopssets_provider.report.redaction import MASK, MASK_CHANGED, redact_pair

__all__ = ["diff_lines", "short_changes", "value_text"]

_ABSENT: Final = object()
_LONGEST_VALUE: Final = 60
_CONTEXT_LINES: Final = 3


def short_changes(step: Step) -> list[str]:
    """Return one text per changed property, such as ``data.region: eu-west-1 -> eu-west-2``."""
    old, new = redact_pair(_inputs(step.old), _inputs(step.new))
    changes = [_short(path, kind, old, new) for path, kind in step.detailed_diff.items()]
    # Without a detailed diff (a resource that is no Kubernetes object) the names of what changed must do.
    return changes or [f"{key} changed" for key in step.diff_reasons]


def _short(path: str, kind: DiffKind, old: Any, new: Any) -> str:
    before, after = _follow(old, path), _follow(new, path)
    note = " (replaces the object)" if kind.endswith("-replace") else ""
    if kind.startswith("add") or before is _ABSENT:
        return f"{path} added{_with_value(after)}{note}"
    if kind.startswith("delete") or after is _ABSENT:
        return f"{path} removed{_with_value(before)}{note}"
    if after in (MASK, MASK_CHANGED):
        return f"{path}: {MASK} changed{note}"
    texts = _scalar(before), _scalar(after)
    return f"{path}: {texts[0]} -> {texts[1]}{note}" if texts[0] and texts[1] else f"{path} changed{note}"


def _follow(value: Any, path: str) -> Any:
    """Return what lies at the path; a string on the way is a mask that hides all below it, and is the answer."""
    try:
        parts = parse_path(path)
    except PathError:
        return _ABSENT
    for part in parts:
        if isinstance(value, str):
            return value
        if isinstance(part, str) and isinstance(value, Mapping):
            value = value.get(part, _ABSENT)
        elif isinstance(part, int) and isinstance(value, Sequence) and part < len(value):
            value = value[part]
        else:
            return _ABSENT
    return value


def _with_value(value: Any) -> str:
    text = _scalar(value)
    return f": {text}" if text else ""


def _scalar(value: Any) -> str:
    """Return a text for a single value, "" for a structure."""
    return "" if value is _ABSENT or (isinstance(value, (dict, list)) and value) else value_text(value)


def value_text(value: Any) -> str:
    """Return a value as one short piece of text; where it had to be cut, an ellipsis says so."""
    text = value if isinstance(value, str) and _reads_as_itself(value) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


def _reads_as_itself(text: str) -> bool:
    """Say whether a string needs no quotes to be seen as it is."""
    return bool(text) and text == text.strip() and text.isprintable() and not _looks_like_another_type(text)


def _looks_like_another_type(text: str) -> bool:
    try:
        return not isinstance(json.loads(text), str)
    except ValueError:
        return False


def diff_lines(step: Step) -> list[str]:
    """Return the object's YAML as diff lines, each with ``+``, ``-``, a blank or ``@`` in front; secrets are masked."""
    old, new = redact_pair(_inputs(step.old), _inputs(step.new))
    before, after = _yaml_lines(old), _yaml_lines(new)
    if not before or not after:
        return [f"+ {line}" for line in after] + [f"- {line}" for line in before]
    return list(_hunks(before, after))


def _hunks(before: list[str], after: list[str]) -> Iterator[str]:
    unified = difflib.unified_diff(before, after, lineterm="", n=_CONTEXT_LINES)
    first = True
    for line in list(unified)[2:]:
        if not line.startswith("@@"):
            yield f"{line[0]} {line[1:]}"
        elif not first:
            yield "@ ..."
        first = False


def _inputs(resource: Resource | None) -> dict[str, Any]:
    return {} if resource is None else {k: v for k, v in resource.inputs.items() if not k.startswith("__")}


def _yaml_lines(value: dict[str, Any]) -> list[str]:
    return write_yaml(value).splitlines() if value else []
