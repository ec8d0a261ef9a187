"""``gitopssets render``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gitopssets_provider.cli import options

if TYPE_CHECKING:
    from gitopssets_provider.report.manifests import Expansion

__all__ = ["command"]


@click.command("render")
@options.expansion
@options.output("yaml", "json", "name")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Make DIR exactly the result."
)
@options.keep_going
@click.option("--show-secrets", is_flag=True, help="Write secrets in the clear.")
def command(*, flags: options.ExpansionFlags, form: str, out: Path | None, keep_going: bool, show_secrets: bool) -> int:
    """Expand definitions into Kubernetes objects; nothing is applied.

    FILEs (or globs) are expanded on their own; with --stack NAME the sets that the stack's configuration names. With
    --out DIR there is one file an object, in the layout of `up`; files of an earlier render that are not in the result
    are removed, and a folder that holds anything else is refused.
    """
    from gitopssets_provider.cli.expansion import expand, ground
    from gitopssets_provider.cli.faults import tell_errors

    with ground(flags) as found:
        expansions = expand(found, keep_going=keep_going)
    if out is not None:
        _write(out, expansions, found.scope.default_cluster, show_secrets=show_secrets)
    else:
        _print(form, expansions, show_secrets=show_secrets)
    return tell_errors(expansion.error for expansion in expansions if expansion.error)


def _print(form: str, expansions: Sequence[Expansion], *, show_secrets: bool) -> None:
    from gitopssets_provider.report import manifests

    if form == "json":
        click.echo(manifests.sets_json(expansions, show_secrets=show_secrets))
    elif form == "name":
        click.echo("".join(f"{name}\n" for name in manifests.names(expansions)), nl=False)
    else:
        for text in manifests.yaml_text(expansions, show_secrets=show_secrets):
            click.echo(text, nl=False)
    masked = sum(manifests.holds_secrets(manifest) for expansion in expansions for manifest in expansion.manifests)
    if masked and not show_secrets and form != "name":
        click.echo(
            f"{masked} object{'s' if masked > 1 else ''} with masked secrets; --show-secrets shows them", err=True
        )


def _write(out: Path, expansions: Sequence[Expansion], default_cluster: str, *, show_secrets: bool) -> None:
    from gitopssets_provider.cli.folder import write_folder
    from gitopssets_provider.report.manifests import files

    if any(expansion.error for expansion in expansions):
        return  # half a result would remove the files of the other half
    written = write_folder(out, files(expansions, default_cluster, show_secrets=show_secrets), private=show_secrets)
    click.echo(f"{out}: {written}", err=True)
