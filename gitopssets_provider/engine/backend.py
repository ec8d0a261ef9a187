"""The file backend: the CLI's own folder of states, backups and histories, in its own layout."""

from __future__ import annotations

import base64
import gzip
import hashlib
import os
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from gitopssets_provider.engine.durable import write_whole
from gitopssets_provider.engine.go_json import write_go_json
from gitopssets_provider.engine.go_yaml import read_go_yaml
from gitopssets_provider.engine.project import Project
from gitopssets_provider.engine.stack_name import StackName
from gitopssets_provider.errors import StackError

__all__ = ["FileBackend"]

_EXTENSIONS: Final = (".json", ".json.gz", ".json.zst")
_GZIP: Final = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class FileBackend:
    """States below ``root/.pulumi``.

    With ``compress`` files are written with gzip; a state is read in either form. ``backups`` keeps a copy of the state
    after each update, ``sidecars`` a file beside each file with its type and checksum: both as the CLI does by default.
    """

    root: Path
    compress: bool = False
    backups: bool = True
    sidecars: bool = True

    @classmethod
    def of(cls, project: Project, environment: Mapping[str, str] | None = None) -> FileBackend:
        """Return the backend of a project: ``PULUMI_BACKEND_URL``, else its ``backend.url``, else ``.state`` in it."""
        environment = os.environ if environment is None else environment
        url = environment.get("PULUMI_BACKEND_URL") or project.backend_url

        def on(name: str) -> bool:
            return environment.get(f"PULUMI_DIY_BACKEND_{name}", "").lower() in ("1", "true")

        if on("ZSTD"):
            raise StackError("PULUMI_DIY_BACKEND_ZSTD is set", remedy="unset it: states with zstd need the Pulumi CLI")
        backend = cls(
            root=_folder(url) if url else project.root / ".state",
            compress=on("GZIP"),
            backups=not on("DISABLE_CHECKPOINT_BACKUPS"),
            sidecars="metadata=skip" not in url,
        )
        backend._check_layout()
        return backend

    def locks(self, stack: StackName) -> Path:
        """Return the folder of a stack's lock files."""
        return self._folder("locks/organization", stack)

    def stacks(self, project: str) -> list[str]:
        """Return the names of a project's stacks that have a state."""
        files = (self._pulumi / "stacks" / project).glob("?*.json*")
        endings = ((file.name, end) for file in files for end in _EXTENSIONS)
        return sorted({name.removesuffix(end) for name, end in endings if name.endswith(end)})

    def state_file(self, stack: StackName) -> Path | None:
        """Return the newest state file of a stack, compressed or not; None when there is none."""
        candidates = [self._state_path(stack, extension) for extension in _EXTENSIONS]
        files = [file for file in candidates if file.is_file()]
        return max(files, key=lambda file: file.stat().st_mtime_ns, default=None)

    def read(self, file: Path) -> bytes:
        """Return the content of a state file, uncompressed."""
        if file.suffix == ".zst":
            raise StackError("is compressed with zstd", remedy="this needs the Pulumi CLI", file=str(file))
        content = _content(file)
        try:
            return gzip.decompress(content) if content.startswith(_GZIP) else content
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise StackError(
                "is damaged: its compression is broken",
                remedy="restore it, for instance from .pulumi/backups",
                file=str(file),
            ) from error

    def write(self, stack: StackName, text: str) -> None:
        """Replace a stack's state; the state before it stays beside it as ``.bak``. A failure leaves it as it was."""
        if not self._layout_file.is_file():
            self._put(self._layout_file, b"version: 1\n")
        before = self.state_file(stack)
        if before is not None:
            self._keep_aside(before)
        file = self._state_path(stack, ".json.gz" if self.compress else ".json")
        self._put(file, self._packed(text))
        if before is not None and before != file:
            _drop(before)

    def record(self, stack: StackName, update: str) -> None:
        """Keep what an update came to in the stack's history, with a copy of its state there and in the backups."""
        file = self.state_file(stack)
        if file is None:
            return
        state = _content(file)
        stamp = time.time_ns()
        extension = ".json.gz" if self.compress else ".json"
        prefix = f"{stack.name}-{stamp}"
        self._put(self._folder("history", stack) / f"{prefix}.history{extension}", self._packed(update))
        self._put(self._folder("history", stack) / f"{prefix}.checkpoint{extension}", state)
        if self.backups:
            extension = file.name.removeprefix(stack.name)
            self._put(self._folder("backups", stack) / f"{stack.name}.{stamp}{extension}", state)

    def remove(self, stack: StackName) -> None:
        """Remove a stack's state and history; its last state stays as ``.bak``."""
        file = self.state_file(stack)
        if file is not None:
            self._keep_aside(file)
            _drop(file)
        for entry in self._folder("history", stack).glob("*"):
            entry.unlink(missing_ok=True)

    @property
    def _pulumi(self) -> Path:
        return self.root / ".pulumi"

    @property
    def _layout_file(self) -> Path:
        return self._pulumi / "meta.yaml"

    def _folder(self, kind: str, stack: StackName) -> Path:
        return self._pulumi / kind / stack.project / stack.name

    def _state_path(self, stack: StackName, extension: str) -> Path:
        return self._pulumi / "stacks" / stack.project / f"{stack.name}{extension}"

    def _check_layout(self) -> None:
        """Refuse a folder that another version of the CLI has laid out."""
        stacks = self._pulumi / "stacks"
        if self._layout_file.is_file():
            content = read_go_yaml(_content(self._layout_file), file=str(self._layout_file))
            version = content.get("version") if isinstance(content, dict) else None
            if version != 1:
                fact = f"the layout of the states has version {version!r}, not 1"
                raise StackError(fact, remedy="this needs the Pulumi CLI", file=str(self._layout_file))
        elif any(stacks.glob("*.json")):
            fact = "the states are in the layout of an old CLI, without projects"
            raise StackError(fact, remedy="run `pulumi state upgrade` with the Pulumi CLI", file=str(stacks))

    def _packed(self, text: str) -> bytes:
        return gzip.compress(text.encode()) if self.compress else text.encode()

    def _keep_aside(self, file: Path) -> None:
        self._put(file.with_name(f"{file.name}.bak"), _content(file))

    def _put(self, file: Path, data: bytes) -> None:
        write_whole(file, data)
        if self.sidecars:
            write_whole(file.with_name(f"{file.name}.attrs"), _attributes(data))


def _folder(url: str) -> Path:
    if not url.startswith("file://"):
        raise StackError(
            f'the backend "{urlsplit(url).scheme or url}" is no folder',
            remedy="this needs the Pulumi CLI, or PULUMI_BACKEND_URL=file://FOLDER",
        )
    path = unquote(url.removeprefix("file://").partition("?")[0])
    return (Path.home() / path[2:] if path.startswith("~") else Path(path)).absolute()


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise StackError(f"cannot be read: {error.strerror}", file=str(file)) from error


def _drop(file: Path) -> None:
    for path in (file, file.with_name(f"{file.name}.attrs")):
        path.unlink(missing_ok=True)


def _attributes(data: bytes) -> bytes:
    """Return the sidecar in which the CLI's storage library keeps a file's type and checksum."""
    fields: dict[str, str | None] = {
        "user.cache_control": "",
        "user.content_disposition": "",
        "user.content_encoding": "",
        "user.content_language": "",
        "user.content_type": "application/x-gzip" if data.startswith(_GZIP) else "text/plain; charset=utf-8",
        "user.metadata": None,
        "md5": base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode(),
    }
    return f"{write_go_json(fields)}\n".encode()
