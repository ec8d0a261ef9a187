"""The sources of a stack: its settings say which clusters there are and what proves to a git server who asks.

A program is told by its environment what the command line is told by flags: ``GITOPSSETS_FIXTURES`` names a file that
answers what generators ask, ``GITOPSSETS_OFFLINE=true`` refuses every source that is not on this machine.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from gitopssets_provider.generators.third_party import load_generators
from gitopssets_provider.settings import ClusterSettings, ManagementSettings, Settings
from gitopssets_provider.sources.base import NO_STACKS, ClusterReader, KubernetesReader, Sources, StackReader
from gitopssets_provider.sources.fixtures import fixtures as answers
from gitopssets_provider.sources.inventory import FixedClusters, Inventory
from gitopssets_provider.sources.kubeconfig import KubeconfigContexts
from gitopssets_provider.sources.kubernetes import Management
from gitopssets_provider.sources.live import live
from gitopssets_provider.sources.managed_clusters import ManagedClusters
from gitopssets_provider.sources.network.cache import cache_folder
from gitopssets_provider.sources.plugins import Plugins

__all__ = ["FIXTURES", "OFFLINE", "stack_sources"]

FIXTURES: Final = "GITOPSSETS_FIXTURES"
OFFLINE: Final = "GITOPSSETS_OFFLINE"


def stack_sources(
    settings: Settings,
    root: Path,
    *,
    fixtures: Path | None = None,
    offline: bool = False,
    stacks: StackReader = NO_STACKS,
    progress: Callable[[str], None] | None = None,
) -> Sources:
    """Return what the sets of a stack may read; ``root`` is the project's folder.

    ``stacks`` knows the outputs of other stacks. ``fixtures`` answer first; ``offline`` leaves out what is not on this
    machine and, beside fixtures, all the rest.
    """
    load_generators(settings.plugins)
    world = replace(
        _world(settings, root, offline=offline, progress=progress), stacks=stacks, plugins=Plugins(settings.plugins)
    )
    return answers(fixtures, None if offline else world) if fixtures else world


def _world(settings: Settings, root: Path, *, offline: bool, progress: Callable[[str], None] | None) -> Sources:
    sources = live(
        root,
        FixedClusters(),
        credentials=settings.credentials,
        network=settings.network,
        variables=settings.environment,
        offline=offline,
        progress=progress,
        cache_dir=cache_folder(os.environ),
        management=_management(settings.clusters, root),
    )
    return replace(sources, clusters=_clusters(settings.clusters, root, sources.kubernetes))


def _management(settings: ClusterSettings | None, root: Path) -> Management:
    if settings is None:
        return Management()
    named = settings.management or ManagementSettings()
    kubeconfig = str(root / Path(named.kubeconfig).expanduser()) if named.kubeconfig else ""
    return Management(kubeconfig, named.context, settings.allow_exec)


def _clusters(settings: ClusterSettings | None, root: Path, objects: KubernetesReader) -> ClusterReader:
    if settings is None:
        return FixedClusters()
    management = settings.management
    if management and management.kind:
        return ManagedClusters(objects, management.kind, management.namespace, management.selector)
    if settings.inventory:
        return Inventory(root / settings.inventory, shown=settings.inventory)
    if not settings.kubeconfig:
        return FixedClusters()
    return KubeconfigContexts(root / Path(settings.kubeconfig).expanduser(), settings.contexts)
