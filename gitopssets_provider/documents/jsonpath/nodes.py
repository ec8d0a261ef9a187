"""What an expression consists of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = [
    "Block",
    "Constant",
    "Field",
    "Filter",
    "Keyword",
    "Node",
    "Recursive",
    "Slice",
    "Steps",
    "Union",
    "Wildcard",
]


@dataclass(frozen=True, slots=True)
class Field:
    """``.name``: the value under a key."""

    name: str


@dataclass(frozen=True, slots=True)
class Wildcard:
    """``.*``: every value of a mapping or a list."""


@dataclass(frozen=True, slots=True)
class Recursive:
    """``..``: the value and every mapping and list within it."""


@dataclass(frozen=True, slots=True)
class Slice:
    """``[1]``, ``[-1]``, ``[0:4:2]``, ``[*]``. ``single`` is an index: its ``stop`` is the number behind it."""

    start: int | None
    stop: int | None
    step: int | None
    single: bool = False


@dataclass(frozen=True, slots=True)
class Constant:
    """A text, a number or a boolean that is written in the expression."""

    value: str | int | float | bool


@dataclass(frozen=True, slots=True)
class Keyword:
    """A bare word; only ``range`` and ``end`` have a meaning."""

    word: str


@dataclass(frozen=True, slots=True)
class Filter:
    """``[?(left operator right)]``; without an operator an item is kept for which ``left`` exists."""

    left: Steps
    operator: Literal["", "==", "!=", "<", "<=", ">", ">="]
    right: Steps


@dataclass(frozen=True, slots=True)
class Union:
    """``['a','b']`` or ``[0,2]``: the results of each part, one after the other."""

    parts: tuple[Steps, ...]


Node = Field | Wildcard | Recursive | Slice | Constant | Keyword | Filter | Union
Steps = tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """``{range steps}inner{end}``: the inner parts for each result of the steps."""

    steps: Steps
    inner: tuple[Block | Steps, ...]
