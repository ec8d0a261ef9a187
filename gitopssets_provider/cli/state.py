"""``gitopssets state``: list, show, export."""

from __future__ import annotations

import json
from typing import Any

import click

from gitopssets_provider.cli import options

__all__ = ["command"]


@click.group("state")
def command() -> None:
    """Look at what a stack remembers."""


@command.command("list")
@options.stack
@options.output("text", "json", "name")
@options.colour
def list_(*, stack: str | None, form: str, colour: str) -> None:
    """List the resources of a stack.

    Grouped by set and cluster; `-o name` prints their URNs.
    """
    from gitopssets_provider.cli.stacks import stack_named
    from gitopssets_provider.cli.terminal import style_for
    from gitopssets_provider.report.inventory import inventory_json, inventory_lines

    resources = stack_named(stack).load().resources
    if form == "json":
        click.echo(inventory_json(resources))
    elif form == "name":
        click.echo("".join(f"{resource.urn}\n" for resource in resources), nl=False)
    else:
        for line in inventory_lines(resources, style_for(colour)):
            click.echo(line, color=True)


@command.command("show")
@click.argument("resource")
@options.stack
@options.output("yaml", "json")
def show(*, resource: str, stack: str | None, form: str) -> None:
    """Show one resource; secrets are masked.

    RESOURCE is a URN, or a name where only one resource has it.
    """
    from gitopssets_provider.cli.stacks import stack_named
    from gitopssets_provider.documents.yaml_writer import write_yaml
    from gitopssets_provider.report.inventory import find_resource, resource_json

    content: dict[str, Any] = resource_json(find_resource(resource, stack_named(stack).load().resources))
    click.echo(json.dumps(content, indent=2, ensure_ascii=False) if form == "json" else write_yaml(content).rstrip())


@command.command("export")
@options.stack
@click.option("--show-secrets", is_flag=True, help="Write secrets in the clear.")
def export(*, stack: str | None, show_secrets: bool) -> None:
    """Print the whole state.

    As `pulumi stack export` does: `pulumi stack import` reads it, and so does `preview --against`.
    """
    from gitopssets_provider.cli.stacks import stack_named

    click.echo(stack_named(stack).export(show_secrets=show_secrets), nl=False)
