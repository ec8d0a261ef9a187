"""Nothing is waited for longer than its deadline."""

from __future__ import annotations

import threading
import time

import pytest

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.deadline import within


def test_an_answer_in_time_is_returned_and_everything_is_freed() -> None:
    freed: list[bool] = []
    assert within(5, lambda: 42, lambda: freed.append(True)) == 42
    assert freed == [True]


def test_an_error_is_raised_where_the_answer_is_awaited() -> None:
    freed: list[bool] = []

    def fails() -> None:
        raise SourceError("no such thing")

    with pytest.raises(SourceError, match="no such thing"):
        within(5, fails, lambda: freed.append(True))
    assert freed == [True]


def test_work_without_an_end_is_left_and_freed() -> None:
    release = threading.Event()
    started = time.monotonic()
    with pytest.raises(SourceError, match=r"gave no whole answer within 0.1 seconds"):
        within(0.1, lambda: release.wait(10), release.set)
    assert time.monotonic() - started < 2
    assert release.is_set()
