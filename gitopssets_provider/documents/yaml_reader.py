"""YAML as kubectl reads it, and nothing that hurts: libyaml scans, go-yaml's types apply, bombs are refused.

The value is built from libyaml's *events*, without recursion and without a tree of nodes in between, so that depth,
duplicate keys and the growth by aliases are known before anything is built from them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn, Protocol

import yaml

from gitopssets_provider.documents.incoming import at_line, decode
from gitopssets_provider.documents.yaml_types import Scalar, ScalarError, key_text, plain_value, tagged_value
from gitopssets_provider.errors import DefinitionError

__all__ = ["Document", "ReadScalar", "YamlFault", "parse_yaml", "read_scalar", "read_yaml"]

# Faults that libyaml notices far behind the place where they are.
_NOTICED_LATE: Final = ("could not find expected ':'", "found unexpected end of stream")
# Values that stand at more than one place because of aliases; real files repeat dozens, bombs billions.
_MAX_ALIASED: Final = 20_000


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a file: its value, and the line it begins at (from 1)."""

    value: Any
    line: int


class ReadScalar(Protocol):
    """Turns a scalar of YAML into a value; ``tag`` is "" where none is written, ``plain`` says: without quotes."""

    def __call__(self, text: str, tag: str, *, plain: bool, key: bool) -> Any:
        """Return the value; raises ``ScalarError`` where there is none."""
        ...


def read_scalar(text: str, tag: str, *, plain: bool, key: bool) -> Scalar:  # noqa: ARG001  a key has the same types
    """Return the value of a scalar as go-yaml would."""
    if tag and tag != "!":
        value = tagged_value(tag, text)
    elif plain and not tag:
        value = plain_value(text)
    else:
        return text
    if isinstance(value, float) and not math.isfinite(value):
        raise ScalarError(f"{text} is no number that JSON knows")
    return value


class YamlFault(Exception):  # noqa: N818  it is one half of an error: the file is the other
    """Signals what is wrong with a text, and in which line (from 1)."""

    def __init__(self, fact: str, remedy: str, line: int) -> None:
        super().__init__(fact)
        self.fact = fact
        self.remedy = remedy
        self.line = line


def read_yaml(text: str | bytes, *, file: str = "", max_depth: int = 30) -> list[Document]:
    """Return all documents of a text; those without any content are left out.

    Raises ``DefinitionError`` with ``file:line`` as its place for what is no YAML, and for what YAML allows but nobody
    means: duplicate keys, keys that are no scalars, nesting deeper than ``max_depth``, aliases that explode.
    """
    try:
        return parse_yaml(decode(text, file=file), max_depth=max_depth)
    except YamlFault as fault:
        raise DefinitionError(fault.fact, remedy=fault.remedy, file=at_line(file, fault.line)) from None


def parse_yaml(text: str, *, max_depth: int = 30, scalar: ReadScalar = read_scalar) -> list[Document]:
    """Return all documents of a text whose scalars are read by ``scalar``; raises :class:`YamlFault`."""
    reader = _Reader(max_depth, scalar)
    try:
        return list(reader.documents(text))
    except yaml.MarkedYAMLError as error:
        begun = error.problem in _NOTICED_LATE and error.context_mark
        mark = begun or error.problem_mark or error.context_mark
        context = f" {error.context}" if error.context else ""
        reader.line = mark.line if mark else reader.line
        if "nesting depth" in (error.problem or ""):
            reader.fail_depth()
        tab = "\t" in (error.problem or "") or "tab" in (error.problem or "")
        reader.fail(f"is no YAML:{context} {error.problem}", "indent with spaces" if tab else "")
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        # libyaml's own complaints without a place, such as an encoding declared but not kept.
        reader.fail(f"is no YAML: {error}")


@dataclass(slots=True)
class _Frame:
    """A collection that is being read. ``size`` and ``height`` count what is in it, itself included."""

    value: Any
    anchor: str | None
    line: int
    key: str | None = None
    merging: bool = False
    written: set[str] = field(default_factory=set)
    size: int = 1
    height: int = 1


class _Reader:
    """Builds the values of one text; ``line`` is where it stands."""

    def __init__(self, max_depth: int, scalar: ReadScalar) -> None:
        self.line = 0
        self._max_depth = max_depth
        self._read_scalar = scalar
        self._stack: list[_Frame] = []
        self._anchors: dict[str, tuple[Any, int, int] | None] = {}
        self._aliased = 0
        self._root: Any = None
        self._begins: int | None = None
        self._on_event: dict[type[yaml.Event], Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.AliasEvent: self._alias,
            yaml.MappingStartEvent: lambda event: self._open(event, {}),
            yaml.SequenceStartEvent: lambda event: self._open(event, []),
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
        }

    def fail(self, fact: str, remedy: str = "") -> NoReturn:
        raise YamlFault(fact, remedy, self.line + 1)

    def fail_depth(self) -> NoReturn:
        self.fail(f"is nested deeper than {self._max_depth} levels")

    def documents(self, text: str) -> Iterator[Document]:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if event.start_mark:
                self.line = event.start_mark.line
            handle = self._on_event.get(type(event))
            if handle:
                handle(event)
            elif type(event) is yaml.DocumentEndEvent and self._begins is not None:
                yield Document(self._root, self._begins + 1)
                self._begins = None
                self._anchors.clear()

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        plain = not event.style
        if not self._stack and plain and not event.value and not event.tag:
            return  # nothing but a separator or a comment
        key = self._awaits_key()
        if key and plain and event.value == "<<":
            self._stack[-1].key, self._stack[-1].merging = "<<", True
            return
        try:
            value = self._read_scalar(event.value, event.tag or "", plain=plain, key=key)
            if event.anchor:
                self._anchors[event.anchor] = (value, 1, 0)
            if key:
                self._key(key_text(value))
            else:
                self._put(value, 1, 0)
        except ScalarError as error:
            self.fail(str(error))

    def _alias(self, event: yaml.AliasEvent) -> None:
        anchor = event.anchor or ""
        known = self._anchors.get(anchor)
        if known is None:
            said = "contains itself" if anchor in self._anchors else "is not defined before its use"
            self.fail(f"the anchor &{anchor} {said}")
        value, size, height = known
        self._aliased += size
        if self._aliased > _MAX_ALIASED:
            self.fail(f"aliases repeat more than {_MAX_ALIASED:,} values", "write out what is meant")
        self._check_depth(height)
        if not self._awaits_key():
            self._put(value, size, height)
        elif isinstance(value, dict | list):
            self.fail("a key is no scalar")
        else:
            self._key(key_text(value))

    def _open(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent, value: Any) -> None:
        if self._awaits_key():
            self.fail("a key is no scalar", "put braces and brackets at the beginning of a value into quotes")
        if event.anchor:
            self._anchors[event.anchor] = None
        self._stack.append(_Frame(value, event.anchor, self.line))
        self._check_depth(0)

    def _close(self, _: yaml.Event) -> None:
        frame = self._stack.pop()
        if frame.anchor:
            self._anchors[frame.anchor] = (frame.value, frame.size, frame.height)
        self._put(frame.value, frame.size, frame.height, frame.line)

    def _check_depth(self, height: int) -> None:
        if len(self._stack) + height > self._max_depth:
            self.fail_depth()

    def _awaits_key(self) -> bool:
        return bool(self._stack) and type(self._stack[-1].value) is dict and self._stack[-1].key is None

    def _key(self, key: str) -> None:
        frame = self._stack[-1]
        if key in frame.written:
            self.fail(f'the key "{key}" is written twice', "remove one of them")
        frame.written.add(key)
        frame.key = key

    def _put(self, value: Any, size: int, height: int, line: int | None = None) -> None:
        """Add a complete value to the collection it stands in, or to the document."""
        if not self._stack:
            self._root, self._begins = value, self.line if line is None else line
            return
        frame = self._stack[-1]
        frame.size += size
        frame.height = max(frame.height, height + 1)
        if type(frame.value) is list:
            frame.value.append(value)
        elif frame.merging:
            self._merge(frame, value)
            frame.key, frame.merging = None, False
        else:
            frame.value[frame.key] = value
            frame.key = None

    def _merge(self, frame: _Frame, value: Any) -> None:
        """Add the keys of ``<<``: what is written out wins, and of several mappings the first."""
        mappings = value if isinstance(value, list) else [value]
        for mapping in mappings:
            if not isinstance(mapping, dict):
                self.fail("<< does not name a mapping or a list of mappings")
            for key, item in mapping.items():
                if key in frame.written:
                    self.fail(f'<< stands behind the key "{key}", which it sets too', "put << first")
                frame.value.setdefault(key, item)
