"""What a forge tells: servers that keep git repositories, their pull requests, repositories and branches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from gitopssets_provider.model.credential import Credential

__all__ = ["Branch", "Discovery", "ForgeServer", "PullRequest", "Repository"]


@dataclass(frozen=True, slots=True)
class ForgeServer:
    """A forge of a ``kind`` (``github``, ``gitlab``, ...) at a URL as people write it; "" is the public one.

    Without a ``credential`` the stack's for the host is shown. ``ca`` are the only certificates (PEM) that are trusted.
    """

    kind: str
    url: str = ""
    credential: Credential | None = field(default=None, repr=False)
    ca: bytes = b""


@dataclass(frozen=True, slots=True)
class PullRequest:
    """An open pull request (at GitLab: merge request).

    The clone URLs are those of the repository its branch is in: another one for a ``fork``, "" where that is gone.
    ``updated_at`` is a moment in UTC.
    """

    number: int
    title: str
    author: str
    branch: str
    target_branch: str
    head_sha: str
    labels: tuple[str, ...] = ()
    fork: bool = False
    draft: bool = False
    clone_url: str = ""
    clone_ssh_url: str = ""
    updated_at: str = ""


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository of a forge, or one of its branches.

    ``path`` is its name with all that stands before it, ``id`` what the forge calls it in its API. ``topics`` and
    ``default_branch`` are None where a list does not tell them. A ``branch`` without a ``commit`` is the default one,
    of which nobody has asked more.
    """

    id: str
    name: str
    path: str
    url: str
    ssh_url: str
    default_branch: str | None = None
    topics: tuple[str, ...] | None = None
    archived: bool = False
    branch: str = ""
    commit: str = ""

    @property
    def owner(self) -> str:
        """Return what stands before the name."""
        return self.path.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch and the commit it is at."""

    name: str
    commit: str


def _any(_: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Discovery:
    """Which repositories of an owner are meant.

    ``branch`` chooses branches; None stands for the repositories themselves. ``paths`` must all be there, in the branch
    or else in the default branch. ``subgroups`` are those of a group of GitLab.
    """

    name: Callable[[str], bool] = _any
    topics: frozenset[str] = frozenset()
    archived: bool = False
    subgroups: bool = False
    branch: Callable[[str], bool] | None = None
    paths: tuple[str, ...] = ()
