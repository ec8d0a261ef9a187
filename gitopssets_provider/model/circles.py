"""Circles among things that wait for each other, and an order in which nothing waits for what comes later."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

__all__ = ["find_circle", "in_order"]

T = TypeVar("T", bound=Hashable)


def in_order(waits: Mapping[T, Iterable[T]]) -> list[T]:
    """Return the keys so that each stands behind all it waits for, and otherwise as they stood.

    There must be no circle (see :func:`find_circle`); what is waited for and is no key does not count.
    """
    return _walk(waits)[0]


def find_circle(waits: Mapping[T, Iterable[T]]) -> list[T]:
    """Return a circle, its first member repeated at its end (``[a, b, a]``), or nothing."""
    return _walk(waits)[1]


def _walk(waits: Mapping[T, Iterable[T]]) -> tuple[list[T], list[T]]:
    """Walk depth first without recursion: a chain may be as long as a plan has objects."""
    done: dict[T, None] = {}
    for start in waits:
        if start in done:
            continue
        chain: dict[T, None] = {start: None}
        stack = [(start, iter(waits[start]))]
        while stack:
            node, following = stack[-1]
            successor = next((item for item in following if item in waits and item not in done), None)
            if successor is None:
                stack.pop()
                del chain[node]
                done[node] = None
            elif successor in chain:
                members = list(chain)
                return list(done), [*members[members.index(successor) :], successor]
            else:
                chain[successor] = None
                stack.append((successor, iter(waits[successor])))
    return list(done), []
