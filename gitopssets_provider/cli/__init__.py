"""The command line: thin commands over the same road that the program takes; one file a command."""

import os
import sys

__all__ = ["main"]


def main() -> None:
    """Run ``gitopssets`` with the arguments of the process and exit as it says."""
    _open_closed_streams()
    from gitopssets_provider.cli.application import run

    sys.exit(run(sys.argv[1:]))


def _open_closed_streams() -> None:
    """Put the null device where the caller closed a standard stream, so that no other file takes its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115  it stays open
