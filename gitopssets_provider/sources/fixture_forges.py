"""Pull requests and repositories that are written in a file of fixtures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ConfigDict, Field

from gitopssets_provider.errors import SourceError, did_you_mean
from gitopssets_provider.model.base import Items, Model
from gitopssets_provider.model.forge import Branch, Discovery, ForgeServer, PullRequest, Repository
from gitopssets_provider.sources.base import ForgeReader
from gitopssets_provider.sources.forges import Forges
from gitopssets_provider.sources.forges.forge import Forge, Wanted

__all__ = ["FixtureForges", "FixturePullRequest", "FixtureRepository"]


class _Told(Model):
    """Has the words of those who list pull requests for many forges; more than these may be there."""

    model_config = ConfigDict(alias_generator=None, extra="ignore")


class FixtureBase(_Told):
    """The branch that a pull request is to be merged into, and its repository."""

    repo_full_name: str
    ref: str = "main"


class FixtureHead(_Told):
    """The branch of a pull request."""

    ref: str
    sha: str
    clone: str = ""
    clone_ssh: str = ""


class FixturePullRequest(_Told):
    """A pull request; one whose head is in another repository than its base is from a fork."""

    number: int = Field(ge=0)
    base: FixtureBase
    head: FixtureHead
    head_repo_full_name: str = ""
    title: str = ""
    author: str = ""
    labels: Items[str] = ()
    state: str = "open"
    draft: bool = False
    updated_at: str = ""

    def answer(self) -> PullRequest:
        """Return what a forge would tell."""
        return PullRequest(
            number=self.number,
            title=self.title,
            author=self.author,
            branch=self.head.ref,
            target_branch=self.base.ref,
            head_sha=self.head.sha,
            labels=tuple(self.labels),
            fork=self.head_repo_full_name.lower() != self.base.repo_full_name.lower(),
            draft=self.draft,
            clone_url=self.head.clone,
            clone_ssh_url=self.head.clone_ssh,
            updated_at=self.updated_at,
        )


class FixtureRepository(Model):
    """A repository: its ``path`` is ``owner/name``, ``branches`` maps names to commits, ``files`` are there in each."""

    path: str = Field(pattern="^[^/]+(/[^/]+)+$")
    url: str = ""
    ssh_url: str = ""
    default_branch: str = "main"
    branches: Mapping[str, str] = Field(default_factory=dict)
    topics: Items[str] = ()
    archived: bool = False
    files: Items[str] = ()

    def answer(self) -> Repository:
        """Return what a forge would tell."""
        return Repository(
            id=self.path,
            name=self.path.rpartition("/")[2],
            path=self.path,
            url=self.url,
            ssh_url=self.ssh_url,
            default_branch=self.default_branch,
            topics=tuple(self.topics),
            archived=self.archived,
        )


@dataclass(frozen=True)
class FixtureForges:
    """Answers what is written, and asks ``otherwise`` for a kind of thing that the file does not name at all."""

    pulls: Sequence[FixturePullRequest] | None
    known: Sequence[FixtureRepository] | None
    otherwise: ForgeReader
    file: str

    def pull_requests(self, server: ForgeServer, repository: str, wanted: Wanted) -> Sequence[PullRequest]:
        """Return the open pull requests of a repository; see :class:`~gitopssets_provider.sources.base.ForgeReader`."""
        if self.pulls is None:
            return self.otherwise.pull_requests(server, repository, wanted)
        return self._forges.pull_requests(server, repository, wanted)

    def repositories(self, server: ForgeServer, owner: str, discovery: Discovery) -> Sequence[Repository]:
        """Return repositories, or branches; see :class:`~gitopssets_provider.sources.base.ForgeReader`."""
        if self.known is None:
            return self.otherwise.repositories(server, owner, discovery)
        return self._forges.repositories(server, owner, discovery)

    @property
    def _forges(self) -> Forges:
        forge = _FixtureForge(self.pulls or (), self.known or (), self.file)
        return Forges(lambda _: forge, lambda work, items: [work(item) for item in items])


@dataclass(frozen=True)
class _FixtureForge(Forge):
    pulls: Sequence[FixturePullRequest]
    known: Sequence[FixtureRepository]
    file: str

    def pull_requests(self, repository: str, wanted: Wanted) -> Sequence[PullRequest]:
        names = {pull.base.repo_full_name for pull in self.pulls}
        if names and repository not in names:
            remedy = did_you_mean(repository, names)
            raise SourceError(f"no pullRequests are of {repository}", remedy=remedy, file=self.file)
        pulls = [pull for pull in self.pulls if pull.base.repo_full_name == repository and pull.state == "open"]
        return [answer for answer in (pull.answer() for pull in pulls) if wanted(answer)]

    def repositories(self, owner: str, *, subgroups: bool) -> Sequence[Repository]:
        answers = [repository.answer() for repository in self.known]
        found = [
            answer
            for answer in answers
            if answer.owner == owner or (subgroups and answer.owner.startswith(f"{owner}/"))
        ]
        if answers and not found:
            remedy = did_you_mean(owner, {answer.owner for answer in answers})
            raise SourceError(f"no repositories are of {owner}", remedy=remedy, file=self.file)
        return found

    def branches(self, repository: Repository) -> Sequence[Branch]:
        return [Branch(name, commit) for name, commit in self._of(repository).branches.items()]

    def has_path(self, repository: Repository, path: str) -> bool:
        return any(file == path or file.startswith(f"{path}/") for file in self._of(repository).files)

    def _of(self, repository: Repository) -> FixtureRepository:
        return next(known for known in self.known if known.path == repository.path)
