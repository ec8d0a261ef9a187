"""How a command ends when something is wrong: one line a problem, or, where the fault is ours, a request to say so."""

from __future__ import annotations

import errno
import traceback
from collections.abc import Iterable
from typing import Final

import click

from gitopssets_provider.errors import GitOpsSetsError, Problem

__all__ = ["INTERRUPTED", "one_line", "report_fault", "tell_errors"]

#: What a shell expects of a process that ctrl-C has ended.
INTERRUPTED: Final = 130
_USAGE: Final = 2
_ISSUES: Final = "please report it with the lines above and the command"


def report_fault(fault: BaseException) -> int:
    """Tell on stderr what went wrong and return the exit code for it."""
    if isinstance(fault, GitOpsSetsError):
        for problem in fault.problems:
            click.echo(one_line(problem), err=True)
        return fault.exit_code
    if isinstance(fault, (KeyboardInterrupt, click.Abort)):
        click.echo(str(fault) or "interrupted", err=True)
        return INTERRUPTED
    if isinstance(fault, click.UsageError):
        click.echo(_usage(fault), err=True)
        return _USAGE
    if isinstance(fault, click.ClickException):
        click.echo(fault.format_message(), err=True)
        return fault.exit_code
    if isinstance(fault, OSError):
        click.echo(one_line(_system_problem(fault)), err=True)
        return 1
    click.echo("".join(traceback.format_exception(fault)), err=True, nl=False)
    click.echo(f"This is a bug in gitopssets, {_ISSUES}.", err=True)
    return 1


def tell_errors(errors: Iterable[GitOpsSetsError]) -> int:
    """Tell on stderr what is wrong, and return the gravest exit code: 0 where nothing is."""
    return max(map(report_fault, errors), default=0)


def one_line(problem: Problem) -> str:
    """Return a problem as one line, whatever its texts hold."""
    return " ".join(line.strip() for line in str(problem).splitlines() if line.strip())


def _usage(fault: click.UsageError) -> str:
    if isinstance(fault, click.exceptions.NoArgsIsHelpError):
        return fault.message
    command = fault.ctx.command_path if fault.ctx else "gitopssets"
    fact, _, advice = fault.format_message().rstrip(".").partition(". ")
    advice = advice or f"see {command} --help"
    return f"{command}: {_uncapitalised(fact)}; {_uncapitalised(advice)}"


def _uncapitalised(text: str) -> str:
    return text[:1].lower() + text[1:]


def _system_problem(fault: OSError) -> Problem:
    """Say what the operating system refused: a full disk, a missing permission.

    A full disk that names no file is met where results are printed.
    """
    if fault.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO) and not fault.filename:
        return Problem(f"cannot be written: {fault.strerror}", "make room, or send it elsewhere", file="the output")
    return Problem(f"{fault.strerror or fault}", file=str(fault.filename or ""))
