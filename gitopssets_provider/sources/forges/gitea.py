"""Gitea and Forgejo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from gitopssets_provider.model.forge import Branch, ForgeServer, PullRequest, Repository
from gitopssets_provider.sources.base import HttpReader
from gitopssets_provider.sources.forges.client import Client, Concurrently, Numbered
from gitopssets_provider.sources.forges.forge import Forge, Wanted
from gitopssets_provider.sources.forges.item import Item
from gitopssets_provider.sources.forges.naming import base_url, parts_of

__all__ = ["Gitea"]

_PAGE: Final = 50
_ALL: Final = {"limit": str(_PAGE), "page": "1"}


class Gitea(Forge):
    """Asks the REST API of Gitea, which Forgejo has kept."""

    def __init__(self, http: HttpReader, concurrently: Concurrently, server: ForgeServer) -> None:
        root = f"{base_url(server).removesuffix('/api/v1')}/api/v1"
        self._client = Client(http, concurrently, server, root, {})

    def pull_requests(self, repository: str, wanted: Wanted) -> Sequence[PullRequest]:
        """Return the open pull requests, the oldest first."""
        parts = ["repos", *parts_of(repository, "owner/name", least=2), "pulls"]
        found = self._client.collect(Numbered(_PAGE), parts, {"state": "open", "sort": "oldest", **_ALL}, key="number")
        return [known for known in map(_pull_request, found) if wanted(known)]

    def repositories(self, owner: str, *, subgroups: bool) -> Sequence[Repository]:
        """Return the repositories of an organisation or a user."""
        (owner,) = parts_of(owner, "the name of an organisation or a user", least=1)
        organisation = self._client.find(_says_so, ["orgs", owner], {})
        parts = ["orgs" if organisation else "users", owner, "repos"]
        return [_repository(item) for item in self._client.collect(Numbered(_PAGE), parts, _ALL)]

    def branches(self, repository: Repository) -> Sequence[Branch]:
        """Return all branches."""
        if repository.default_branch == "":
            return []
        parts = ["repos", *repository.path.split("/"), "branches"]
        found = self._client.collect(Numbered(_PAGE), parts, _ALL, key="name")
        return [Branch(item.text("name"), item.commit("commit.id")) for item in found]

    def has_path(self, repository: Repository, path: str) -> bool:
        """Say whether there is a file or a folder."""
        parts = ["repos", *repository.path.split("/"), "contents", *path.split("/")]
        return self._client.find(_says_so, parts, {"ref": repository.commit or repository.branch}) is not None

    def topics(self, repository: Repository) -> Sequence[str]:
        """Return the topics; older servers tell them one by one."""
        if repository.topics is not None:
            return repository.topics
        return self._client.get("repos", *repository.path.split("/"), "topics").texts("topics")


def _says_so(item: Item) -> bool:
    return item.text("message", "") != ""


def _pull_request(item: Item) -> PullRequest:
    head = item.maybe("head.repo")
    return PullRequest(
        number=item.number("number"),
        title=item.text("title", ""),
        author=item.text("user.login", "Ghost"),
        branch=item.branch("head.ref"),
        target_branch=item.branch("base.ref"),
        head_sha=item.commit("head.sha"),
        labels=item.texts("labels", "name"),
        fork=head is None or head.number("id") != item.number("base.repo.id"),
        draft=item.flag("draft"),
        clone_url=head.text("clone_url") if head else "",
        clone_ssh_url=head.text("ssh_url", "") if head else "",
        updated_at=item.moment("updated_at"),
    )


def _repository(item: Item) -> Repository:
    return Repository(
        id=str(item.number("id")),
        name=item.text("name"),
        path=item.text("full_name"),
        url=item.text("clone_url"),
        ssh_url=item.text("ssh_url", ""),
        default_branch="" if item.flag("empty") else item.text("default_branch", ""),
        topics=item.texts("topics") if item.has("topics") else None,
        archived=item.flag("archived"),
    )
