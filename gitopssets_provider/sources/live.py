"""The real sources, wired once."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from gitopssets_provider.model.credential import Credential
from gitopssets_provider.sources.base import ClusterReader, Sources
from gitopssets_provider.sources.credentials import from_environment
from gitopssets_provider.sources.deadline import Timeouts
from gitopssets_provider.sources.forges import live_forges
from gitopssets_provider.sources.git import GitRepositories
from gitopssets_provider.sources.kubernetes import KubernetesObjects, Management
from gitopssets_provider.sources.network import Network, NetworkSettings
from gitopssets_provider.sources.variables import Variables

__all__ = ["live"]


def live(
    root: Path,
    clusters: ClusterReader,
    *,
    credentials: Mapping[str, Credential] | None = None,
    offline: bool = False,
    progress: Callable[[str], None] | None = None,
    timeouts: Timeouts | None = None,
    network: NetworkSettings | None = None,
    cache_dir: Path | None = None,
    variables: Collection[str] = (),
    management: Management | None = None,
    environment: Mapping[str, str] | None = None,
) -> Sources:
    """Return sources that read the world; answers are kept, so that each question is asked once.

    ``root`` is the project's folder, from which relative repositories are found. ``credentials`` (of the stack's
    configuration) win over those of ``GITOPSSETS_CREDENTIALS``. ``network`` says which hosts may be asked, and
    ``cache_dir`` where answers are kept between runs. ``variables`` are those of the environment that a definition
    may name, ``management`` says where objects are read. ``offline`` refuses every other machine.
    """
    around = os.environ if environment is None else environment
    known = {**from_environment(around), **(credentials or {})}
    http = Network(
        network, credentials=known, offline=offline, progress=progress, cache_dir=cache_dir, environment=around
    )
    git = GitRepositories(root, known, offline, timeouts or Timeouts(), progress, http.reach)
    return Sources(
        git=git,
        clusters=clusters,
        http=http,
        variables=Variables(around, variables),
        kubernetes=KubernetesObjects(http, around, management or Management()),
        forges=live_forges(http, http.concurrently),
    )
