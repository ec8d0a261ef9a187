"""The flags that several commands share: each is defined once, and those that belong together arrive as one value."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import click

__all__ = [
    "READABLE",
    "ExpansionFlags",
    "RunFlags",
    "colour",
    "expansion",
    "expect_no_changes",
    "fixtures",
    "keep_going",
    "offline",
    "output",
    "run",
    "stack",
    "yes",
]

_Command = Callable[..., Any]
_Decorator = Callable[[_Command], _Command]

#: A file that exists.
READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)

stack = click.option("-s", "--stack", metavar="NAME", help="The stack, of the project in this folder or above it.")
fixtures = click.option("--fixtures", type=READABLE, metavar="FILE", help="Answer what generators ask from this file.")
offline = click.option("--offline", is_flag=True, help="Refuse every source that is not on this machine.")
yes = click.option("-y", "--yes", is_flag=True, help="Do it without asking.")
expect_no_changes = click.option("--expect-no-changes", is_flag=True, help="Fail if anything would change.")
keep_going = click.option(
    "--keep-going", is_flag=True, help="Expand each set on its own, without the checks between sets."
)
colour = click.option(
    "--color",
    "colour",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Colour the output; auto: on a terminal, unless NO_COLOR is set.",
)


@dataclass(frozen=True, slots=True)
class ExpansionFlags:
    """What to expand: files on their own, or what a stack names; and what generators may ask."""

    files: tuple[str, ...]
    stack: str | None
    fixtures: Path | None
    offline: bool


@dataclass(frozen=True, slots=True)
class RunFlags:
    """Which stack to run, how much of it, and how to show it."""

    stack: str | None
    fixtures: Path | None
    offline: bool
    targets: tuple[str, ...]
    target_dependents: bool
    diff: bool
    show_sames: bool
    as_json: bool
    colour: str


def output(*forms: str) -> _Decorator:
    """Return the flag that chooses the form of the output; the first form is the default."""
    return click.option("-o", "--output", "form", type=click.Choice(forms), default=forms[0], show_default=True)


def expansion(command: _Command) -> _Command:
    """Add what every command takes that expands definitions in this process; it arrives as ``flags``."""
    decorators = (
        click.argument("files", nargs=-1, metavar="[FILE]..."),
        stack,
        fixtures,
        offline,
    )
    return _bundled(ExpansionFlags, decorators, command)


def run(command: _Command) -> _Command:
    """Add what every command takes that runs a stack; it arrives as ``flags``."""
    decorators = (
        stack,
        fixtures,
        offline,
        click.option(
            "-t", "--target", "targets", multiple=True, metavar="URN", help="Only this resource; may be repeated."
        ),
        click.option("--target-dependents", is_flag=True, help="And what depends on the targets."),
        click.option("--diff", is_flag=True, help="Show each changed object as a whole diff."),
        click.option("--show-sames", is_flag=True, help="Show unchanged resources too."),
        click.option("-j", "--json", "as_json", is_flag=True, help="Print Pulumi's preview digest."),
        colour,
    )
    return _bundled(RunFlags, decorators, command)


def _bundled(kind: type[Any], decorators: tuple[_Decorator, ...], command: _Command) -> _Command:
    names = [field.name for field in fields(kind)]

    @functools.wraps(command)
    def bundle(**values: Any) -> Any:
        return command(flags=kind(**{name: values.pop(name) for name in names}), **values)

    decorated: _Command = bundle
    for decorate in reversed(decorators):
        decorated = decorate(decorated)
    return decorated
