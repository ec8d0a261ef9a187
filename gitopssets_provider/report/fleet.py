"""The clusters of a stack, listed with their health."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gitopssets_provider.model.cluster import Cluster
from gitopssets_provider.report.style import Style

__all__ = ["ClusterHealth", "fleet_json", "fleet_lines"]


@dataclass(frozen=True, slots=True)
class ClusterHealth:
    """A cluster with the version it answers, or why it does not; neither where it was not asked."""

    cluster: Cluster
    version: str = ""
    problem: str = ""


def fleet_lines(fleet: Sequence[ClusterHealth], style: Style) -> Iterator[str]:
    """Yield a line for each cluster, below it what is wrong, and at the end how many there are."""
    width = max((len(each.cluster.name) for each in fleet), default=0)
    for each in fleet:
        labels = " ".join(f"{key}={value}" for key, value in sorted(each.cluster.labels.items()))
        health = style.created(each.version) or style.deleted("does not answer" if each.problem else "")
        parts = (health, each.cluster.server, style.quiet(labels))
        yield "  ".join((each.cluster.name.ljust(width), *(part for part in parts if part))).rstrip()
        if each.problem:
            yield f"{' ' * width}  {each.problem}"
    ill = sum(1 for each in fleet if each.problem)
    total = f"{len(fleet)} cluster{'' if len(fleet) == 1 else 's'}"
    yield style.heading(f"{total}, {ill} without an answer" if ill else total)


def fleet_json(fleet: Sequence[ClusterHealth]) -> str:
    """Return one entry a cluster; version and problem are null where there is none."""
    entries = [
        {**each.cluster.parameters(), "version": each.version or None, "problem": each.problem or None}
        for each in fleet
    ]
    return json.dumps({"clusters": entries}, indent=2, ensure_ascii=False)
