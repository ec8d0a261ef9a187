"""Bitbucket Server, which is called Data Center now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from gitopssets_provider.errors import SourceError
from gitopssets_provider.model.forge import Branch, ForgeServer, PullRequest, Repository
from gitopssets_provider.sources.base import HttpReader
from gitopssets_provider.sources.forges.client import Client, Concurrently
from gitopssets_provider.sources.forges.forge import Forge, Wanted
from gitopssets_provider.sources.forges.item import Item
from gitopssets_provider.sources.forges.naming import base_url, parts_of
from gitopssets_provider.sources.network.message import Request
from gitopssets_provider.sources.network.paging import NextField, Page

__all__ = ["BitbucketServer", "clone_urls"]

_ALL: Final = {"limit": "100"}
_NEXT: Final = NextField(("nextPageStart",), "start")


@dataclass(frozen=True, slots=True)
class _Started:
    """Follows ``nextPageStart`` until ``isLastPage``."""

    def first(self, request: Request) -> Request:
        return request

    def after(self, page: Page, request: Request) -> str | None:
        last = page.value.get("isLastPage") if isinstance(page.value, dict) else None
        following = _NEXT.after(page, request)
        if not isinstance(last, bool) or (following is None and not last):
            fact = f"page {page.number} does not say where the list goes on"
            raise SourceError(fact, remedy="try again", file=page.response.source)
        return None if last else following


class BitbucketServer(Forge):
    """Asks the REST API of Bitbucket Server."""

    def __init__(self, http: HttpReader, concurrently: Concurrently, server: ForgeServer) -> None:
        root = f"{base_url(server).removesuffix('/rest/api/1.0')}/rest/api/1.0"
        self._client = Client(http, concurrently, server, root, {})

    def pull_requests(self, repository: str, wanted: Wanted) -> Sequence[PullRequest]:
        """Return the open pull requests, the oldest first."""
        project, name = parts_of(repository, "PROJECT/name", least=2)
        parts = ["projects", project, "repos", name, "pull-requests"]
        found = self._client.collect(_Started(), parts, {"state": "OPEN", "order": "OLDEST", **_ALL}, at="values")
        chosen = [(item, known) for item, known in zip(found, map(_pull_request, found), strict=True) if wanted(known)]
        return self._client.concurrently(lambda pair: self._with_urls(*pair), chosen)

    def _with_urls(self, item: Item, known: PullRequest) -> PullRequest:
        repository = item.item("fromRef.repository")
        if not repository.has("links.clone"):
            project, slug = repository.text("project.key"), repository.text("slug")
            repository = self._client.get("projects", project, "repos", slug)
        url, ssh_url = clone_urls(repository, "http")
        return replace(known, clone_url=url, clone_ssh_url=ssh_url)

    def repositories(self, owner: str, *, subgroups: bool) -> Sequence[Repository]:
        """Return the repositories of a project."""
        (project,) = parts_of(owner, "the key of a project", least=1)
        found = self._client.collect(_Started(), ["projects", project, "repos"], _ALL, at="values")
        return [_repository(item) for item in found]

    def branches(self, repository: Repository) -> Sequence[Branch]:
        """Return all branches."""
        return [Branch(item.branch("displayId"), item.commit("latestCommit")) for item in self._branches(repository)]

    def default_branch(self, repository: Repository) -> str:
        """Return the branch that is said to be the default one: the list of repositories does not tell."""
        return next((item.branch("displayId") for item in self._branches(repository) if item.flag("isDefault")), "")

    def has_path(self, repository: Repository, path: str) -> bool:
        """Say whether there is a file or a folder."""
        query = {"at": repository.commit or f"refs/heads/{repository.branch}", "type": "true"}
        return self._client.find(_has_no_path, [*_parts(repository), "browse", *path.split("/")], query) is not None

    def topics(self, repository: Repository) -> Sequence[str]:
        """Return the labels of a repository."""
        found = self._client.collect(_Started(), [*_parts(repository), "labels"], _ALL, at="values", key="name")
        return [item.text("name") for item in found]

    def _branches(self, repository: Repository) -> list[Item]:
        return self._client.collect(_Started(), [*_parts(repository), "branches"], _ALL, at="values")


def clone_urls(item: Item, scheme: str) -> tuple[str, str]:
    """Return the URL over HTTP (called ``scheme`` there) without a user's name, and the one over SSH; "" for none."""
    links = {link.text("name"): link.text("href") for link in item.items("links.clone")}
    parts = urlsplit(links.get(scheme, ""))
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])), links.get("ssh", "")


def _parts(repository: Repository) -> list[str]:
    project, name = repository.path.split("/")
    return ["projects", project, "repos", name]


def _has_no_path(item: Item) -> bool:
    return any("NoSuchPath" in error.text("exceptionName", "") for error in item.items("errors"))


def _pull_request(item: Item) -> PullRequest:
    return PullRequest(
        number=item.number("id"),
        title=item.text("title", ""),
        author=item.text("author.user.name"),
        branch=item.branch("fromRef.id"),
        target_branch=item.branch("toRef.id"),
        head_sha=item.commit("fromRef.latestCommit"),
        fork=item.number("fromRef.repository.id") != item.number("toRef.repository.id"),
        draft=item.flag("draft"),
        updated_at=item.moment("updatedDate"),
    )


def _repository(item: Item) -> Repository:
    url, ssh_url = clone_urls(item, "http")
    return Repository(
        id=str(item.number("id")),
        name=item.text("slug"),
        path=f"{item.text('project.key')}/{item.text('slug')}",
        url=url,
        ssh_url=ssh_url,
        archived=item.flag("archived"),
    )
