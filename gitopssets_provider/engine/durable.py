"""Write a file so that it is there whole or not at all, whatever happens in between."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from gitopssets_provider.errors import StackError

__all__ = ["write_whole"]


def write_whole(file: Path, data: bytes) -> None:
    """Replace a file's content; on the disk when this returns. A failure leaves what was there before."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fchmod(handle, _mode(file))
                os.fsync(handle)
            Path(temporary).replace(file)
        except BaseException:
            Path(temporary).unlink()
            raise
        _sync_folder(file.parent)
    except OSError as error:
        raise StackError(
            f"cannot be written: {error.strerror}; what was there before is unchanged",
            remedy="make room or make it writable, and run this again",
            file=str(file),
        ) from error


def _mode(file: Path) -> int:
    """Return the mode of the file that is replaced, or that of a new one."""
    try:
        return file.stat().st_mode & 0o777
    except FileNotFoundError:
        return 0o644


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
