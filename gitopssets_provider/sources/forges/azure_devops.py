"""Azure DevOps: dev.azure.com, visualstudio.com, and servers of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote, urlsplit, urlunsplit

from gitopssets_provider.model.forge import Branch, ForgeServer, PullRequest, Repository
from gitopssets_provider.sources.base import HttpReader
from gitopssets_provider.sources.forges.client import Client, Concurrently
from gitopssets_provider.sources.forges.forge import Forge, Wanted
from gitopssets_provider.sources.forges.item import Item
from gitopssets_provider.sources.forges.naming import base_url, parts_of
from gitopssets_provider.sources.network.message import Request
from gitopssets_provider.sources.network.paging import Page, PageNumber, with_query

__all__ = ["AzureDevOps"]

# The first that a server of one's own (2020) knows as well as the cloud.
_VERSION: Final = {"api-version": "6.0"}
_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class _Continued:
    """Follows the header with the token of the next page."""

    def first(self, request: Request) -> Request:
        return request

    def after(self, page: Page, request: Request) -> str | None:
        token = page.response.headers.get("x-ms-continuationtoken", "")
        return with_query(request.url, {"continuationToken": token}) if token else None


class AzureDevOps(Forge):
    """Asks the REST API of Azure DevOps.

    What stands before a project is the organisation, or the collection of a server of one's own; it may be part of the
    server's URL.
    """

    def __init__(self, http: HttpReader, concurrently: Concurrently, server: ForgeServer) -> None:
        self._client = Client(http, concurrently, server, base_url(server, "https://dev.azure.com"), {})

    def pull_requests(self, repository: str, wanted: Wanted) -> Sequence[PullRequest]:
        """Return the active pull requests."""
        *above, name = parts_of(repository, "organisation/project/name", least=2, most=4)
        parts = [*above, "_apis", "git", "repositories", name]
        query = {"searchCriteria.status": "active", "$top": str(_PAGE), **_VERSION}
        following = PageNumber(_values, "$skip", 0, _PAGE)
        found = self._client.collect(
            following, [*parts, "pullrequests"], {**query, "$skip": "0"}, at="value", key="pullRequestId"
        )
        chosen = [(item, known) for item, known in zip(found, map(_pull_request, found), strict=True) if wanted(known)]
        return self._client.concurrently(lambda pair: self._with_urls(above, *pair), chosen)

    def _with_urls(self, above: Sequence[str], item: Item, known: PullRequest) -> PullRequest:
        """Add the URLs of the repository the branch is in, which may be in another project."""
        source = item.item("forkSource.repository" if known.fork else "repository")
        parts = [*above[:-1], "_apis", "git", "repositories", source.text("id")]
        repository = self._client.get(*parts, **_VERSION)
        return replace(
            known, clone_url=_clean(repository.text("remoteUrl")), clone_ssh_url=repository.text("sshUrl", "")
        )

    def repositories(self, owner: str, *, subgroups: bool) -> Sequence[Repository]:
        """Return the repositories of a project; one that is disabled counts as archived."""
        above = parts_of(owner, "organisation/project", least=1, most=3)
        found = self._client.collect(_Continued(), [*above, "_apis", "git", "repositories"], _VERSION, at="value")
        return [_repository(item, above) for item in found]

    def branches(self, repository: Repository) -> Sequence[Branch]:
        """Return all branches."""
        query = {"filter": "heads/", "$top": "1000", **_VERSION}
        found = self._client.collect(_Continued(), [*_parts(repository), "refs"], query, at="value", key="name")
        return [Branch(item.branch("name"), item.commit("objectId")) for item in found]

    def has_path(self, repository: Repository, path: str) -> bool:
        """Say whether there is a file or a folder."""
        version, kind = (repository.commit, "commit") if repository.commit else (repository.branch, "branch")
        query = {"path": f"/{path}", "versionDescriptor.version": version, "versionDescriptor.versionType": kind}
        query |= {"$format": "json", **_VERSION}
        return self._client.find(_has_no_path, [*_parts(repository), "items"], query) is not None


def _values(value: Any) -> Sequence[Any]:
    return value.get("value") or () if isinstance(value, dict) else ()


def _parts(repository: Repository) -> list[str]:
    return [*repository.path.split("/")[:-1], "_apis", "git", "repositories", repository.id]


def _has_no_path(item: Item) -> bool:
    return item.text("typeKey", "") == "GitItemNotFoundException"


def _clean(url: str) -> str:
    """Return a URL without the organisation as its user, and with what its path holds written as URLs must."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], path=quote(parts.path, safe="/%")))


def _pull_request(item: Item) -> PullRequest:
    return PullRequest(
        number=item.number("pullRequestId"),
        title=item.text("title", ""),
        author=item.text("createdBy.uniqueName", "") or item.text("createdBy.displayName"),
        branch=item.branch("sourceRefName"),
        target_branch=item.branch("targetRefName"),
        head_sha=item.commit("lastMergeSourceCommit.commitId"),
        labels=item.texts("labels", "name"),
        fork=item.has("forkSource"),
        draft=item.flag("isDraft"),
        updated_at=item.moment("creationDate"),
    )


def _repository(item: Item, above: Sequence[str]) -> Repository:
    return Repository(
        id=item.text("id"),
        name=item.text("name"),
        path="/".join([*above, item.text("name")]),
        url=_clean(item.text("remoteUrl")),
        ssh_url=item.text("sshUrl", ""),
        default_branch=item.text("defaultBranch", "").removeprefix("refs/heads/"),
        archived=item.flag("isDisabled"),
    )
