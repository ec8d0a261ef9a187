"""``gitopssets params``."""

from __future__ import annotations

import click

from gitopssets_provider.cli import options

__all__ = ["command"]


@click.command("params")
@options.expansion
@options.output("yaml", "json")
@options.keep_going
def command(*, flags: options.ExpansionFlags, form: str, keep_going: bool) -> int:
    """Show the elements that the generators yield.

    Each with where it comes from: these are the names that templates see.
    """
    from gitopssets_provider.cli.expansion import expand, ground
    from gitopssets_provider.cli.faults import tell_errors
    from gitopssets_provider.report.elements import elements_json, elements_yaml

    with ground(flags) as found:
        expansions = expand(found, keep_going=keep_going)
    if form == "json":
        click.echo(elements_json(expansions))
    else:
        for text in elements_yaml(expansions):
            click.echo(text, nl=False)
    return tell_errors(expansion.error for expansion in expansions if expansion.error)
