"""A stack: its configuration, its state, its lock, and the states of others that it refers to."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from gitopssets_provider.engine.backend import FileBackend, StackName
from gitopssets_provider.engine.configuration import StackConfiguration
from gitopssets_provider.engine.deployment import ENGINE_VERSION, check_version, read_snapshot, write_deployment
from gitopssets_provider.engine.go_json import write_go_json
from gitopssets_provider.engine.integrity import check_integrity
from gitopssets_provider.engine.lock import hold_lock
from gitopssets_provider.engine.passphrase import Passphrase
from gitopssets_provider.engine.project import Project
from gitopssets_provider.engine.resource import Snapshot
from gitopssets_provider.errors import StackError, did_you_mean

__all__ = ["Stack", "UpdateKind", "load_export", "open_stack"]

UpdateKind = Literal["update", "destroy"]

_RESTORE: Final = "restore it, for instance from the .bak beside it or from .pulumi/backups; nothing was changed"


@dataclass(slots=True)
class Stack:
    """One stack of a project in a file backend."""

    project: Project
    reference: StackName
    configuration: StackConfiguration
    backend: FileBackend

    @property
    def name(self) -> str:
        """Return the stack's name without project and organization."""
        return self.reference.name

    @property
    def exists(self) -> bool:
        """Say whether the stack has a state; without one it is new."""
        return self.backend.state_file(self.reference) is not None

    def load(self) -> Snapshot:
        """Return the stack's state; that of a new stack is empty."""
        return _load(self.backend, self.reference) or Snapshot()

    def save(self, snapshot: Snapshot) -> None:
        """Replace the stack's state. Hold the lock around reading, changing and saving it."""
        secrets = self._secrets()
        provider = {"type": "passphrase", "state": {"salt": secrets.state}}
        deployment = write_deployment(snapshot, provider, secrets.encrypt)
        checkpoint = {"stack": str(self.reference), "latest": deployment.content}
        self.backend.write(self.reference, write_go_json({**deployment.head, "checkpoint": checkpoint}))

    def lock(self) -> AbstractContextManager[tuple[str, ...]]:
        """Hold the stack's lock in a ``with``; it yields notes for the user, as on a dead process's lock removed."""
        return hold_lock(self.backend.locks(self.reference))

    def record(self, kind: UpdateKind, *, ok: bool, started: float, changes: Mapping[str, int]) -> None:
        """Add a finished update to the stack's history, as ``pulumi stack history`` shows it; ``started`` is a time."""
        update = {
            "kind": kind,
            "startTime": int(started),
            "message": "",
            "environment": {"exec.kind": "cli", "exec.agent": "gitopssets", "pulumi.version": ENGINE_VERSION},
            "config": self.configuration.recorded(),
            "version": 0,
            "result": "succeeded" if ok else "failed",
            "endTime": int(time.time()),
            **({"resourceChanges": dict(sorted(changes.items()))} if changes else {}),
        }
        self.backend.record(self.reference, write_go_json(update))

    def snapshot_of(self, reference: str) -> Snapshot:
        """Return the state of another stack of the same backend (``organization/PROJECT/STACK``)."""
        other = StackName.parse(reference, project=self.reference.project)
        snapshot = _load(self.backend, other)
        if snapshot is None:
            raise StackError(
                f'unknown stack "{reference}"', remedy=_nearest(other.name, self.backend.stacks(other.project))
            )
        return snapshot

    def outputs_of(self, reference: str) -> dict[str, Any]:
        """Return the outputs of another stack of the same backend, secrets as ``Secret``."""
        for resource in self.snapshot_of(reference).resources:
            if resource.type == "pulumi:pulumi:Stack" and not resource.parent:
                return resource.outputs
        return {}

    def export(self, *, show_secrets: bool = False) -> str:
        """Return the state as ``pulumi stack export`` prints it."""
        secrets = self._secrets()
        provider = {"type": "passphrase", "state": {"salt": secrets.state}}
        deployment = write_deployment(self.load(), provider, None if show_secrets else secrets.encrypt)
        return write_go_json({**deployment.head, "deployment": deployment.content}, indent=4) + "\n"

    def remove(self) -> None:
        """Remove the stack's state and history; its configuration stays. A stack that has resources is refused."""
        with self.lock():
            left = [resource for resource in self.load().resources if resource.type != "pulumi:pulumi:Stack"]
            if left:
                raise StackError(
                    f'the stack "{self.name}" still has {len(left)} resources, such as {left[0].urn}',
                    remedy="destroy it first",
                )
            self.backend.remove(self.reference)

    def _secrets(self) -> Passphrase:
        """Return the secrets manager that the state is written with; a stack without one gets it now."""
        if self.configuration.secrets is None:
            self.configuration.keep_salt(Passphrase.create())
        assert self.configuration.secrets is not None  # noqa: S101
        return self.configuration.secrets


def open_stack(project: Project, name: str, *, create: bool = False) -> Stack:
    """Return a stack that has a configuration file or a state; with ``create`` also one that has neither.

    ``create`` gives the stack what ``pulumi stack init`` would: an empty state, and the salt of its secrets.
    """
    if project.always_refresh:
        raise StackError(
            "asks for a refresh before each run",
            remedy="this needs the Pulumi CLI",
            path="options.refresh",
            file=str(project.file),
        )
    backend = FileBackend.of(project)
    reference = StackName.parse(name, project=project.name)
    if reference.project != project.name:
        raise StackError(
            f'"{name}" is a stack of the project "{reference.project}"',
            remedy=f'this folder is the project "{project.name}"',
        )
    stack = Stack(project, reference, StackConfiguration.load(project, reference.name), backend)
    if create and not stack.exists:
        with stack.lock():
            stack.save(Snapshot())
    elif not stack.exists and not stack.configuration.file.exists():
        known = {*backend.stacks(project.name), *project.stack_files()}
        raise StackError(
            f'the project "{project.name}" has no stack "{reference.name}"', remedy=_nearest(reference.name, known)
        )
    return stack


def load_export(path: Path) -> Snapshot:
    """Return the state in a file that ``pulumi stack export`` wrote, of any backend.

    Secrets that the environment's passphrase does not open are values nobody can read: ``Secret(UNKNOWN)``.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StackError(f"cannot be read: {error.strerror}", file=str(path)) from error
    document = _document(content, path)
    try:
        check_version(document.get("version"), document.get("features"))
        latest = document.get("deployment")
        if not isinstance(latest, dict):
            raise StackError('has no "deployment"', remedy="write it with `pulumi stack export`")
        return read_snapshot(latest, _opener(latest, lenient=True))
    except StackError as error:
        raise error.at(file=str(path)) from error


def _load(backend: FileBackend, reference: StackName) -> Snapshot | None:
    file = backend.state_file(reference)
    if file is None:
        return None
    document = _document(backend.read(file), file)
    try:
        check_version(document.get("version"), document.get("features"))
        checkpoint = document.get("checkpoint")
        if not isinstance(checkpoint, dict):
            raise StackError('has no "checkpoint"')
        latest = checkpoint.get("latest")
        if latest is None:
            return Snapshot()
        if not isinstance(latest, dict):
            raise StackError('has a "latest" that is no object')
        snapshot = read_snapshot(latest, _opener(latest, lenient=False))
        check_integrity(latest.get("manifest"), snapshot)
    except StackError as error:
        raise error.at(file=str(file)) from error
    return snapshot


def _document(content: bytes, file: Path) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        at = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise StackError(f"is damaged: it is no JSON{at}", remedy=_RESTORE, file=str(file)) from error
    if not isinstance(document, dict):
        raise StackError("is damaged: it is no object", remedy=_RESTORE, file=str(file))
    return document


def _opener(latest: Mapping[str, Any], *, lenient: bool) -> Callable[[str], str] | None:
    """Return what decrypts a state's secrets; None where ``lenient`` and they cannot be."""
    provider = latest.get("secrets_providers") or {}
    kind, state = provider.get("type"), provider.get("state")
    if kind == "passphrase" and isinstance(state, dict):
        secrets = Passphrase(str(state.get("salt", "")))
        return _opens(secrets) if lenient else secrets.decrypt
    if lenient:
        return None
    if kind:
        raise StackError(f'the state uses the secrets provider "{kind}"', remedy="this needs the Pulumi CLI")
    return _no_provider


def _opens(secrets: Passphrase) -> Callable[[str], str] | None:
    try:
        secrets.check()
    except StackError:
        return None
    return secrets.decrypt


def _no_provider(_: str) -> str:
    raise StackError("has a secret and names no secrets provider", remedy=_RESTORE)


def _nearest(name: str, known: Iterable[str]) -> str:
    return did_you_mean(name, known) or "there is none yet: `gitopssets up` makes one that has a configuration file"
