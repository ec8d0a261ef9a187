"""Row 5: how long it takes until anything happens."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from benchmarks.measure import Figure, seconds

__all__ = ["TITLE", "measure"]

TITLE = "Start"


def measure(*, small: bool) -> Iterator[Figure]:
    """Yield the time of `--help`, and what importing the package adds to importing Pulumi."""
    repeats = 1 if small else 7
    help_ = min(seconds([sys.executable, "-m", "gitopssets_provider", "--help"]) for _ in range(repeats))
    yield Figure("gitopssets --help", help_ * 1e3, "ms", 150)
    bare = min(seconds([sys.executable, "-c", "import pulumi"]) for _ in range(repeats))
    ours = min(
        seconds([sys.executable, "-c", "import pulumi; from gitopssets_provider import GitOpsSet"])
        for _ in range(repeats)
    )
    yield Figure("baseline: import pulumi", bare * 1e3, "ms")
    yield Figure("from gitopssets_provider import GitOpsSet, above it", (ours - bare) * 1e3, "ms", 60)
