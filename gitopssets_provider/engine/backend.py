"""The file backend: the CLI's own folder of states, backups and histories, in its own layout."""

from __future__ import annotations

import base64
import gzip
import hashlib
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from gitopssets_provider.engine.durable import write_whole
from gitopssets_provider.engine.go_json import write_go_json
from gitopssets_provider.engine.go_yaml import read_go_yaml
from gitopssets_provider.engine.project import Project
from gitopssets_provider.errors import StackError

__all__ = ["FileBackend", "StackName", "is_set"]

_TRUE: Final = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_GZIP: Final = b"\x1f\x8b"


def is_set(environment: Mapping[str, str], name: str) -> bool:
    """Say whether a switch of the environment is on."""
    return environment.get(name, "") in _TRUE


@dataclass(frozen=True, slots=True)
class StackName:
    """The full name of a stack in a file backend, where the organization is always ``organization``."""

    project: str
    name: str

    @classmethod
    def parse(cls, text: str, *, project: str) -> StackName:
        """Read ``stack``, ``organization/stack`` or ``organization/project/stack``."""
        parts = text.split("/")
        if len(parts) > 3 or (len(parts) > 1 and parts[0] != "organization"):
            raise StackError(
                f'"{text}" is no stack of a file backend',
                remedy="write STACK or organization/PROJECT/STACK: the organization is always the word organization",
            )
        name = cls(parts[1] if len(parts) == 3 else project, parts[-1])
        for part in (name.project, name.name):
            if not _NAME.fullmatch(part):
                raise StackError(
                    f'"{part}" is no name of a stack or a project',
                    remedy="use 1 to 100 letters, digits, hyphens, underscores and periods",
                )
        return name

    def __str__(self) -> str:
        return f"organization/{self.project}/{self.name}"


@dataclass(frozen=True, slots=True)
class FileBackend:
    """States below ``root/.pulumi``. With ``compress`` states are written with gzip; both forms are always read."""

    root: Path
    compress: bool = False

    @classmethod
    def of(cls, project: Project, environment: Mapping[str, str] | None = None) -> FileBackend:
        """Return the backend of a project: ``PULUMI_BACKEND_URL``, else its ``backend.url``, else ``.state`` in it."""
        environment = os.environ if environment is None else environment
        url = environment.get("PULUMI_BACKEND_URL") or project.backend_url
        if is_set(environment, "PULUMI_DIY_BACKEND_ZSTD"):
            raise StackError("PULUMI_DIY_BACKEND_ZSTD asks for zstd", remedy="this needs the Pulumi CLI; unset it")
        root = _folder(url) if url else project.root / ".state"
        backend = cls(root, compress=is_set(environment, "PULUMI_DIY_BACKEND_GZIP"))
        backend._check_layout()
        return backend

    @property
    def folder(self) -> Path:
        """Return the folder of all that Pulumi keeps."""
        return self.root / ".pulumi"

    def locks(self, stack: StackName) -> Path:
        """Return the folder of a stack's lock files."""
        return self.folder / "locks" / "organization" / stack.project / stack.name

    def stacks(self, project: str) -> list[str]:
        """Return the names of a project's stacks that have a state."""
        names = {_stem(path) for path in (self.folder / "stacks" / project).glob("?*.json*")}
        return sorted(name for name in names if name)

    def state_file(self, stack: StackName) -> Path | None:
        """Return the newest state file of a stack, compressed or not; None when there is none."""
        plain = self._state_path(stack)
        found = [
            path
            for path in (plain, plain.with_name(plain.name + ".gz"), plain.with_name(plain.name + ".zst"))
            if path.is_file()
        ]
        return max(found, key=lambda path: path.stat().st_mtime_ns, default=None)

    def read(self, file: Path) -> bytes:
        """Return the content of a state file, uncompressed."""
        try:
            content = file.read_bytes()
            if file.suffix == ".zst":
                raise StackError("is compressed with zstd", remedy="this needs the Pulumi CLI", file=str(file))
            return gzip.decompress(content) if content.startswith(_GZIP) else content
        except (EOFError, gzip.BadGzipFile, OSError) as error:
            if isinstance(error, OSError) and error.errno:
                raise StackError(f"cannot be read: {error.strerror}", file=str(file)) from error
            raise StackError(
                "is damaged: its compression is broken",
                remedy=f"restore it, for instance from {file}.bak",
                file=str(file),
            ) from error

    def write(self, stack: StackName, text: str) -> Path:
        """Replace a stack's state; the state before it stays beside it as ``.bak``. A failure leaves it as it was."""
        self._mark_layout()
        before = self.state_file(stack)
        file = self._state_path(stack)
        data = text.encode()
        if self.compress:
            file = file.with_name(file.name + ".gz")
            data = gzip.compress(data)
        if before is not None:
            _put(before.with_name(before.name + ".bak"), before.read_bytes())
        _put(file, data)
        if before is not None and before != file:
            _drop(before)
        return file

    def record(self, stack: StackName, update: str) -> None:
        """Keep what an update came to in the stack's history, with a copy of its state there and in the backups."""
        file = self.state_file(stack)
        if file is None:
            return
        state = file.read_bytes()
        extension = file.name.removeprefix(stack.name)
        stamp = time.time_ns()
        history = self.folder / "history" / stack.project / stack.name
        data = gzip.compress(update.encode()) if extension.endswith(".gz") else update.encode()
        _put(history / f"{stack.name}-{stamp}.history{extension}", data)
        _put(history / f"{stack.name}-{stamp}.checkpoint{extension}", state)
        if not is_set(os.environ, "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS"):
            _put(self.folder / "backups" / stack.project / stack.name / f"{stack.name}.{stamp}{extension}", state)

    def remove(self, stack: StackName) -> None:
        """Remove a stack's state and history; its last state stays as ``.bak``."""
        file = self.state_file(stack)
        if file is not None:
            _put(file.with_name(file.name + ".bak"), file.read_bytes())
            _drop(file)
        for entry in (self.folder / "history" / stack.project / stack.name).glob("*"):
            entry.unlink(missing_ok=True)

    def _state_path(self, stack: StackName) -> Path:
        return self.folder / "stacks" / stack.project / f"{stack.name}.json"

    def _check_layout(self) -> None:
        """Refuse a folder that another version of the CLI has laid out."""
        file = self.folder / "meta.yaml"
        if file.is_file():
            content = read_go_yaml(file.read_bytes(), file=str(file))
            version = content.get("version") if isinstance(content, dict) else None
            if version != 1:
                raise StackError(
                    f"the layout has version {version!r}, not 1",
                    remedy="run `pulumi state upgrade` with the Pulumi CLI",
                    file=str(file),
                )
        elif any((self.folder / "stacks").glob("*.json")):
            raise StackError(
                "the states are in the layout of an old CLI, without projects",
                remedy="run `pulumi state upgrade` with the Pulumi CLI",
                file=str(self.folder / "stacks"),
            )

    def _mark_layout(self) -> None:
        if not (self.folder / "meta.yaml").is_file():
            _put(self.folder / "meta.yaml", b"version: 1\n")


def _folder(url: str) -> Path:
    if not url.startswith("file://"):
        scheme = urlsplit(url).scheme or url
        raise StackError(
            f"the backend {scheme} is no folder",
            remedy="this needs the Pulumi CLI; or set PULUMI_BACKEND_URL to file://FOLDER",
        )
    path = unquote(url.removeprefix("file://").partition("?")[0])
    if path.startswith("~"):
        path = str(Path.home() / path[2:])
    return Path(path).absolute()


def _stem(path: Path) -> str:
    name = path.name
    for extension in (".json", ".json.gz", ".json.zst"):
        if name.endswith(extension):
            return name.removesuffix(extension)
    return ""


def _put(file: Path, data: bytes) -> None:
    """Write a file and its sidecar."""
    write_whole(file.with_name(file.name + ".attrs"), _attributes(data))
    write_whole(file, data)


def _drop(file: Path) -> None:
    for path in (file, file.with_name(file.name + ".attrs")):
        path.unlink(missing_ok=True)


def _attributes(data: bytes) -> bytes:
    """Return the sidecar in which the CLI's storage library keeps a file's type and checksum."""
    kind = "application/x-gzip" if data.startswith(_GZIP) else "text/plain; charset=utf-8"
    fields = {
        f"user.{name}": "" for name in ("cache_control", "content_disposition", "content_encoding", "content_language")
    }
    checksum = base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
    return (
        write_go_json({**fields, "user.content_type": kind, "user.metadata": None, "md5": checksum}) + "\n"
    ).encode()
