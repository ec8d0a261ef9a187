"""The whole error tree: every message a user can meet is one of these.

::

    GitOpsSetsError            exit 1   carries one or more problems
    ├── DefinitionError        exit 1   a definition or a stack's configuration is at fault
    │   └── TemplateError      exit 1   a template is: syntax, unknown name, wrong result
    ├── SourceError            exit 1   what a generator reads is at fault, unknown or unreachable
    ├── PlanError              exit 1   the expanded objects contradict each other or Kubernetes
    ├── StackError             exit 1   a project, a stack or its state is at fault
    ├── UsageError             exit 2   the command line is at fault
    └── RefusedError           exit 3   the result would be dangerous

A problem has a *place*, a *fact* and a *remedy*. The place grows as the error rises: whoever knows more of it calls
:meth:`GitOpsSetsError.at`. Problems are collected and raised at once: see :class:`Problems`.
Anything else that escapes is a bug of ours and says so (see ``cli``).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

__all__ = [
    "DefinitionError",
    "GitOpsSetsError",
    "PlanError",
    "Problem",
    "Problems",
    "RefusedError",
    "SourceError",
    "StackError",
    "TemplateError",
    "UsageError",
    "did_you_mean",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: where it is, what is so, and what to do about it.

    ``file`` names a file (with ``:line`` behind it where the line is known), ``path`` a place inside of it such as
    ``spec.generators[0].list``. Either may be empty.
    """

    fact: str
    remedy: str = ""
    path: str = ""
    file: str = ""

    @property
    def place(self) -> str:
        """Return ``file: path``, or what there is of the two."""
        return ": ".join(part for part in (self.file, self.path) if part)

    def at(self, path: str = "", *, file: str = "") -> Problem:
        """Return the same problem with its place extended in front: an inner place stays, an outer one is added."""
        joined = path + self.path if self.path.startswith("[") else ".".join(p for p in (path, self.path) if p)
        return replace(self, path=joined, file=self.file or file)

    def __str__(self) -> str:
        text = f"{self.place}: {self.fact}" if self.place else self.fact
        return f"{text}; {self.remedy}" if self.remedy else text


class GitOpsSetsError(Exception):
    """Base of all errors a user can cause or meet; carries one or more problems.

    ``GitOpsSetsError("no file matches", remedy="...", path="spec.generators[0].git")`` is the short form for one.
    """

    exit_code: ClassVar[int] = 1

    def __init__(
        self, fact: str = "", *, remedy: str = "", path: str = "", file: str = "", problems: Iterable[Problem] = ()
    ) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems) or (Problem(fact, remedy, path, file),)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def at(self, path: str = "", *, file: str = "") -> Self:
        """Return the same error with the place of each problem extended in front."""
        return type(self)(problems=(problem.at(path, file=file) for problem in self.problems))


class DefinitionError(GitOpsSetsError):
    """Raised when a definition or a stack's configuration is at fault."""


class TemplateError(DefinitionError):
    """Raised when a template is at fault: its syntax, a name it uses, or what it yields."""


class SourceError(GitOpsSetsError):
    """Raised when what a generator reads is at fault, unknown or unreachable. Never turned into an empty answer."""


class PlanError(GitOpsSetsError):
    """Raised when expanded objects contradict each other, Kubernetes' rules, or a limit."""


class StackError(GitOpsSetsError):
    """Raised when a project, a stack, its configuration file or its state is at fault."""


class UsageError(GitOpsSetsError):
    """Raised when the command line is at fault."""

    exit_code = 2


class RefusedError(GitOpsSetsError):
    """Raised when a result would be dangerous and nobody has allowed it."""

    exit_code = 3


@dataclass(slots=True)
class Problems:
    """Collects errors so that all of them are reported at once.

    ::

        problems = Problems()
        for path, item in enumerate(items):
            with problems.catch(f"[{path}]"):
                check(item)
        problems.raise_if_any()
    """

    errors: list[GitOpsSetsError] = field(default_factory=list)

    @contextmanager
    def catch(self, path: str = "", *, file: str = "") -> Iterator[None]:
        """Keep an error raised inside, its place extended by ``path`` and ``file``, and go on behind the block."""
        try:
            yield
        except GitOpsSetsError as error:
            self.errors.append(error.at(path, file=file))

    def add(self, error: GitOpsSetsError) -> None:
        """Keep one more error."""
        self.errors.append(error)

    def raise_if_any(self) -> None:
        """Raise what was collected, in the order it was found, each problem once.

        One class of error keeps its class; of several the one with the highest exit code is raised.
        """
        if not self.errors:
            return
        worst = max(self.errors, key=lambda error: error.exit_code)
        kinds = {type(error) for error in self.errors}
        kind = type(worst) if len(kinds) == 1 or worst.exit_code > 1 else GitOpsSetsError
        raise kind(problems=dict.fromkeys(problem for error in self.errors for problem in error.problems))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``did you mean "x"?`` for the nearest known word, else the known ones, else nothing."""
    names = sorted(known)
    same = [name for name in names if name.lower() == word.lower()]
    near = same or difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if near:
        return f'did you mean "{near[0]}"?'
    return f"known are: {', '.join(names)}" if names else ""
