"""The user's program, run unchanged in a process of its own, as the CLI's Python host runs it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Final

from gitopssets_provider.engine.goal import needs_cli
from gitopssets_provider.engine.monitor import RunFacts
from gitopssets_provider.engine.project import Project
from gitopssets_provider.engine.reporter import Reporter
from gitopssets_provider.errors import StackError

__all__ = ["Program", "interpreter"]

_PATIENCE: Final = 5.0


def interpreter(project: Project) -> Path:
    """Return the Python of the project's virtual environment, or this one where the project names none."""
    if project.runtime != "python":
        raise needs_cli(f"a program in {project.runtime}").at("runtime", file=str(project.file))
    options = project.runtime_options
    virtualenv = options.get("virtualenv") or (".venv" if options.get("toolchain") == "uv" else "")
    if not virtualenv:
        return Path(sys.executable)
    python = project.root / str(virtualenv) / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        raise StackError(
            f"the virtual environment {virtualenv} has no {python.name}",
            remedy="make it, for instance with `make`, or with `pulumi install`",
            path="runtime.options.virtualenv",
            file=str(project.file),
        )
    return python


class Program:
    """A program that runs. What it prints is passed on line by line."""

    def __init__(
        self,
        project: Project,
        facts: RunFacts,
        address: str,
        configuration: Mapping[str, str],
        reporter: Reporter,
        ended: Callable[[], None],
    ) -> None:
        folder, entry = _place(project)
        arguments = [
            *("--monitor", address, "--engine", address, "--project", facts.project, "--root_directory", facts.root),
            *("--stack", facts.stack, "--pwd", str(folder), "--dry_run", str(facts.dry_run).lower()),
            *("--parallel", str(facts.parallel), "--organization", facts.organization, entry),
        ]
        command = [str(interpreter(project)), "-u", str(Path(__file__).with_name("program_entry.py")), *arguments]
        self._process = subprocess.Popen(  # noqa: S603  the user's own program
            command,
            cwd=folder,
            env={**os.environ, **configuration},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        assert self._process.stdout is not None  # noqa: S101
        assert self._process.stderr is not None  # noqa: S101
        self._readers = [
            _reading(self._process.stdout, lambda line: reporter.hear("info", line)),
            _reading(self._process.stderr, lambda line: reporter.hear("info#err", line)),
        ]
        self.ended = False
        threading.Thread(target=self._await_end, args=(ended,), daemon=True).start()

    def _await_end(self, ended: Callable[[], None]) -> None:
        self._process.wait()
        for reader in self._readers:
            reader.join(_PATIENCE)
        self.ended = True
        ended()

    @property
    def status(self) -> int | None:
        """Return what the program exited with, ``None`` while it runs."""
        return self._process.poll()

    def wait(self) -> None:
        """Wait until the program has ended, but not forever."""
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.stop()

    def stop(self) -> None:
        """End the program: ask it to, and insist if it does not."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


def _place(project: Project) -> tuple[Path, str]:
    """Return the folder a program runs in and what is run there."""
    return project.folder, "." if project.program.is_dir() else project.program.name


def _reading(stream: IO[str], tell: Callable[[str], None]) -> threading.Thread:
    def read() -> None:
        with stream:
            for line in stream:
                tell(line.rstrip("\n"))

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return thread
