"""``gitopssets schema``."""

from __future__ import annotations

import json

import click

__all__ = ["command"]


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of definitions, for editors.

    With the YAML language server: save it to a file and put "# yaml-language-server: $schema=FILE" into a definition.
    """
    from gitopssets_provider.spec import schema

    click.echo(json.dumps(schema(), indent=2, ensure_ascii=False))
