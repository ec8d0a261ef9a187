"""Repositories on other machines: one commit is brought into memory, first its trees, then the files that are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from dulwich.errors import (
    GitProtocolError,
    HangupException,
    NotGitRepository,
)
from dulwich.object_store import MemoryObjectStore
from dulwich.objects import Commit, ObjectID, Tag

from gitopssets_provider.errors import SourceError, did_you_mean
from gitopssets_provider.model.credential import Credential
from gitopssets_provider.sources.base import GitReference, Tree
from gitopssets_provider.sources.credentials import credential_for
from gitopssets_provider.sources.damage import printable
from gitopssets_provider.sources.deadline import Timeouts, within
from gitopssets_provider.sources.git_http import HttpClient, told
from gitopssets_provider.sources.git_ssh import SshClient
from gitopssets_provider.sources.git_tree import MAX_FILE, CommitTree
from gitopssets_provider.sources.location import Remote
from gitopssets_provider.sources.network.reach import Reach
from gitopssets_provider.sources.pack_sizes import check_pack_sizes

__all__ = ["RemoteRepository"]

_PEELED = b"^{}"
_COMMIT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_MAX_PACK = 256 * 1024 * 1024
_MAX_OBJECTS = 1024 * 1024 * 1024
_NO_LARGE_FILES = b"blob:limit=%d" % (MAX_FILE + 1)


class _NoHistory:
    """Tells a server that we have nothing, so that it sends what we want whole."""

    shallow: frozenset[ObjectID] = frozenset()

    def __next__(self) -> None:
        return None

    def ack(self, sha: ObjectID) -> None:
        """Take no notice."""

    def nak(self) -> None:
        """Take no notice."""


@dataclass(slots=True)
class RemoteRepository:
    """Reads one repository. Each question opens a connection, asks, and closes it, within the deadline."""

    remote: Remote
    root: Path
    credentials: Mapping[str, Credential]
    timeouts: Timeouts
    reach: Reach
    _asked: int = field(default=0, init=False)
    _protocol: int = field(default=0, init=False)

    def tree(self, revision: str | None) -> Tree:
        """Return the files at a branch, a tag, a full commit id or ref; None is the default branch."""
        store = MemoryObjectStore()
        wanted: list[ObjectID] = []

        def choose(refs: Mapping[bytes, ObjectID], depth: int | None = None) -> list[ObjectID]:  # noqa: ARG001
            wanted.append(_chosen(refs, revision))
            return wanted

        try:
            self._fetch(store, choose, depth=1, filter_spec=b"blob:none", ref_prefix=_prefixes(revision))
        except _NotGivenError:
            if revision is None or not _COMMIT_ID.fullmatch(revision):
                raise
            self._search(store, revision)
        commit = _peeled(store, wanted[0], self.remote.name)
        return CommitTree(
            store,
            commit.tree,
            repository=self.remote.name,
            commit=commit.id.decode("ascii"),
            missing=lambda blobs: self._bring(store, commit.id, blobs),
        )

    def references(self, kind: Literal["branches", "tags"]) -> Sequence[GitReference]:
        """Return the branches or the tags, ordered by name; an annotated tag has the commit that it stands for."""
        prefix = b"refs/heads/" if kind == "branches" else b"refs/tags/"
        client = self._client()
        try:
            refs = within(self.timeouts.total, lambda: _listed(client, self.remote.path, prefix), client.close)
        except SourceError as error:
            raise error.at(file=self.remote.name) from None
        return [
            GitReference(name.removeprefix(prefix).decode("utf-8", "surrogateescape"), refs.get(name + _PEELED, commit))
            for name, commit in sorted(refs.items())
            if name.startswith(prefix) and not name.endswith(_PEELED)
        ]

    def _search(self, store: MemoryObjectStore, commit: str) -> None:
        """Look for a commit that the server does not give by its id.

        One that speaks version 2 gives every commit it has. Others give only tips, so the commit is looked for in the
        whole history.
        """
        if self._protocol != 2:
            self._fetch(store, lambda refs, depth=None: sorted(set(refs.values())))  # noqa: ARG005
        if ObjectID(commit.encode()) not in store:
            raise SourceError(f"has no commit {commit}", file=self.remote.name)

    def _bring(self, store: MemoryObjectStore, commit: ObjectID, blobs: Sequence[ObjectID]) -> None:
        """Fetch the wanted files; the second time, and where a server gives no single ones, all of the commit."""
        self._asked += 1
        if self._asked == 1:
            try:
                self._fetch(store, lambda refs, depth=None: list(blobs))  # noqa: ARG005
            except _NotGivenError:
                pass
            else:
                return
        self._fetch(store, lambda refs, depth=None: [commit], depth=1, filter_spec=_NO_LARGE_FILES)  # noqa: ARG005

    def _fetch(self, store: MemoryObjectStore, choose: Callable[..., list[ObjectID]], **options: Any) -> None:
        client = self._client()
        try:
            within(self.timeouts.total, lambda: _into(store, client, self.remote.path, choose, options), client.close)
        except SourceError as error:
            raise error.at(file=self.remote.name) from None
        finally:
            self._protocol = client.protocol_version

    def _client(self) -> HttpClient | SshClient:
        grant = self.reach.admit(self.remote.authority, clear=self.remote.scheme == "http")
        credential = credential_for(self.remote, self.credentials)
        if self.remote.scheme == "ssh":
            return SshClient(self.remote, credential, self.timeouts, self.root)

        def addresses(host: str, port: int) -> Sequence[str]:
            return self.reach.addresses(host, port, self.timeouts.connect, grant)

        proxy = self.reach.proxy(self.remote.scheme, self.remote.host, self.remote.port)
        return HttpClient(self.remote, credential, self.timeouts, addresses, proxy)


def _listed(client: HttpClient | SshClient, path: str, prefix: bytes) -> dict[bytes, str]:
    """Return what a server lists; every failure becomes a ``SourceError``."""
    try:
        refs = client.get_refs(path.encode(), ref_prefix=[prefix]).refs
    except SourceError:
        raise
    except Exception as error:
        raise _failure(error, client) from None
    return {name: commit.decode("ascii") for name, commit in refs.items() if commit}


class _NotGivenError(SourceError):
    """Raised when a server says that it gives no such object, or hangs up on the question."""


def _into(
    store: MemoryObjectStore,
    client: HttpClient | SshClient,
    path: str,
    choose: Callable[..., list[ObjectID]],
    options: Mapping[str, Any],
) -> None:
    """Fetch a pack and keep its objects; every failure becomes a ``SourceError``."""
    file, commit, abort = store.add_pack()
    size = 0

    def keep(data: bytes) -> int:
        nonlocal size
        size += len(data)
        if size > _MAX_PACK:
            raise SourceError(f"sends more than {_MAX_PACK // 1024 // 1024} MiB")
        return file.write(data)

    try:
        client.fetch_pack(path, choose, _NoHistory(), keep, **options)
        if size:
            check_pack_sizes(file, _MAX_OBJECTS)
        commit()
    except SourceError:
        abort()
        raise
    except Exception as error:
        abort()
        raise _failure(error, client) from None


def _failure(error: Exception, client: HttpClient | SshClient) -> SourceError:
    """Say in plain words what went wrong; what a server says is shown short and without control characters."""
    host = client.authority
    way = told(error, host)
    if way:
        return SourceError(way, remedy="check the URL and the network, or try again")
    if isinstance(error, HangupException):
        said = [printable(line.decode("utf-8", "replace")) for line in error.stderr_lines or [] if line.strip()]
        return (
            _NotGivenError(f"{host} cut the connection") if not said else _answer(f"{host} is not readable: {said[-1]}")
        )
    if isinstance(error, NotGitRepository):
        return SourceError("is no git repository", remedy="check the URL")
    text = printable(str(error) or type(error).__name__)
    if isinstance(error, GitProtocolError):
        return _answer(f"{host} gave no usable answer: {text}")
    return SourceError(f"{host} gave a damaged answer: {text}", remedy="try again")


def _answer(fact: str) -> SourceError:
    not_given = "not our ref" in fact or "unadvertised" in fact
    return _NotGivenError(fact) if not_given else SourceError(fact)


def _prefixes(revision: str | None) -> list[bytes]:
    if revision is None or _COMMIT_ID.fullmatch(revision):
        return [b"HEAD"]
    return [b"HEAD", b"refs/heads/", b"refs/tags/", *([revision.encode()] if revision.startswith("refs/") else [])]


def _chosen(refs: Mapping[bytes, ObjectID], revision: str | None) -> ObjectID:
    """Return the id that a revision means among a server's refs."""
    if revision is None or revision == "HEAD":
        if b"HEAD" not in refs:
            raise SourceError("has no default branch", remedy="name a revision")
        return refs[b"HEAD"]
    if _COMMIT_ID.fullmatch(revision):
        return ObjectID(revision.encode())
    text = revision.encode()
    if revision.startswith("refs/") and text in refs:
        return refs[text]
    branch, tag = refs.get(b"refs/heads/" + text), refs.get(b"refs/tags/" + text)
    if branch and tag and branch != tag:
        raise SourceError(
            f"{revision} is both a branch and a tag", remedy=f"write refs/heads/{revision} or refs/tags/{revision}"
        )
    found = branch or tag
    if found is None:
        raise _unknown(refs, revision)
    return found


def _unknown(refs: Mapping[bytes, ObjectID], revision: str) -> SourceError:
    if re.fullmatch(r"[0-9a-f]{4,39}", revision):
        return SourceError(f"has no branch or tag {revision}", remedy="a URL needs the full commit id")
    names = {ref.decode("utf-8", "replace").split("/", 2)[2] for ref in refs if ref.count(b"/") >= 2}
    return SourceError(f"has no branch or tag {revision}", remedy=did_you_mean(revision, names))


def _peeled(store: MemoryObjectStore, sha: ObjectID, name: str) -> Commit:
    """Return the commit that an id means; an annotated tag stands for what it names."""
    for _ in range(10):
        try:
            found = store[sha]
        except KeyError:
            break
        if isinstance(found, Commit):
            return found
        if not isinstance(found, Tag):
            break
        sha = found.object[1]
    raise SourceError(f"{sha.decode('ascii')} is no commit of it", file=name)
