"""Answers from a file instead of the world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, Field, model_validator

from gitopssets_provider.documents.yaml_reader import read_yaml
from gitopssets_provider.errors import DefinitionError, GitOpsSetsError, SourceError, did_you_mean
from gitopssets_provider.model.base import Items, Model
from gitopssets_provider.model.cluster import Cluster
from gitopssets_provider.model.credential import Credential
from gitopssets_provider.model.validation import validate
from gitopssets_provider.sources.base import ClusterReader, GitReader, GitReference, HttpReader, Sources, Tree
from gitopssets_provider.sources.fixture_forges import FixtureForges, FixturePullRequest, FixtureRepository
from gitopssets_provider.sources.fixture_objects import (
    FixtureConfigMap,
    FixtureImagePolicy,
    FixtureObjects,
    FixtureSecret,
    repository_object,
)
from gitopssets_provider.sources.fixture_server import FixtureHttp, FixtureServer
from gitopssets_provider.sources.fixture_stacks import FixtureStack, FixtureStacks
from gitopssets_provider.sources.inventory import FixedClusters
from gitopssets_provider.sources.kubernetes.kinds import (
    CONFIG_MAP,
    GIT_REPOSITORY,
    IMAGE_POLICY,
    SECRET,
    ObjectKind,
)

__all__ = ["Artifact", "FixtureFile", "GitRepository", "fixtures"]


class Artifact(Model):
    """What a repository was packed into; only its files count."""

    model_config = ConfigDict(extra="ignore")

    files: Mapping[str, str] = Field(default_factory=dict)


class GitRepository(Model):
    """The files of a repository; a generator names it by ``name`` or ``url``.

    ``files`` maps paths to texts; they may stand under ``artifact`` as well. ``revision`` is the commit id.
    ``branches`` and ``tags`` map names to commit ids.
    """

    name: str = ""
    namespace: str = ""
    url: str = ""
    revision: str = ""
    branches: Mapping[str, str] = Field(default_factory=dict)
    tags: Mapping[str, str] = Field(default_factory=dict)
    files: Mapping[str, str] = Field(default_factory=dict)
    artifact: Artifact | None = None

    @model_validator(mode="after")
    def _is_named(self) -> GitRepository:
        if not self.name and not self.url:
            raise ValueError("a repository has a name or a url")
        return self

    @property
    def texts(self) -> Mapping[str, str]:
        """Return the files, wherever they are written."""
        return {**(self.artifact.files if self.artifact else {}), **self.files}

    def answer(self) -> Mapping[str, Any]:
        """Return what an API server would answer; without files Flux has fetched nothing."""
        fetched = self.artifact is not None or bool(self.files)
        return repository_object(self.name, self.url, self.revision, self.texts if fetched else None)


class FixtureFile(Model):
    """A file of answers. Keys that no generator asks for yet are allowed."""

    git_repositories: Items[GitRepository] | None = None
    gitops_clusters: Items[Cluster] | None = None
    oci_repositories: Any = None
    image_policies: Items[FixtureImagePolicy] | None = None
    config_maps: Items[FixtureConfigMap] | None = None
    secrets: Items[FixtureSecret] | None = Field(default=None, repr=False)
    pull_requests: Items[FixturePullRequest] | None = None
    repositories: Items[FixtureRepository] | None = None
    server: FixtureServer | None = None
    stacks: Items[FixtureStack] | None = None
    existing: Any = None

    def objects(self) -> Mapping[ObjectKind, Mapping[tuple[str, str], Mapping[str, Any]]]:
        """Return the objects by kind, namespace and name; a kind that the file does not name is not among them."""
        named = {
            GIT_REPOSITORY: self.git_repositories,
            IMAGE_POLICY: self.image_policies,
            CONFIG_MAP: self.config_maps,
            SECRET: self.secrets,
        }
        return {
            kind: {(item.namespace or "default", item.name): item.answer() for item in items if item.name}
            for kind, items in named.items()
            if items is not None
        }


@dataclass(frozen=True)
class _FixtureTree:
    repository: str
    commit: str
    texts: Mapping[str, str]

    @property
    def files(self) -> Sequence[str]:
        return sorted(self.texts)

    @property
    def refused(self) -> Mapping[str, str]:
        return {}

    def read(self, paths: Sequence[str]) -> Mapping[str, bytes]:
        return {path: self.texts[path].encode() for path in paths}


@dataclass(frozen=True)
class _FixtureGit:
    repositories: Sequence[GitRepository]
    otherwise: GitReader | None
    file: str

    def tree(self, repository: str, revision: str | None, credential: Credential | None = None) -> Tree:
        known = self._known(repository)
        if known is None:
            return self._asked(repository).tree(repository, revision, credential)
        return _FixtureTree(repository, known.revision, known.texts)

    def references(
        self, repository: str, kind: Literal["branches", "tags"], credential: Credential | None = None
    ) -> Sequence[GitReference]:
        known = self._known(repository)
        if known is None:
            return self._asked(repository).references(repository, kind, credential)
        refs = known.branches if kind == "branches" else known.tags
        return [GitReference(name, commit) for name, commit in sorted(refs.items())]

    def _known(self, repository: str) -> GitRepository | None:
        return next((known for known in self.repositories if repository in (known.name, known.url)), None)

    def _asked(self, repository: str) -> GitReader:
        """Return who else is asked for a repository."""
        if self.otherwise is not None:
            return self.otherwise
        names = [name for known in self.repositories for name in (known.name, known.url) if name]
        raise SourceError(
            f"no gitRepositories are named {repository}", remedy=did_you_mean(repository, names), file=self.file
        )


def fixtures(path: Path, otherwise: Sources | None = None) -> Sources:
    """Return sources that answer from a YAML file, and ask ``otherwise`` what the file does not name."""
    file = str(path)
    try:
        documents = read_yaml(path.read_bytes(), file=file)
    except OSError as error:
        raise DefinitionError(f"the fixtures are not readable: {error.strerror}", file=file) from None
    try:
        content = validate(FixtureFile, documents[0].value if documents else {})
    except GitOpsSetsError as error:
        raise error.at(file=file) from None
    git = _FixtureGit(content.git_repositories or (), otherwise.git if otherwise else None, file)
    clusters: ClusterReader = FixedClusters(content.gitops_clusters or ())
    if content.gitops_clusters is None and otherwise:
        clusters = otherwise.clusters
    world = otherwise or Sources(git=git, clusters=clusters)
    http: HttpReader = FixtureHttp(content.server, world.http) if content.server else world.http
    objects = FixtureObjects(content.objects(), world.kubernetes, file)
    stacks = FixtureStacks(content.stacks, world.stacks, file) if content.stacks is not None else world.stacks
    forges = FixtureForges(content.pull_requests, content.repositories, world.forges, file)
    return replace(world, forges=forges, git=git, clusters=clusters, http=http, kubernetes=objects, stacks=stacks)
