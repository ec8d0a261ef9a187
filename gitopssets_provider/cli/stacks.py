"""The stack a command works on: that of ``--stack``, in the project of this folder."""

from __future__ import annotations

from gitopssets_provider.engine.backend import FileBackend
from gitopssets_provider.engine.project import find_project
from gitopssets_provider.engine.stack import Stack, open_stack
from gitopssets_provider.errors import UsageError

__all__ = ["stack_named"]


def stack_named(name: str | None, *, create: bool = False) -> Stack:
    """Return the stack; without a name, say which there are."""
    project = find_project()
    if name:
        return open_stack(project, name, create=create)
    known = sorted({*project.stack_files(), *FileBackend.of(project).stacks(project.name)})
    which = (
        f"the project {project.name} has {', '.join(known)}" if known else f"the project {project.name} has none yet"
    )
    raise UsageError("no stack is named", remedy=f"say --stack NAME: {which}")
