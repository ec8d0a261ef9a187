"""The command line: thin commands over the same road that the program takes; one file a command."""

import sys

__all__ = ["main"]


def main() -> None:
    """Run ``gitopssets`` with the arguments of the process and exit as it says."""
    from gitopssets_provider.cli.application import run

    sys.exit(run(sys.argv[1:]))
