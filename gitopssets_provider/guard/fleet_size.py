"""Fleet size: each cluster is a process of the provider, so many of them in one stack deserve a word."""

from __future__ import annotations

from collections.abc import Collection

__all__ = ["MANY", "fleet_warnings"]

MANY = 20


def fleet_warnings(clusters: Collection[str]) -> tuple[str, ...]:
    """Return a warning where a stack reaches more clusters than one run bears well."""
    if len(clusters) <= MANY:
        return ()
    fact = f"objects go to {len(clusters)} clusters, and each of them is a provider process of its own"
    remedy = "let one management cluster hold Flux objects for all of them, or split the clusters into several stacks"
    return (f"{fact}; above {MANY}, {remedy}",)
