"""Many clusters in one stack are worth a warning."""

from __future__ import annotations

from gitopssets_provider.guard.fleet_size import fleet_warnings


def test_more_than_twenty_clusters_name_the_two_ways_out() -> None:
    assert fleet_warnings([str(number) for number in range(20)]) == ()
    (warning,) = fleet_warnings([str(number) for number in range(21)])
    assert "21 clusters" in warning
    assert "management cluster" in warning
    assert "several stacks" in warning
