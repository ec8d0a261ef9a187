"""``gitopssets destroy``."""

from __future__ import annotations

import click

from gitopssets_provider.cli import options

__all__ = ["command"]


@click.command("destroy")
@options.run
@options.yes
@click.option("--run-program", is_flag=True, help="Run the program too, so that its delete hooks can be called.")
def command(*, flags: options.RunFlags, yes: bool, run_program: bool) -> int:
    """Delete everything that a stack has made.

    Says how much that is and asks first, unless --yes is given. The stack's configuration stays.
    """
    from gitopssets_provider.cli.confirmation import require_answer
    from gitopssets_provider.cli.runs import Runs
    from gitopssets_provider.cli.stacks import stack_named

    require_answer(yes=yes, as_json=flags.as_json)
    return Runs(stack_named(flags.stack), flags, run_program=run_program).destroy(ask=not yes)
