"""Asking before something happens."""

from __future__ import annotations

import sys

import click

from gitopssets_provider.errors import UsageError

__all__ = ["confirm", "require_answer"]


def require_answer(*, yes: bool, as_json: bool) -> None:
    """Refuse, before anything is read, a command that would have to ask where nobody can answer."""
    if yes:
        return
    if as_json:
        raise UsageError("JSON output leaves no room for a question", remedy="say --yes, or use preview")
    if not sys.stdin.isatty():
        raise UsageError("nobody is there to say yes: the input is no terminal", remedy="say --yes")


def confirm(question: str) -> bool:
    """Ask on the terminal; anything but yes is no."""
    return click.confirm(question, default=False, err=True)
