from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from gitopssets_provider.engine.lock import hold_lock
from gitopssets_provider.errors import StackError


def locked(folder: Path, *, pid: int, host: str = socket.gethostname()) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "their-lock.json"
    content = {"pid": pid, "username": "alice", "hostname": host, "timestamp": "2026-11-24T23:50:59.06Z"}
    file.write_text(json.dumps(content))
    file.with_name("their-lock.json.attrs").touch()
    return file


def ended_process() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_a_lock_is_a_file_while_it_is_held(tmp_path: Path) -> None:
    folder = tmp_path / "locks"
    with hold_lock(folder) as notes:
        (file,) = folder.iterdir()
        content = json.loads(file.read_text())
        assert list(content) == ["pid", "username", "hostname", "timestamp"]
        assert content["pid"] == os.getpid()
        assert notes == ()
    assert not list(folder.iterdir())


def test_a_lock_is_let_go_when_the_run_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), hold_lock(tmp_path):
        raise ZeroDivisionError
    assert not list(tmp_path.iterdir())


def test_of_two_runs_the_second_is_refused(tmp_path: Path) -> None:
    with hold_lock(tmp_path):
        with pytest.raises(StackError, match=rf"locked by .*\(pid {os.getpid()}\)"), hold_lock(tmp_path):
            pass
        assert len(list(tmp_path.iterdir())) == 1


def test_the_lock_of_an_ended_process_of_this_host_is_removed_and_noted(tmp_path: Path) -> None:
    theirs = locked(tmp_path, pid=ended_process())
    with hold_lock(tmp_path) as (note,):
        assert not theirs.exists()
        assert "removed the lock of alice@" in note
    assert not list(tmp_path.iterdir())


def test_the_lock_of_another_host_is_respected_and_the_remedy_named(tmp_path: Path) -> None:
    theirs = locked(tmp_path, pid=ended_process(), host="elsewhere")
    with pytest.raises(StackError) as caught, hold_lock(tmp_path):
        pass
    assert "alice@elsewhere (pid " in str(caught.value)
    assert "since 2026-11-24T23:50:59.06Z" in str(caught.value)
    assert "`pulumi cancel`" in str(caught.value)
    assert str(theirs) in str(caught.value)
    assert theirs.exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": "x"}', '{"pid": 1}'])
def test_a_lock_that_cannot_be_read_is_respected(tmp_path: Path, content: str) -> None:
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(StackError, match="is locked by somebody@an unknown host"), hold_lock(tmp_path):
        pass


def test_a_live_process_of_this_host_keeps_its_lock(tmp_path: Path) -> None:
    locked(tmp_path, pid=os.getppid())
    with pytest.raises(StackError, match="is locked by alice"), hold_lock(tmp_path):
        pass


def test_a_place_where_no_lock_can_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StackError, match="Not a directory"), hold_lock(tmp_path / "file" / "locks"):
        pass
