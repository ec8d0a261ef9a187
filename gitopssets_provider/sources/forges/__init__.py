"""Forges: GitHub, GitLab, Gitea and Forgejo, Bitbucket Server and Cloud, Azure DevOps; each is a file and a line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from gitopssets_provider.model.forge import ForgeServer
from gitopssets_provider.sources.base import HttpReader
from gitopssets_provider.sources.forges.azure_devops import AzureDevOps
from gitopssets_provider.sources.forges.bitbucket_cloud import BitbucketCloud
from gitopssets_provider.sources.forges.bitbucket_server import BitbucketServer
from gitopssets_provider.sources.forges.client import Concurrently
from gitopssets_provider.sources.forges.discovery import Forges
from gitopssets_provider.sources.forges.forge import Forge
from gitopssets_provider.sources.forges.gitea import Gitea
from gitopssets_provider.sources.forges.github import GitHub
from gitopssets_provider.sources.forges.gitlab import GitLab

__all__ = ["Forges", "live_forges"]

_KINDS: Final[Mapping[str, Callable[[HttpReader, Concurrently, ForgeServer], Forge]]] = {
    "azureDevOps": AzureDevOps,
    "bitbucketCloud": BitbucketCloud,
    "bitbucketServer": BitbucketServer,
    "forgejo": Gitea,
    "gitea": Gitea,
    "github": GitHub,
    "gitlab": GitLab,
}


def live_forges(http: HttpReader, concurrently: Concurrently) -> Forges:
    """Return what asks the forges themselves."""
    return Forges(lambda server: _KINDS[server.kind](http, concurrently, server), concurrently)
