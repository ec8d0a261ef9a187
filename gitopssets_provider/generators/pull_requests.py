"""The pullRequests generator: the open pull requests of a repository."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field, model_validator

from gitopssets_provider.errors import GitOpsSetsError
from gitopssets_provider.generators.base import Context, asking, register
from gitopssets_provider.generators.forge import ForgeGenerator, Regex, finds
from gitopssets_provider.model.base import Items
from gitopssets_provider.model.element import Element, Origin
from gitopssets_provider.model.forge import PullRequest
from gitopssets_provider.templating.text_filters import slug

__all__ = ["PullRequests"]

_SLUG = 50
_SHORT = 8


@register
class PullRequests(ForgeGenerator):
    """Yields the open pull requests of a repository (at GitLab: merge requests), by number.

    The host of the API must be granted by the stack (``gitopssets:network``): ``api.github.com``, ``gitlab.com``,
    ``api.bitbucket.org``, ``dev.azure.com``, or that of ``server``. All pages are read; an answer that is anything but
    a whole list is an error. None at all is an answer where ``allowEmpty`` says so.

    Parameters: ``pullRequest`` with ``number``, ``title``, ``author``, ``labels``, ``branch``, ``branchSlug`` (a name
    of at most 50 characters, different for different branches), ``targetBranch``, ``headSha``, ``headShortSha``
    (8 characters), ``fork``, ``cloneUrl`` and ``cloneSshUrl`` (of the repository the branch is in, empty where that is
    gone) and ``updatedAt`` (in UTC; Azure DevOps only tells when it was opened).

    Anybody may open one from a fork, with whatever is in it. They are left out unless ``forks`` is true, and then only
    those are taken that carry the ``labels``, which somebody has to put there. Pull requests of Bitbucket have no
    labels, so that none from forks are taken.
    """

    kind: ClassVar[str] = "pullRequests"

    repository: str = Field(
        description="The repository as the forge names it: owner/name, group/subgroup/name, PROJECT/name, "
        "workspace/name, or organisation/project/name at Azure DevOps."
    )
    labels: Items[str] = Field(default=(), description="Labels that it must carry, all of them.")
    branch_match: Regex = Field(default="", description="A regular expression found in the name of its branch.")
    target_branch_match: Regex = Field(
        default="", description="A regular expression found in the name of the branch it is to be merged into."
    )
    title_match: Regex = Field(default="", description="A regular expression found in its title.")
    drafts: bool = Field(default=True, description="Whether drafts are taken.")
    forks: bool = Field(default=False, description="Whether those from forks are taken, which needs labels.")

    @model_validator(mode="after")
    def _fit(self) -> PullRequests:
        if self.labels and self.forge.startswith("bitbucket"):
            raise ValueError("pull requests of Bitbucket have no labels")
        if self.forks and not self.labels:
            raise ValueError("forks: true needs labels, so that somebody has looked at what comes from outside")
        if any(not label for label in self.labels):
            raise ValueError("a label is not empty")
        return self

    def subject(self) -> str:
        """Return the repository."""
        return f"pull requests of {self.repository}"

    def expand(self, context: Context) -> list[Element]:
        """Return one element for each pull request."""
        try:
            server = self.forge_server(context)
            with asking():
                found = context.sources.forges.pull_requests(server, self.repository, self._wanted)
        except GitOpsSetsError as error:
            raise error.at(context.path) from None
        return [
            Element(
                {"pullRequest": _parameters(known)},
                Origin(context.path, f"{self.repository}#{known.number}", known.head_sha),
            )
            for known in found
        ]

    def _wanted(self, known: PullRequest) -> bool:
        return (
            (self.forks or not known.fork)
            and (self.drafts or not known.draft)
            and set(self.labels).issubset(known.labels)
            and finds(self.branch_match)(known.branch)
            and finds(self.target_branch_match)(known.target_branch)
            and finds(self.title_match)(known.title)
        )


def _parameters(known: PullRequest) -> dict[str, Any]:
    return {
        "number": known.number,
        "title": known.title,
        "author": known.author,
        "labels": list(known.labels),
        "branch": known.branch,
        "branchSlug": slug(known.branch, _SLUG),
        "targetBranch": known.target_branch,
        "headSha": known.head_sha,
        "headShortSha": known.head_sha[:_SHORT],
        "fork": known.fork,
        "cloneUrl": known.clone_url,
        "cloneSshUrl": known.clone_ssh_url,
        "updatedAt": known.updated_at,
    }
