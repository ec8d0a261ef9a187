"""The ports: what generators may ask of the world, and nothing else.

An answer is whole or it is a :class:`~gitopssets_provider.errors.SourceError`: unknown is never empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from gitopssets_provider.errors import SourceError
from gitopssets_provider.model.cluster import Cluster
from gitopssets_provider.model.credential import Credential
from gitopssets_provider.model.forge import Discovery, ForgeServer, PullRequest, Repository
from gitopssets_provider.model.selector import LabelSelector
from gitopssets_provider.sources.kubernetes.kinds import ObjectKind
from gitopssets_provider.sources.network.message import Request, Response
from gitopssets_provider.sources.network.paging import Following, Page

__all__ = [
    "CLOSED",
    "NO_STACKS",
    "ClusterReader",
    "ForgeReader",
    "GitReader",
    "GitReference",
    "HttpReader",
    "KubernetesReader",
    "PluginReader",
    "Sources",
    "StackReader",
    "Tree",
    "VariableReader",
]


class Tree(Protocol):
    """The files of a repository at one commit, or of its working tree.

    ``repository`` names it as the user did (without credentials); ``commit`` is the full commit id, "" for a working
    tree.
    """

    @property
    def repository(self) -> str:
        """Return the repository's name."""
        ...

    @property
    def commit(self) -> str:
        """Return the commit id."""
        ...

    @property
    def files(self) -> Sequence[str]:
        """Return the regular files: relative POSIX paths in byte order."""
        ...

    @property
    def refused(self) -> Mapping[str, str]:
        """Return the other entries (links, submodules) and what they are: a match on one is an error, not a gap."""
        ...

    def read(self, paths: Sequence[str]) -> Mapping[str, bytes]:
        """Return the contents of files, in one request; raises ``SourceError`` where one is missing or too large."""
        ...


@dataclass(frozen=True, slots=True)
class GitReference:
    """A branch or a tag: its short name, and the full id of its commit (of what an annotated tag stands for)."""

    name: str
    commit: str


class GitReader(Protocol):
    """Opens repositories. One request per distinct question and run."""

    def tree(self, repository: str, revision: str | None, credential: Credential | None = None) -> Tree:
        """Return the files at ``revision`` (branch, tag, commit id, ref); None is the working tree of a local path and
        the default branch of a URL. ``credential`` goes to the repository's host instead of the stack's own.
        """
        ...

    def references(
        self, repository: str, kind: Literal["branches", "tags"], credential: Credential | None = None
    ) -> Sequence[GitReference]:
        """Return all branches, or all tags, ordered by name."""
        ...


class ClusterReader(Protocol):
    """Knows the clusters of the stack."""

    def clusters(self) -> Sequence[Cluster]:
        """Return every cluster, ordered by name."""
        ...

    def reach(self, cluster: Cluster) -> Cluster:
        """Return a cluster with all that it takes to reach it; credentials are read only here."""
        ...


class KubernetesReader(Protocol):
    """Reads objects of the management cluster, as the one whom the stack's kubeconfig names."""

    def get(self, kind: ObjectKind, namespace: str, name: str) -> Mapping[str, Any]:
        """Return one object; raises ``SourceError`` where there is none, and where it may not be read."""
        ...

    def list(
        self, kind: ObjectKind, namespace: str = "", selector: LabelSelector | None = None
    ) -> Sequence[Mapping[str, Any]]:
        """Return all objects (of a namespace, or of all) that match, ordered by namespace and name."""
        ...

    def version(self, cluster: Cluster) -> str:
        """Return the version of Kubernetes that a cluster of the stack runs, by asking it."""
        ...


class ForgeReader(Protocol):
    """Knows what is on forges. No more is asked than it takes to tell what is wanted."""

    def pull_requests(
        self, server: ForgeServer, repository: str, wanted: Callable[[PullRequest], bool]
    ) -> Sequence[PullRequest]:
        """Return the open pull requests of a repository that are wanted, by number.

        ``wanted`` may be asked before the clone URLs and the full commit id are known.
        """
        ...

    def repositories(self, server: ForgeServer, owner: str, discovery: Discovery) -> Sequence[Repository]:
        """Return the repositories of an owner that are meant, or their branches, by path and branch."""
        ...


class HttpReader(Protocol):
    """Asks other machines over HTTP: granted hosts only. One request per distinct question and run."""

    def send(self, request: Request) -> Response:
        """Return the whole answer; raises ``SourceError`` for anything else."""
        ...

    def pages(self, request: Request, following: Following) -> Iterator[Page]:
        """Return the pages of a list, to its end."""
        ...


class VariableReader(Protocol):
    """Knows the variables of the environment that a definition may name."""

    def value(self, name: str) -> str:
        """Return the value; raises ``SourceError`` where there is none, or where it may not be read."""
        ...


class PluginReader(Protocol):
    """Calls the Python plugins that the stack allows."""

    def call(self, name: str, parameters: Mapping[str, Any]) -> Any:
        """Return what a plugin returns, as JSON; raises ``SourceError`` where it fails, or may not be called."""
        ...


class StackReader(Protocol):
    """Knows the outputs of other stacks, as they were when those were last deployed."""

    def outputs(self, stack: str) -> Mapping[str, Any]:
        """Return the outputs by name, secret values as ``Opaque``; raises where there is no such stack."""
        ...


class _Closed:
    """A port that nobody has opened: whatever it is asked, it refuses."""

    def __init__(self, fact: str, remedy: str = "") -> None:
        self.fact = fact
        self.remedy = remedy

    def __getattr__(self, question: str) -> Any:
        if question.startswith("_"):
            raise AttributeError(question)
        raise SourceError(self.fact, remedy=self.remedy)


CLOSED: Final[Any] = _Closed("no other machine may be asked here")
"""What stands for each port that a plan is not given."""

NO_STACKS: Final[Any] = _Closed("the outputs of stacks are known to a stack alone", "say which with --stack")
"""What knows of stacks where definitions are expanded on their own."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything a plan may read; what is not given refuses every question.

    ``asked`` tells people which other machines were asked, in a line for each, and what those still allow.
    """

    git: GitReader
    clusters: ClusterReader
    http: HttpReader = CLOSED
    variables: VariableReader = CLOSED
    kubernetes: KubernetesReader = CLOSED
    forges: ForgeReader = CLOSED
    stacks: StackReader = NO_STACKS
    plugins: PluginReader = CLOSED
    asked: Callable[[], Sequence[str]] = tuple
