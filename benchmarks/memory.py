"""Row 6: memory of a plan in a fresh process, above what the libraries take."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.measure import Figure, spent

__all__ = ["TITLE", "measure"]

TITLE = "Memory of a plan, elements and objects included"

_PLAN = "from benchmarks.workloads import expand, kustomizations; plan = expand(kustomizations({count}))"


def measure(*, small: bool) -> Iterator[Figure]:
    """Yield how much an object adds."""
    count = 1_000 if small else 10_000
    few = count // 100
    grown = spent(_PLAN.format(count=count)) - spent(_PLAN.format(count=few))
    yield Figure(f"plan of {count:,} objects", grown / (count - few) / 1024, "KB/object", 60)
