"""The flags that several commands share, each defined once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

__all__ = [
    "against",
    "allow_colour",
    "definition_files",
    "expansion",
    "output",
    "stack",
    "steps",
    "targets",
    "yes",
]

_Command = TypeVar("_Command", bound=Callable[..., Any])
_READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)

stack = click.option("-s", "--stack", metavar="NAME", help="The stack, of the project in this folder or above it.")
yes = click.option("-y", "--yes", is_flag=True, help="Do it without asking.")
against = click.option(
    "--against", type=_READABLE, metavar="EXPORT", help="Compare with a `pulumi stack export` of any backend instead."
)
targets = click.option(
    "-t", "--target", "targets", multiple=True, metavar="URN", help="Only this resource; may be repeated."
)
definition_files = click.argument("files", nargs=-1, metavar="[FILE]...")
allow_colour = click.option(
    "--color",
    "colour",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Colour the output; auto: on a terminal, unless NO_COLOR is set.",
)


def output(*forms: str) -> Callable[[_Command], _Command]:
    """Return the flag that chooses the form of the output; the first form is the default."""
    return click.option("-o", "--output", "form", type=click.Choice(forms), default=forms[0], show_default=True)


def expansion(command: _Command) -> _Command:
    """Add what every command takes that expands definitions in this process."""
    flags = (
        definition_files,
        stack,
        click.option("--fixtures", type=_READABLE, metavar="FILE", help="Answer what generators ask from this file."),
        click.option("--offline", is_flag=True, help="Refuse every source that is not on this machine."),
    )
    return _all(flags, command)


def steps(command: _Command) -> _Command:
    """Add what every command takes that shows the steps of a run."""
    flags = (
        stack,
        targets,
        click.option("--diff", is_flag=True, help="Show each changed object as a whole diff."),
        click.option("--show-sames", is_flag=True, help="Show unchanged resources too."),
        click.option("-j", "--json", "as_json", is_flag=True, help="Print Pulumi's preview digest."),
        allow_colour,
    )
    return _all(flags, command)


def _all(flags: tuple[Callable[[_Command], _Command], ...], command: _Command) -> _Command:
    for flag in reversed(flags):
        command = flag(command)
    return command
