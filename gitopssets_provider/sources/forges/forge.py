"""What every forge can be asked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from gitopssets_provider.model.forge import Branch, PullRequest, Repository

__all__ = ["Forge", "Wanted"]

Wanted = Callable[[PullRequest], bool]


class Forge(ABC):
    """One forge. An answer is whole, or it is a ``SourceError``."""

    @abstractmethod
    def pull_requests(self, repository: str, wanted: Wanted) -> Sequence[PullRequest]:
        """Return the open pull requests of a repository that are wanted.

        ``wanted`` is asked before what costs another request (clone URLs, full commit ids) is known.
        """

    @abstractmethod
    def repositories(self, owner: str, *, subgroups: bool) -> Sequence[Repository]:
        """Return all repositories of an organisation, user, group, project or workspace, archived ones too."""

    @abstractmethod
    def branches(self, repository: Repository) -> Sequence[Branch]:
        """Return all branches."""

    @abstractmethod
    def has_path(self, repository: Repository, path: str) -> bool:
        """Say whether there is a file or a folder in the repository's ``branch``."""

    def topics(self, repository: Repository) -> Sequence[str]:
        """Return the topics of a repository, asking for them where the list did not tell."""
        return repository.topics or ()

    def default_branch(self, repository: Repository) -> str:
        """Return the default branch, asking for it where the list did not tell; "" for an empty repository."""
        return repository.default_branch or ""
