"""The port for git: opens what a repository is named by, and answers each distinct question once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from gitopssets_provider.documents.canonical import digest
from gitopssets_provider.errors import GitOpsSetsError, SourceError
from gitopssets_provider.model.credential import Credential
from gitopssets_provider.sources.base import GitReference, Tree
from gitopssets_provider.sources.deadline import Timeouts
from gitopssets_provider.sources.git_local import local_references, local_tree
from gitopssets_provider.sources.location import Local, Remote, locate
from gitopssets_provider.sources.network import Network
from gitopssets_provider.sources.network.reach import Reach

if TYPE_CHECKING:
    from gitopssets_provider.sources.git_remote import RemoteRepository

__all__ = ["GitRepositories"]


@dataclass(slots=True)
class GitRepositories:
    """Reads repositories. ``root`` is the folder that relative ones are found from.

    ``credentials`` go each to the host it is listed for (``host`` or ``host:port``), and to no other. ``reach`` says
    which hosts may be asked.
    """

    root: Path
    credentials: Mapping[str, Credential] = field(default_factory=dict)
    offline: bool = False
    timeouts: Timeouts = field(default_factory=Timeouts)
    progress: Callable[[str], None] | None = None
    reach: Reach = field(default_factory=lambda: Network().reach)
    _listed: dict[tuple[str, str, str], Sequence[GitReference] | GitOpsSetsError] = field(default_factory=dict)
    _answers: dict[tuple[str, str | None, str], Tree | GitOpsSetsError] = field(default_factory=dict)

    def tree(self, repository: str, revision: str | None, credential: Credential | None = None) -> Tree:
        """Return the files of a repository at a revision; see :class:`~gitopssets_provider.sources.base.GitReader`."""
        question = (repository, revision, digest(credential.model_dump()) if credential else "")
        if question not in self._answers:
            try:
                self._answers[question] = self._open(repository, revision, credential)
            except GitOpsSetsError as error:
                self._answers[question] = error
        answer = self._answers[question]
        if isinstance(answer, GitOpsSetsError):
            raise answer
        return answer

    def references(
        self, repository: str, kind: Literal["branches", "tags"], credential: Credential | None = None
    ) -> Sequence[GitReference]:
        """Return branches or tags; see :class:`~gitopssets_provider.sources.base.GitReader`."""
        question = (repository, kind, digest(credential.model_dump()) if credential else "")
        if question not in self._listed:
            try:
                location = locate(repository, self.root)
                if isinstance(location, Local):
                    self._listed[question] = local_references(location, kind)
                else:
                    self._listed[question] = self._remote(location, f"for its {kind}", credential).references(kind)
            except GitOpsSetsError as error:
                self._listed[question] = error
        answer = self._listed[question]
        if isinstance(answer, GitOpsSetsError):
            raise answer
        return answer

    def _open(self, repository: str, revision: str | None, credential: Credential | None) -> Tree:
        if revision is not None:
            _check_revision(revision)
        location = locate(repository, self.root)
        if isinstance(location, Local):
            return local_tree(location, revision)
        what = f"at {revision or 'its default branch'}"
        return self._remote(location, what, credential).tree(revision)

    def _remote(self, remote: Remote, what: str, credential: Credential | None) -> RemoteRepository:
        if self.offline:
            raise SourceError(f"{remote.name} is not read: --offline allows no other machine")
        from gitopssets_provider.sources.git_remote import RemoteRepository  # its libraries take a while to load

        if self.progress:
            self.progress(f"reading {remote.name} {what}")
        credentials = {remote.authority: credential} if credential else self.credentials
        return RemoteRepository(remote, self.root, credentials, self.timeouts, self.reach)


def _check_revision(revision: str) -> None:
    """Refuse what is no revision before it reaches any program or server."""
    odd = any(ord(character) < 33 or character in "\\?*[" or ord(character) == 127 for character in revision)
    if not revision or odd or revision.startswith("-") or len(os.fsencode(revision)) > 250:
        raise SourceError("the revision is empty, too long, or holds characters that no revision has")
