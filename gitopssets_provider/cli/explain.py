"""``gitopssets explain``."""

from __future__ import annotations

import click

from gitopssets_provider.cli import options

__all__ = ["command"]


@click.command("explain")
@click.argument("object_", metavar="OBJECT")
@options.expansion
@options.output("text", "json")
def command(*, object_: str, flags: options.ExpansionFlags, form: str) -> int:
    """Tell why an object exists: generator, file, commit, template.

    OBJECT is a name, NAMESPACE/NAME, KIND/NAME or KIND/NAMESPACE/NAME, with CLUSTER/ before it where it is on several;
    or a resource's name or URN. All objects that are called so are explained.
    """
    from gitopssets_provider.cli.expansion import ground
    from gitopssets_provider.report.explanation import explanation_json, explanation_text, find

    with ground(flags) as found:
        explained = find(object_, found.plan().sets)
    if form == "json":
        click.echo(explanation_json(explained))
    else:
        click.echo("\n\n".join(map(explanation_text, explained)))
    return 0
