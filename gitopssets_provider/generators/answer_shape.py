"""From an answer to the objects in it: whatever is not clearly a list of objects is an error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gitopssets_provider.errors import SourceError, did_you_mean
from gitopssets_provider.model.validation import shape_of

__all__ = ["at_path", "objects_of"]


def at_path(value: Any, path: str) -> Any:
    """Return what is at ``a.b.0.c``: keys of objects, and numbers of items, with dots between them."""
    walked: list[str] = []
    for step in path.split(".") if path else ():
        place = ".".join(walked)
        if isinstance(value, Mapping):
            if step not in value:
                raise SourceError(f'the answer has no key "{step}"', remedy=did_you_mean(step, value), path=place)
            value = value[step]
        elif isinstance(value, list):
            if not step.isascii() or not step.isdigit() or int(step) >= len(value):
                raise SourceError(f'the answer has no item "{step}" (there are {len(value)})', path=place)
            value = value[int(step)]
        else:
            raise SourceError(f'the answer holds {shape_of(value)}, which has no "{step}"', path=place)
        walked.append(step)
    return value


def objects_of(found: Sequence[Any], *, single: bool, narrowed: bool) -> list[Mapping[str, Any]]:
    """Return the objects among what was found: each result is an object or a list of them.

    Without anything to narrow the answer down, an object alone is more likely the envelope of a list than an element.
    """
    if single:
        return [_single(found)]
    if not narrowed and isinstance(found[0], Mapping):
        keys = [key for key, value in found[0].items() if isinstance(value, list)]
        remedy = f"say path: {keys[0]}" if len(keys) == 1 else "say where the list is with path, or singleElement: true"
        raise SourceError("the answer is an object, not a list", remedy=remedy)
    return [item for value in found for item in _objects(value)]


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
        return
    if not isinstance(value, list):
        raise SourceError(f"the answer holds {shape_of(value)}, not a list of objects")
    for index, item in enumerate(value):
        if not isinstance(item, Mapping):
            raise SourceError(f"must be an object, not {shape_of(item)}", path=f"[{index}]")
        yield item


def _single(found: Sequence[Any]) -> Mapping[str, Any]:
    if len(found) != 1:
        raise SourceError(f"the answer holds {len(found)} results, not a single element")
    if not isinstance(found[0], Mapping):
        raise SourceError(
            f"the answer holds {shape_of(found[0])}, not a single object", remedy="leave singleElement out"
        )
    return found[0]
