"""The sources of a stack: its settings say which clusters there are and what proves to a git server who asks."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from gitopssets_provider.settings import ClusterSettings, Settings
from gitopssets_provider.sources.base import ClusterReader, Sources
from gitopssets_provider.sources.inventory import FixedClusters, Inventory
from gitopssets_provider.sources.kubeconfig import KubeconfigContexts
from gitopssets_provider.sources.live import live
from gitopssets_provider.sources.network.cache import cache_folder

__all__ = ["stack_sources"]


def stack_sources(
    settings: Settings, root: Path, *, offline: bool = False, progress: Callable[[str], None] | None = None
) -> Sources:
    """Return what the sets of a stack may read; ``root`` is the project's folder."""
    clusters = _clusters(settings.clusters, root)
    return live(
        root,
        clusters,
        credentials=settings.credentials,
        network=settings.network,
        variables=settings.environment,
        offline=offline,
        progress=progress,
        cache_dir=cache_folder(os.environ),
    )


def _clusters(settings: ClusterSettings | None, root: Path) -> ClusterReader:
    if settings is None:
        return FixedClusters()
    if settings.inventory:
        return Inventory(root / settings.inventory, shown=settings.inventory)
    return KubeconfigContexts(root / Path(settings.kubeconfig).expanduser(), settings.contexts)
