from __future__ import annotations

import pytest
from pulumi.runtime.proto import source_pb2

from gitopssets_provider.engine.source_position import project_position, project_trace


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("file:///work/shop/__main__.py", "project:///__main__.py#12"),
        ("file:///work/shop/a%20b/c.py", "project:///a%20b/c.py#12"),
        ("file:///usr/lib/python/x.py", "project:///../../usr/lib/python/x.py#12"),
        ("https://example.com/a.py", ""),
        ("", ""),
    ],
)
def test_a_position_is_told_from_the_project_on(uri: str, expected: str) -> None:
    assert project_position(source_pb2.SourcePosition(uri=uri, line=12), "/work/shop") == expected


def test_a_column_is_told_where_it_is_known() -> None:
    position = source_pb2.SourcePosition(uri="file:///work/a.py", line=1, column=7)
    assert project_position(position, "/work") == "project:///a.py#1,7"


def test_a_frame_without_a_place_keeps_its_seat() -> None:
    known = source_pb2.SourcePosition(uri="file:///work/a.py", line=3)
    frames = [source_pb2.StackFrame(pc=known), source_pb2.StackFrame()]
    trace = source_pb2.StackTrace(frames=frames)
    assert project_trace(trace, "/work") == [{"sourcePosition": "project:///a.py#3"}, {}]
