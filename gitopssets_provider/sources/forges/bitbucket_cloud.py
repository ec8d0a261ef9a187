"""Bitbucket Cloud: bitbucket.org."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from gitopssets_provider.errors import SourceError
from gitopssets_provider.model.forge import Branch, ForgeServer, PullRequest, Repository
from gitopssets_provider.sources.base import HttpReader
from gitopssets_provider.sources.forges.bitbucket_server import clone_urls
from gitopssets_provider.sources.forges.client import Client, Concurrently
from gitopssets_provider.sources.forges.forge import Forge, Wanted
from gitopssets_provider.sources.forges.item import Item
from gitopssets_provider.sources.forges.naming import base_url, parts_of
from gitopssets_provider.sources.network.paging import NextField

__all__ = ["BitbucketCloud"]

_NEXT: Final = NextField(("next",))
_FULL: Final = 40


class BitbucketCloud(Forge):
    """Asks the REST API of Bitbucket Cloud. Its pull requests have no labels, its repositories no topics."""

    def __init__(self, http: HttpReader, concurrently: Concurrently, server: ForgeServer) -> None:
        self._client = Client(http, concurrently, server, _api(base_url(server, "https://bitbucket.org")), {})

    def pull_requests(self, repository: str, wanted: Wanted) -> Sequence[PullRequest]:
        """Return the open pull requests, the oldest first. The list shortens commit ids: each is asked for."""
        parts = ["repositories", *parts_of(repository, "workspace/name", least=2)]
        query = {"state": "OPEN", "sort": "id", "pagelen": "50"}
        found = self._client.collect(_NEXT, [*parts, "pullrequests"], query, at="values")
        chosen = [known for known in map(_pull_request, found) if wanted(known)]
        if not chosen:
            return []
        url, ssh_url = clone_urls(self._client.get(*parts), "https")
        chosen = [known if known.fork else replace(known, clone_url=url, clone_ssh_url=ssh_url) for known in chosen]
        return self._client.concurrently(lambda known: self._with_commit(parts, known), chosen)

    def _with_commit(self, parts: Sequence[str], known: PullRequest) -> PullRequest:
        if len(known.head_sha) >= _FULL:
            return known
        answer = self._client.get(*parts, "commit", known.head_sha)
        commit = answer.commit("hash")
        if not commit.startswith(known.head_sha):
            raise SourceError(f"the commit {known.head_sha} is said to be {commit}", file=answer.source)
        return replace(known, head_sha=commit)

    def repositories(self, owner: str, *, subgroups: bool) -> Sequence[Repository]:
        """Return the repositories of a workspace."""
        (workspace,) = parts_of(owner, "the name of a workspace", least=1)
        query = {"pagelen": "100", "sort": "full_name"}
        found = self._client.collect(_NEXT, ["repositories", workspace], query, at="values", key="uuid")
        return [_repository(item) for item in found]

    def branches(self, repository: Repository) -> Sequence[Branch]:
        """Return all branches."""
        parts = ["repositories", *repository.path.split("/"), "refs", "branches"]
        found = self._client.collect(_NEXT, parts, {"pagelen": "100"}, at="values", key="name")
        return [Branch(item.text("name"), item.commit("target.hash")) for item in found]

    def has_path(self, repository: Repository, path: str) -> bool:
        """Say whether there is a file or a folder; a branch whose name has slashes is only found by its commit."""
        parts = ["repositories", *repository.path.split("/")]
        commit = repository.commit or self._client.get(*parts, "refs", "branches", repository.branch).commit(
            "target.hash"
        )
        query = {"format": "meta"}
        return self._client.find(_has_no_path, [*parts, "src", commit, *path.split("/")], query) is not None


def _api(url: str) -> str:
    parts = urlsplit(url)
    if parts.netloc in ("bitbucket.org", "www.bitbucket.org", "api.bitbucket.org"):
        return "https://api.bitbucket.org/2.0"
    return f"{url.removesuffix('/2.0')}/2.0"


def _has_no_path(item: Item) -> bool:
    return item.text("error.message", "").startswith("No such file or directory")


def _pull_request(item: Item) -> PullRequest:
    source = item.maybe("source.repository")
    return PullRequest(
        number=item.number("id"),
        title=item.text("title", ""),
        author=item.text("author.nickname", "") or item.text("author.display_name", "ghost"),
        branch=item.branch("source.branch.name"),
        target_branch=item.branch("destination.branch.name"),
        head_sha=item.text("source.commit.hash"),
        fork=source is None or source.text("uuid") != item.text("destination.repository.uuid"),
        draft=item.flag("draft"),
        updated_at=item.moment("updated_on"),
    )


def _repository(item: Item) -> Repository:
    url, ssh_url = clone_urls(item, "https")
    return Repository(
        id=item.text("uuid"),
        name=item.text("slug"),
        path=item.text("full_name"),
        url=url,
        ssh_url=ssh_url,
        default_branch=item.text("mainbranch.name", ""),
    )
