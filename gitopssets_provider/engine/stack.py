"""A stack: its configuration, its state, its lock, and the states of others that it refers to."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from gitopssets_provider.engine.backend import FileBackend
from gitopssets_provider.engine.checkpoint import load_export, read_checkpoint, write_checkpoint, write_export
from gitopssets_provider.engine.configuration import StackConfiguration
from gitopssets_provider.engine.deployment import ENGINE_VERSION
from gitopssets_provider.engine.go_json import write_go_json
from gitopssets_provider.engine.lock import hold_lock
from gitopssets_provider.engine.passphrase import Passphrase
from gitopssets_provider.engine.project import Project
from gitopssets_provider.engine.resource import Snapshot
from gitopssets_provider.engine.stack_name import StackName
from gitopssets_provider.errors import StackError, did_you_mean

__all__ = ["Stack", "UpdateKind", "load_export", "open_stack"]

UpdateKind = Literal["update", "destroy"]


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
        return self._load(self.reference) or Snapshot()

    def save(self, snapshot: Snapshot) -> None:
        """Replace the stack's state. Hold the lock around reading, changing and saving it."""
        self.backend.write(self.reference, write_checkpoint(snapshot, self.reference, self._secrets()))

    @contextmanager
    def lock(self) -> Iterator[tuple[str, ...]]:
        """Hold the stack's lock in a ``with``; it yields notes for the user, as on a dead process's lock removed.

        Who holds it is about to change things, so it is also made sure that the state can be written afterwards.
        """
        self._secrets().check()
        with hold_lock(self.backend.locks(self.reference)) as notes:
            yield notes

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
        snapshot = self._load(other)
        if snapshot is None:
            known = self.backend.stacks(other.project)
            remedy = did_you_mean(other.name, known) or f'no stack of "{other.project}" is in {self.backend.root}'
            raise StackError(f'unknown stack "{reference}"', remedy=remedy)
        return snapshot

    def outputs_of(self, reference: str) -> dict[str, Any]:
        """Return the outputs of another stack of the same backend, secrets as ``Secret``."""
        for resource in self.snapshot_of(reference).resources:
            if resource.type == "pulumi:pulumi:Stack" and not resource.parent:
                return resource.outputs
        return {}

    def export(self, *, show_secrets: bool = False) -> str:
        """Return the state as ``pulumi stack export`` prints it."""
        file = self.backend.state_file(self.reference)
        if file is None:
            raise StackError(f'the stack "{self.name}" has no state yet', remedy="`gitopssets up` makes one")
        return write_export(self.backend.read(file), file=file, show_secrets=show_secrets)

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

    def _load(self, reference: StackName) -> Snapshot | None:
        file = self.backend.state_file(reference)
        return read_checkpoint(self.backend.read(file), file=file) if file else None

    def _secrets(self) -> Passphrase:
        """Return the secrets manager that the state is written with; a stack without one gets it now."""
        return self.configuration.secrets or self.configuration.keep_salt(Passphrase.create())


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
        remedy = did_you_mean(reference.name, known) or f"write its configuration: {stack.configuration.file}"
        raise StackError(f'the project "{project.name}" has no stack "{reference.name}"', remedy=remedy)
    return stack
