"""JSONPath, as ``kubectl -o jsonpath`` evaluates it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from gitopssets_provider.documents.jsonpath.nodes import (
    Block,
    Constant,
    Field,
    Filter,
    Keyword,
    Recursive,
    Slice,
    Steps,
    Union,
    Wildcard,
)
from gitopssets_provider.documents.jsonpath.parser import parse_template
from gitopssets_provider.errors import DefinitionError, SourceError

__all__ = ["JsonPath"]

MAX_RESULTS: Final = 100_000
_COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class JsonPath:
    """A parsed template: texts, ``{expressions}``, and ``{range ...}...{end}`` around others.

    ``find`` fails where kubectl fails with ``--allow-missing-template-keys=false``. Some things differ, each for the
    answer to be the same every time and never less than the truth: values of a mapping come in the order of their
    keys, whole and broken numbers are compared as numbers, a text has no parts, an empty list beside others empties
    only itself, and a range over nothing asks for nothing.
    """

    text: str
    parts: tuple[Block | Steps, ...]

    @classmethod
    def parse(cls, text: str) -> JsonPath:
        """Return the parsed template; raises ``DefinitionError`` for what kubectl does not read."""
        if len(text) > 1000:
            raise DefinitionError("is longer than 1,000 characters")
        parts = list(reversed(parse_template(text)))
        return cls(text, tuple(_blocks(parts, within=False)))

    @property
    def has_expression(self) -> bool:
        """Say whether there is anything but text."""
        return bool(_without_texts(self.parts))

    def find(self, data: Any) -> list[list[Any]]:
        """Return the results of each part in turn; raises ``SourceError`` where the data has not what is asked for."""
        return list(_results(self.parts, data))

    def values(self, data: Any) -> list[Any]:
        """Return the results of all parts, one after the other, without the texts that are written between them."""
        return [value for results in _results(_without_texts(self.parts), data) for value in results]


def _without_texts(parts: Sequence[Block | Steps]) -> Sequence[Block | Steps]:
    kept: list[Block | Steps] = []
    for part in parts:
        if isinstance(part, Block):
            kept.append(Block(part.steps, tuple(_without_texts(part.inner))))
        elif not all(isinstance(step, Constant) for step in part):
            kept.append(part)
    return kept


def _blocks(rest: list[Steps], *, within: bool) -> Iterator[Block | Steps]:
    """Take parts from the end of ``rest``, until what was begun with ``range`` is ended."""
    while rest:
        steps = rest.pop()
        words = [node.word for node in steps if isinstance(node, Keyword)]
        if "end" in words:
            if not within:
                raise DefinitionError("is no JSONPath: not in range, nothing to end")
            return
        if "range" in words:
            yield Block(
                tuple(node for node in steps if not isinstance(node, Keyword)), tuple(_blocks(rest, within=True))
            )
            continue
        if words:
            raise DefinitionError(f"is no JSONPath: unrecognized identifier {words[0]}", remedy=f"write .{words[0]}")
        yield steps
    if within:
        raise DefinitionError("is no JSONPath: a range has no end", remedy="write {end} behind it")


def _results(parts: Sequence[Block | Steps], data: Any) -> Iterator[list[Any]]:
    for part in parts:
        if isinstance(part, Block):
            for item in _walk(part.steps, [data]):
                yield from _results(part.inner, item)
        else:
            yield _walk(part, [data])


def _walk(steps: Steps, values: list[Any]) -> list[Any]:
    for step in steps:
        values = list(islice(_STEPS[type(step)](step, values), MAX_RESULTS + 1))
        if len(values) > MAX_RESULTS:
            raise SourceError(f"the JSONPath has more than {MAX_RESULTS:,} results", remedy="ask for less")
    return values


def _field(step: Field, values: list[Any]) -> list[Any]:
    found = [value[step.name] for value in values if isinstance(value, Mapping) and step.name in value]
    if values and not found:
        raise SourceError(f"{step.name or 'the empty key'} is not found")
    return found


def _children(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return [value[key] for key in sorted(value)]
    return list(value) if isinstance(value, list | tuple) else []


def _wildcard(_: Wildcard, values: list[Any]) -> Iterator[Any]:
    for value in values:
        yield from _children(value)


def _recursive(_: Recursive, values: list[Any]) -> Iterator[Any]:
    waiting = list(reversed(values))
    while waiting:
        children = _children(waiting[-1])
        value = waiting.pop()
        if children:
            yield value
            waiting += reversed(children)


def _slice(step: Slice, values: list[Any]) -> Iterator[Any]:
    for value in values:
        if value is None:
            continue
        if not isinstance(value, list | tuple):
            raise SourceError(f"{_kind(value)} is not array or slice")
        yield from _sliced(step, value)


def _sliced(step: Slice, items: Sequence[Any]) -> Sequence[Any]:
    length = len(items)
    start, stop = step.start or 0, length if step.stop is None else step.stop
    start += length if start < 0 else 0
    stop += length if stop < 0 or (stop == 0 and step.single) else 0
    if start == stop:
        return ()
    for index, out in ((start, not 0 <= start < length), (stop - 1, not 0 <= stop <= length)):
        if out:
            raise SourceError(f"array index out of bounds: index {index}, length {length}")
    if start > stop:
        raise SourceError(f"starting index {start} is greater than ending index {stop}")
    if step.step is not None and step.step <= 0:
        raise SourceError("step must be > 0")
    return items[start : stop : step.step or 1]


def _filter(step: Filter, values: list[Any]) -> Iterator[Any]:
    for value in values:
        if not isinstance(value, list | tuple):
            raise SourceError(f"{_kind(value)} is not array or slice and cannot be filtered")
        yield from (item for item in value if _holds(step, item))


def _union(step: Union, values: list[Any]) -> Iterator[Any]:
    for part in step.parts:
        yield from _walk(part, values)


def _holds(step: Filter, item: Any) -> bool:
    if not step.operator:
        try:
            return bool(_walk(step.left, [item]))
        except SourceError:
            return False
    left, right = _walk(step.left, [item]), _walk(step.right, [item])
    if not left or not right:
        return False
    if len(left) > 1 or len(right) > 1:
        raise SourceError("can only compare one element at a time")
    return _compared(left[0], step.operator, right[0])


def _compared(left: Any, operation: str, right: Any) -> bool:
    kinds = {_basic(left), _basic(right)}
    if "" in kinds or (kinds == {"bool"} and operation not in ("==", "!=")):
        raise SourceError("invalid type for comparison")
    if len(kinds) > 1:
        raise SourceError("incompatible types for comparison")
    return _COMPARE[operation](left, right)


def _basic(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else ""


def _kind(value: Any) -> str:
    if isinstance(value, Mapping):
        return "an object"
    return {"bool": "a boolean", "number": "a number", "string": "a string"}.get(_basic(value), "null")


_STEPS: Final[Mapping[type, Callable[[Any, list[Any]], Iterable[Any]]]] = {
    Constant: lambda step, _: [step.value],
    Field: _field,
    Filter: _filter,
    Recursive: _recursive,
    Slice: _slice,
    Union: _union,
    Wildcard: _wildcard,
}
