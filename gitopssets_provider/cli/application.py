"""The program ``gitopssets``: its commands, each imported only when it is called, and how it ends.

Exit codes: 0 done, 1 a definition, a source or a stack is at fault, 2 wrong usage, 3 refused; 130 interrupted.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Final, cast

import click

from gitopssets_provider import __version__
from gitopssets_provider.cli.faults import report_fault
from gitopssets_provider.errors import did_you_mean

__all__ = ["COMMANDS", "application", "run"]

#: Each command with what it does; the module of a command has its name.
COMMANDS: Final = {
    "render": "Expand definitions into Kubernetes objects; nothing is applied.",
    "validate": "Report everything that is wrong with definitions and what they expand to.",
    "params": "Show the elements that the generators yield.",
    "explain": "Tell why an object exists: generator, file, commit, template.",
    "preview": "Show what would change in a stack; nothing happens.",
    "up": "Apply a stack: create, update and prune its objects.",
    "destroy": "Delete everything that a stack has made.",
    "state": "Look at what a stack remembers.",
    "clusters": "List the clusters of a stack, and whether they answer.",
    "schema": "Print the JSON Schema of definitions, for editors.",
}


class _Commands(click.Group):
    """A group whose commands are imported when they are called; its help needs none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's signature
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"gitopssets_provider.cli.{cmd_name}")
        return cast(click.Command, module.command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.UsageError(f'there is no command "{args[0]}". {did_you_mean(args[0], COMMANDS)}', ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  click's signature
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(__version__, prog_name="gitopssets")
def application() -> None:
    """One definition of an application becomes the objects of every environment and cluster, seen before it happens.

    Name definition FILEs to expand them on their own, or a Pulumi stack with --stack to expand, preview and apply what
    its configuration names.
    """


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; whatever goes wrong is told on stderr."""
    try:
        status = _invoke(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        return _unread()
    except (Exception, KeyboardInterrupt) as fault:
        return report_fault(fault)
    return status


def _invoke(arguments: Sequence[str]) -> int:
    try:
        with application.make_context("gitopssets", list(arguments)) as context:
            status = application.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    return status if isinstance(status, int) else 0


def _unread() -> int:
    """End well where the reader (`| head`) has seen enough; Python would complain once more while it closes stdout."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
