"""``gitopssets up``."""

from __future__ import annotations

import click

from gitopssets_provider.cli import options

__all__ = ["command"]


@click.command("up")
@options.run
@options.expect_no_changes
@options.yes
def command(*, flags: options.RunFlags, expect_no_changes: bool, yes: bool) -> int:
    """Apply a stack: create, update and prune its objects.

    Shows a preview and asks first; with --yes neither. Objects are applied to rendered manifests (gitopssets:render).
    """
    from gitopssets_provider.cli.confirmation import require_answer
    from gitopssets_provider.cli.runs import Runs
    from gitopssets_provider.cli.stacks import stack_named

    require_answer(yes=yes, as_json=flags.as_json)
    return Runs(stack_named(flags.stack), flags, expect_no_changes=expect_no_changes).up(ask=not yes)
