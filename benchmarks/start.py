"""Row 5: how long it takes until anything happens."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from benchmarks.measure import Figure, best_of, seconds

__all__ = ["TITLE", "measure"]

TITLE = "Start"


def measure(*, small: bool) -> Iterator[Figure]:
    """Yield the time of `--help`, and what importing the package adds to importing Pulumi."""
    repeats = 1 if small else 9

    help_, pulumi, package, component = (
        taken * 1e3
        for taken in best_of(
            repeats,
            lambda: seconds([sys.executable, "-m", "gitopssets_provider", "--help"]),
            lambda: seconds([sys.executable, "-c", "import pulumi"]),
            lambda: seconds([sys.executable, "-c", "import pulumi, gitopssets_provider"]),
            lambda: seconds([sys.executable, "-c", "import pulumi; from gitopssets_provider import GitOpsSet"]),
        )
    )
    yield Figure("gitopssets --help", help_, "ms", 150)
    yield Figure("baseline: import pulumi", pulumi, "ms")
    yield Figure("import gitopssets_provider, above it", package - pulumi, "ms", 60)
    yield Figure("from gitopssets_provider import GitOpsSet, above it", component - pulumi, "ms")
