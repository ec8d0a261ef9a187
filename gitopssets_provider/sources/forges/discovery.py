"""From all repositories of an owner to those that are meant, asking no more than is needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from gitopssets_provider.model.forge import Discovery, ForgeServer, PullRequest, Repository
from gitopssets_provider.sources.forges.client import Concurrently
from gitopssets_provider.sources.forges.forge import Forge, Wanted

__all__ = ["Forges"]


@dataclass(frozen=True, slots=True)
class Forges:
    """Asks forges; see :class:`~gitopssets_provider.sources.base.ForgeReader`."""

    opening: Callable[[ForgeServer], Forge]
    concurrently: Concurrently

    def pull_requests(self, server: ForgeServer, repository: str, wanted: Wanted) -> Sequence[PullRequest]:
        """Return the open pull requests that are wanted, by number."""
        found = self.opening(server).pull_requests(repository, wanted)
        return sorted(found, key=lambda pull_request: pull_request.number)

    def repositories(self, server: ForgeServer, owner: str, discovery: Discovery) -> Sequence[Repository]:
        """Return the repositories that are meant, or their branches, by path and branch."""
        forge = self.opening(server)
        found = forge.repositories(owner, subgroups=discovery.subgroups)
        found = [known for known in found if discovery.name(known.name) and (discovery.archived or not known.archived)]
        if discovery.topics:
            topics = self.concurrently(forge.topics, found)
            found = [replace(known, topics=tuple(own)) for known, own in zip(found, topics, strict=True)]
            found = [known for known in found if discovery.topics.issubset(known.topics or ())]
        found = self._at_branches(forge, found, discovery)
        if discovery.paths:
            there = self.concurrently(lambda known: _has_all(forge, known, discovery.paths), found)
            found = [known for known, has_all in zip(found, there, strict=True) if has_all]
        return sorted(found, key=lambda known: (known.path, known.branch))

    def _at_branches(self, forge: Forge, found: Sequence[Repository], discovery: Discovery) -> list[Repository]:
        choose = discovery.branch
        defaults = self.concurrently(forge.default_branch, found)
        found = [replace(known, default_branch=name, branch=name) for known, name in zip(found, defaults, strict=True)]
        if choose is None:
            return found
        branches = self.concurrently(forge.branches, found)
        return [
            replace(known, branch=branch.name, commit=branch.commit)
            for known, own in zip(found, branches, strict=True)
            for branch in own
            if choose(branch.name)
        ]


def _has_all(forge: Forge, repository: Repository, paths: Sequence[str]) -> bool:
    return bool(repository.branch) and all(forge.has_path(repository, path) for path in paths)
