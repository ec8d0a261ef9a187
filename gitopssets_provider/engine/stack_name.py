"""The full name of a stack in a file backend."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from gitopssets_provider.errors import StackError

__all__ = ["StackName"]

_PART: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")


@dataclass(frozen=True, slots=True)
class StackName:
    """``organization/PROJECT/NAME``: in a file backend the organization is always the word organization."""

    project: str
    name: str

    @classmethod
    def parse(cls, text: str, *, project: str) -> StackName:
        """Read ``NAME`` or ``organization/NAME`` of the given project, or ``organization/PROJECT/NAME``."""
        parts = text.split("/")
        if len(parts) > 3 or (len(parts) > 1 and parts[0] != "organization"):
            raise StackError(
                f'"{text}" is no stack of a file backend',
                remedy="write STACK or organization/PROJECT/STACK, with the word organization as it stands here",
            )
        name = cls(parts[1] if len(parts) == 3 else project, parts[-1])
        for part in (name.project, name.name):
            if not _PART.fullmatch(part) or part in (".", ".."):
                raise StackError(
                    f'"{part}" is no name of a stack or a project',
                    remedy="use 1 to 100 letters, digits, hyphens, underscores and periods",
                )
        return name

    def __str__(self) -> str:
        return f"organization/{self.project}/{self.name}"
