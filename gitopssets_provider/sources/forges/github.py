"""GitHub: github.com, a GHE.com tenant and GitHub Enterprise Server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from gitopssets_provider.model.forge import Branch, ForgeServer, PullRequest, Repository
from gitopssets_provider.sources.base import HttpReader
from gitopssets_provider.sources.forges.client import Client, Concurrently, Numbered
from gitopssets_provider.sources.forges.forge import Forge, Wanted
from gitopssets_provider.sources.forges.item import Item
from gitopssets_provider.sources.forges.naming import base_url, parts_of

__all__ = ["GitHub"]

_HEADERS: Final = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
_PAGE: Final = 100
_ALL: Final = {"per_page": str(_PAGE)}


class GitHub(Forge):
    """Asks the REST API of GitHub."""

    def __init__(self, http: HttpReader, concurrently: Concurrently, server: ForgeServer) -> None:
        self._client = Client(http, concurrently, server, _api(base_url(server, "https://github.com")), _HEADERS)

    def pull_requests(self, repository: str, wanted: Wanted) -> Sequence[PullRequest]:
        """Return the open pull requests; the oldest come first, so that a new one moves no other to another page."""
        query = {"state": "open", "sort": "created", "direction": "asc", **_ALL}
        parts = ["repos", *parts_of(repository, "owner/name", least=2), "pulls"]
        found = self._client.collect(Numbered(_PAGE), parts, query, key="number")
        return [known for known in map(_pull_request, found) if wanted(known)]

    def repositories(self, owner: str, *, subgroups: bool) -> Sequence[Repository]:
        """Return the repositories of an organisation, or the public ones of a user."""
        (owner,) = parts_of(owner, "the name of an organisation or a user", least=1)
        kind = "orgs" if self._client.get("users", owner).text("type") == "Organization" else "users"
        found = self._client.collect(Numbered(_PAGE), [kind, owner, "repos"], {"sort": "full_name", **_ALL})
        return [_repository(item) for item in found]

    def branches(self, repository: Repository) -> Sequence[Branch]:
        """Return all branches."""
        parts = ["repos", *repository.path.split("/"), "branches"]
        found = self._client.collect(Numbered(_PAGE), parts, _ALL, key="name")
        return [Branch(item.text("name"), item.commit("commit.sha")) for item in found]

    def has_path(self, repository: Repository, path: str) -> bool:
        """Say whether there is a file or a folder."""
        parts = ["repos", *repository.path.split("/"), "contents", *path.split("/")]
        query = {"ref": repository.commit or repository.branch}
        return self._client.find(lambda item: item.text("message", "") != "", parts, query) is not None


def _api(url: str) -> str:
    parts = urlsplit(url)
    if parts.netloc in ("github.com", "www.github.com", "api.github.com"):
        return "https://api.github.com"
    if parts.netloc.endswith(".ghe.com"):
        return f"https://api.{parts.netloc.removeprefix('api.')}"
    return url if "/api/" in f"{parts.path}/" else f"{url}/api/v3"


def _pull_request(item: Item) -> PullRequest:
    head = item.maybe("head.repo")
    return PullRequest(
        number=item.number("number"),
        title=item.text("title", ""),
        author=item.text("user.login", "ghost"),
        branch=item.branch("head.ref"),
        target_branch=item.branch("base.ref"),
        head_sha=item.commit("head.sha"),
        labels=item.texts("labels", "name"),
        fork=head is None or head.number("id") != item.number("base.repo.id"),
        draft=item.flag("draft"),
        clone_url=head.text("clone_url") if head else "",
        clone_ssh_url=head.text("ssh_url") if head else "",
        updated_at=item.moment("updated_at"),
    )


def _repository(item: Item) -> Repository:
    return Repository(
        id=str(item.number("id")),
        name=item.text("name"),
        path=item.text("full_name"),
        url=item.text("clone_url"),
        ssh_url=item.text("ssh_url"),
        default_branch=item.text("default_branch", ""),
        topics=item.texts("topics"),
        archived=item.flag("archived"),
    )
