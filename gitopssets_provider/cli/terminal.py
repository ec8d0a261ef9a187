"""The terminal: whether it shows colours, and what is going on while a command takes its time."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import click

from gitopssets_provider.report.style import PLAIN, Style

__all__ = ["Tell", "activity", "notice", "style_for"]

#: Replaces what is shown to be going on.
Tell = Callable[[str], None]


def style_for(colour: str) -> Style:
    """Return the style that a ``--color`` choice means for the results on stdout."""
    if colour == "auto":
        wanted = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    else:
        wanted = colour == "always"
    return Style() if wanted else PLAIN


@contextmanager
def activity(text: str) -> Iterator[Tell]:
    """Show on stderr what is going on, for as long as the block takes; nothing where nobody watches."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.markup import escape

    with Console(stderr=True).status(escape(text)) as status:
        yield lambda text: status.update(escape(text))


def notice(lines: Iterable[str]) -> None:
    """Leave lines on stderr behind what was going on, where somebody watches."""
    if sys.stderr.isatty():
        for line in lines:
            click.echo(line, err=True)
