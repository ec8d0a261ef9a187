"""Row 5: how long it takes until anything happens."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from benchmarks.measure import Figure, seconds

__all__ = ["TITLE", "measure"]

TITLE = "Start"


def measure(*, small: bool) -> Iterator[Figure]:
    """Yield the time of `--help`, and what importing the package adds to importing Pulumi."""
    repeats = 1 if small else 9

    def fastest(*arguments: str) -> float:
        return min(seconds([sys.executable, *arguments]) for _ in range(repeats)) * 1e3

    yield Figure("gitopssets --help", fastest("-m", "gitopssets_provider", "--help"), "ms", 150)
    pulumi = fastest("-c", "import pulumi")
    yield Figure("baseline: import pulumi", pulumi, "ms")
    package = fastest("-c", "import pulumi, gitopssets_provider")
    yield Figure("import gitopssets_provider, above it", package - pulumi, "ms", 60)
    component = fastest("-c", "import pulumi; from gitopssets_provider import GitOpsSet")
    yield Figure("from gitopssets_provider import GitOpsSet, above it", component - pulumi, "ms")
