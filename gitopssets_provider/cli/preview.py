"""``gitopssets preview``."""

from __future__ import annotations

from pathlib import Path

import click

from gitopssets_provider.cli import options

__all__ = ["command"]


@click.command("preview")
@options.run
@options.expect_no_changes
@click.option(
    "--against",
    type=options.READABLE,
    metavar="EXPORT",
    help="Compare with the state in this `pulumi stack export`, of any backend, instead of the stack's own.",
)
def command(*, flags: options.RunFlags, expect_no_changes: bool, against: Path | None) -> int:
    """Show what would change in a stack; nothing happens.

    The program of the project runs as it would in `pulumi preview`. With --against only inputs are compared: what a
    live cluster has made of them is not known here.
    """
    from gitopssets_provider.cli.runs import Runs
    from gitopssets_provider.cli.stacks import stack_named
    from gitopssets_provider.engine.stack import load_export

    runs = Runs(stack_named(flags.stack), flags, expect_no_changes=expect_no_changes)
    if against is None:
        return runs.preview()
    click.echo(f"compared with {against}: inputs only, not what a live cluster has made of them", err=True)
    return runs.preview(against=load_export(against))
