"""``gitopssets clusters``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gitopssets_provider.cli import options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitopssets_provider.model.cluster import Cluster
    from gitopssets_provider.report.fleet import ClusterHealth
    from gitopssets_provider.sources.base import Sources

__all__ = ["command"]

_AT_ONCE = 8


@click.command("clusters")
@options.stack
@click.option("--offline", is_flag=True, help="Ask no cluster: list what is known on this machine.")
@options.output("text", "json", "name")
@options.colour
def command(*, stack: str | None, offline: bool, form: str, colour: str) -> int:
    """List the clusters of a stack, and whether they answer.

    Each is asked for its version, with the credentials that the stack has for it; nothing else is read or changed. The
    exit code is 1 where one does not answer. A stack that renders manifests reaches no cluster, and none is asked.
    """
    from gitopssets_provider.cli.expansion import settings_of
    from gitopssets_provider.cli.stacks import stack_named
    from gitopssets_provider.cli.terminal import activity, style_for
    from gitopssets_provider.report.fleet import ClusterHealth, fleet_json, fleet_lines
    from gitopssets_provider.stack_sources import stack_sources

    named = stack_named(stack)
    with activity("asking the clusters") as tell:
        settings = settings_of(named)
        sources = stack_sources(settings, named.project.root, offline=offline, progress=tell)
        clusters = sources.clusters.clusters()
        asked = form != "name" and not offline and not settings.render
        fleet = _asked(clusters, sources) if asked else [ClusterHealth(each) for each in clusters]
    if form == "json":
        click.echo(fleet_json(fleet))
    elif form == "name":
        click.echo("".join(f"{each.cluster.name}\n" for each in fleet), nl=False)
    else:
        for line in fleet_lines(fleet, style_for(colour)):
            click.echo(line, color=True)
    return int(any(each.problem for each in fleet))


def _asked(clusters: Sequence[Cluster], sources: Sources) -> list[ClusterHealth]:
    """Ask several at a time, so that one that does not answer holds up no other."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(lambda cluster: _health(cluster, sources), clusters))


def _health(cluster: Cluster, sources: Sources) -> ClusterHealth:
    from gitopssets_provider.errors import SourceError
    from gitopssets_provider.report.fleet import ClusterHealth

    try:
        version = sources.kubernetes.version(sources.clusters.reach(cluster))
    except SourceError as error:
        return ClusterHealth(cluster, problem=str(error))
    return ClusterHealth(cluster, version=version)
