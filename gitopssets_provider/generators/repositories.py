"""The repositories generator: what an organisation has on a forge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import Field, field_validator, model_validator

from gitopssets_provider.errors import GitOpsSetsError
from gitopssets_provider.generators.base import Context, asking, register
from gitopssets_provider.generators.forge import ForgeGenerator, Regex, finds
from gitopssets_provider.model.base import Items
from gitopssets_provider.model.element import Element, Origin
from gitopssets_provider.model.forge import Discovery, Repository
from gitopssets_provider.templating.text_filters import slug

__all__ = ["Repositories"]

_SLUG = 50
_SHORT = 8


@register
class Repositories(ForgeGenerator):
    """Yields the repositories of an organisation, user, group, project or workspace, by path; or their branches.

    The host of the API must be granted by the stack (``gitopssets:network``): ``api.github.com``, ``gitlab.com``,
    ``api.bitbucket.org``, ``dev.azure.com``, or that of ``server``. All pages are read; an answer that is anything but
    a whole list is an error. A forge lists what the token may see, and of a user of GitHub only what is public.

    Parameters: ``repository`` with ``name``, ``owner``, ``path`` (``owner/name``, as ``pullRequests`` takes it),
    ``url`` (as ``git`` takes it), ``sshUrl``, ``defaultBranch``, ``branch``, ``branchSlug`` (a name of at most 50
    characters), ``topics`` and ``archived``. With ``branchMatch`` there is an element for each branch in which that is
    found, and a ``commit`` and a ``shortCommit`` (8 characters) beside it; without, ``branch`` is the default one.
    """

    kind: ClassVar[str] = "repositories"

    owner: str = Field(
        description="Whose they are: an organisation or a user, a group of GitLab, the key of a project of Bitbucket "
        "Server, a workspace of Bitbucket Cloud, organisation/project at Azure DevOps."
    )
    subgroups: bool = Field(default=False, description="Whether those of subgroups are taken as well (GitLab only).")
    repository_match: Regex = Field(default="", description="A regular expression found in the name of a repository.")
    branch_match: Regex | None = Field(
        default=None, description="A regular expression found in the name of a branch: each is an element."
    )
    topics: Items[str] = Field(
        default=(), description="Topics that a repository must have, all of them; at Bitbucket Server its labels."
    )
    archived: bool = Field(
        default=False, description="Whether archived ones are taken as well; at Azure DevOps those that are disabled."
    )
    paths_exist: Items[str] = Field(
        default=(), description="Files or folders that must be there, in the branch or else in the default branch."
    )

    @field_validator("paths_exist")
    @classmethod
    def _are_paths(cls, paths: Sequence[str]) -> Sequence[str]:
        for path in paths:
            if any(part in ("", ".", "..") for part in path.split("/")):
                raise ValueError("a path is relative to the repository: folder/file, without . and ..")
        return paths

    @model_validator(mode="after")
    def _fit(self) -> Repositories:
        if self.topics and self.forge in ("azureDevOps", "bitbucketCloud"):
            raise ValueError("repositories of Azure DevOps and Bitbucket Cloud have no topics")
        if self.subgroups and self.forge != "gitlab":
            raise ValueError("only GitLab has subgroups")
        if self.archived and self.forge == "bitbucketCloud":
            raise ValueError("repositories of Bitbucket Cloud are never archived")
        return self

    def subject(self) -> str:
        """Return the owner."""
        return f"repositories of {self.owner}"

    def expand(self, context: Context) -> list[Element]:
        """Return one element for each repository, or for each of its branches."""
        discovery = Discovery(
            name=finds(self.repository_match),
            topics=frozenset(self.topics),
            archived=self.archived,
            subgroups=self.subgroups,
            branch=None if self.branch_match is None else finds(self.branch_match),
            paths=tuple(self.paths_exist),
        )
        try:
            server = self.forge_server(context)
            with asking():
                found = context.sources.forges.repositories(server, self.owner, discovery)
        except GitOpsSetsError as error:
            raise error.at(context.path) from None
        return [
            Element({"repository": _parameters(known)}, Origin(context.path, known.path, known.commit))
            for known in found
        ]


def _parameters(known: Repository) -> dict[str, Any]:
    parameters = {
        "name": known.name,
        "owner": known.owner,
        "path": known.path,
        "url": known.url,
        "sshUrl": known.ssh_url,
        "defaultBranch": known.default_branch or "",
        "branch": known.branch,
        "branchSlug": slug(known.branch, _SLUG) if known.branch else "",
        "topics": list(known.topics or ()),
        "archived": known.archived,
    }
    return {**parameters, "commit": known.commit, "shortCommit": known.commit[:_SHORT]} if known.commit else parameters
