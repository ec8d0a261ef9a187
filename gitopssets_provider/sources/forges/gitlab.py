"""GitLab: gitlab.com and installations of one's own."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from gitopssets_provider.model.forge import Branch, ForgeServer, PullRequest, Repository
from gitopssets_provider.sources.base import HttpReader
from gitopssets_provider.sources.forges.client import Client, Concurrently, Numbered
from gitopssets_provider.sources.forges.forge import Forge, Wanted
from gitopssets_provider.sources.forges.item import Item
from gitopssets_provider.sources.forges.naming import base_url, parts_of

__all__ = ["GitLab"]

_PAGE: Final = 100
_ALL: Final = {"per_page": str(_PAGE)}


class GitLab(Forge):
    """Asks the REST API of GitLab. A token is shown as ``PRIVATE-TOKEN``, for which a user name does not matter."""

    def __init__(self, http: HttpReader, concurrently: Concurrently, server: ForgeServer) -> None:
        root = f"{base_url(server, 'https://gitlab.com').removesuffix('/api/v4')}/api/v4"
        self._client = Client(http, concurrently, server, root, {}, "PRIVATE-TOKEN")

    def pull_requests(self, repository: str, wanted: Wanted) -> Sequence[PullRequest]:
        """Return the open merge requests, the oldest first, with the URLs of the projects their branches are in."""
        project = "/".join(parts_of(repository, "group/name", least=2, most=30))
        query = {"state": "opened", "order_by": "created_at", "sort": "asc", **_ALL}
        found = self._client.collect(Numbered(_PAGE), ["projects", project, "merge_requests"], query)
        chosen = [(item, known) for item, known in zip(found, map(_merge_request, found), strict=True) if wanted(known)]
        return self._client.concurrently(lambda pair: self._with_urls(*pair), chosen)

    def _with_urls(self, item: Item, known: PullRequest) -> PullRequest:
        if not item.has("source_project_id"):
            return known
        project = self._client.get("projects", str(item.number("source_project_id")))
        return replace(
            known, clone_url=project.text("http_url_to_repo"), clone_ssh_url=project.text("ssh_url_to_repo", "")
        )

    def repositories(self, owner: str, *, subgroups: bool) -> Sequence[Repository]:
        """Return the projects of a group, those that are only shared with it left out."""
        group = "/".join(parts_of(owner, "the path of a group", least=1, most=30))
        query = {"order_by": "id", "sort": "asc", "with_shared": "false", **_ALL}
        query |= {"include_subgroups": "true"} if subgroups else {}
        found = self._client.collect(Numbered(_PAGE), ["groups", group, "projects"], query)
        return [_repository(item) for item in found]

    def branches(self, repository: Repository) -> Sequence[Branch]:
        """Return all branches."""
        return [Branch(item.text("name"), item.commit("commit.id")) for item in self._branches(repository)]

    def default_branch(self, repository: Repository) -> str:
        """Return the default branch; who may not read the code is not told it, which is no empty repository."""
        if repository.default_branch is not None:
            return repository.default_branch
        return next((item.text("name") for item in self._branches(repository) if item.flag("default")), "")

    def has_path(self, repository: Repository, path: str) -> bool:
        """Say whether the folder of a path is there, and holds its last part."""
        folder, name = posixpath.split(path)
        parts = ["projects", repository.id, "repository", "tree"]
        query = {"ref": repository.commit or repository.branch, **_ALL, **({"path": folder} if folder else {})}
        if folder and self._client.find(_has_no_tree, parts, query) is None:
            return False
        found = self._client.collect(Numbered(_PAGE), parts, query, key="path")
        return any(item.text("name") == name for item in found)

    def _branches(self, repository: Repository) -> list[Item]:
        if repository.default_branch == "":
            return []
        parts = ["projects", repository.id, "repository", "branches"]
        return self._client.collect(Numbered(_PAGE), parts, _ALL, key="name")


def _has_no_tree(item: Item) -> bool:
    message = item.text("message", "")
    return "Tree Not Found" in message or "invalid revision or path" in message


def _merge_request(item: Item) -> PullRequest:
    return PullRequest(
        number=item.number("iid"),
        title=item.text("title", ""),
        author=item.text("author.username", "ghost"),
        branch=item.branch("source_branch"),
        target_branch=item.branch("target_branch"),
        head_sha=item.commit("sha"),
        labels=item.texts("labels"),
        fork=item.value.get("source_project_id") != item.number("target_project_id"),
        draft=item.flag("draft") or item.flag("work_in_progress"),
        updated_at=item.moment("updated_at"),
    )


def _repository(item: Item) -> Repository:
    empty = item.flag("empty_repo") or item.text("repository_access_level", "") == "disabled"
    return Repository(
        id=str(item.number("id")),
        name=item.text("path"),
        path=item.text("path_with_namespace"),
        url=item.text("http_url_to_repo"),
        ssh_url=item.text("ssh_url_to_repo", ""),
        default_branch="" if empty else item.text("default_branch", "") or None,
        topics=item.texts("topics" if item.has("topics") else "tag_list"),
        archived=item.flag("archived"),
    )
