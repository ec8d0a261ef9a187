"""A deadline on everything that another machine could make us wait for."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from gitopssets_provider.errors import SourceError

__all__ = ["Timeouts", "within"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: until a server is reached, between two signs of life, and for one question as a whole."""

    connect: float = 5
    read: float = 10
    total: float = 60


def within(seconds: float, work: Callable[[], T], give_up: Callable[[], None]) -> T:
    """Return what ``work`` returns; after ``seconds`` call ``give_up``, which frees what it holds, and raise.

    The work runs in a thread of its own, since a name lookup or a server that sends a byte now and then cannot be
    interrupted in any other way.
    """
    outcome: queue.SimpleQueue[T | BaseException] = queue.SimpleQueue()

    def run() -> None:
        try:
            outcome.put(work())
        except BaseException as error:  # it is raised again in the thread that waits
            outcome.put(error)

    thread = threading.Thread(target=run, daemon=True, name="gitopssets-source")
    thread.start()
    try:
        found = outcome.get(timeout=seconds)
    except queue.Empty:
        raise SourceError(f"gave no whole answer within {seconds:g} seconds") from None
    finally:
        give_up()
    if isinstance(found, BaseException):
        raise found
    return found
