"""The CLI's own lock on a stack: one file per run, so that neither engine changes a state the other works on."""

from __future__ import annotations

import getpass
import json
import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gitopssets_provider.engine.deployment import timestamp_text
from gitopssets_provider.errors import StackError

__all__ = ["hold_lock"]


@dataclass(frozen=True, slots=True)
class _Holder:
    """Who wrote a lock file; a file that cannot be read has a holder nobody knows."""

    file: Path
    pid: int = 0
    username: str = "somebody"
    hostname: str = "an unknown host"
    timestamp: str = "an unknown time"

    @classmethod
    def read(cls, file: Path) -> _Holder | None:
        try:
            content: Any = json.loads(file.read_bytes())
            return cls(file, int(content["pid"]), *(str(content[key]) for key in ("username", "hostname", "timestamp")))
        except FileNotFoundError:
            return None  # let go of in the meantime
        except (OSError, ValueError, TypeError, KeyError):
            return cls(file)

    @property
    def gone(self) -> bool:
        """Say whether the process was one of this host and has ended."""
        if self.hostname != socket.gethostname() or self.pid <= 0:
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False

    def __str__(self) -> str:
        return f"{self.username}@{self.hostname} (pid {self.pid or 'unknown'}) since {self.timestamp}"


@contextmanager
def hold_lock(folder: Path) -> Iterator[tuple[str, ...]]:
    """Hold the lock of the stack whose lock files lie in the folder; yield notes on what was cleared away.

    Like the CLI it looks before and after it writes its own file, so that of two who come at once at most one goes on.
    A lock that a process of this host left behind when it died is removed; one of another host never is.
    """
    notes = tuple(_clear(holder) for holder in _holders(folder) if holder.gone)
    _refuse(folder, own=None)
    own = folder / f"{uuid.uuid4()}.json"
    _write(own)
    try:
        _refuse(folder, own=own)
        yield notes
    finally:
        own.unlink(missing_ok=True)


def _holders(folder: Path) -> list[_Holder]:
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix != ".attrs" and path.is_file())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StackError(f"the stack's locks cannot be read: {error.strerror}", file=str(folder)) from error
    return [holder for holder in map(_Holder.read, files) if holder]


def _refuse(folder: Path, *, own: Path | None) -> None:
    others = [holder for holder in _holders(folder) if holder.file != own]
    if others:
        names = "; ".join(map(str, others))
        raise StackError(
            f"the stack is locked by {names}",
            remedy="wait for that run to end; if it has died, run `pulumi cancel` or delete the lock file",
            file=str(others[0].file),
        )


def _clear(holder: _Holder) -> str:
    holder.file.unlink(missing_ok=True)
    holder.file.with_name(holder.file.name + ".attrs").unlink(missing_ok=True)
    return f"removed the lock of {holder}: that process has ended without letting go of it"


def _write(file: Path) -> None:
    content = {
        "pid": os.getpid(),
        "username": getpass.getuser(),
        "hostname": socket.gethostname(),
        "timestamp": timestamp_text(),
    }
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content, separators=(",", ":")), encoding="utf-8")
    except OSError as error:
        with suppress(OSError):  # a disk that takes no file lets none be removed
            file.unlink()
        raise StackError(
            f"the stack cannot be locked: {error.strerror}", remedy="make the folder writable", file=str(file)
        ) from error
