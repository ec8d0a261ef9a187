"""Repositories on this machine: their working tree, or any of their commits."""

from __future__ import annotations

import os
import stat
import weakref
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Literal

from dulwich.errors import NotGitRepository
from dulwich.objects import Commit, ObjectID, Tag
from dulwich.objects import Tree as GitTree
from dulwich.objectspec import parse_commit, parse_object
from dulwich.refs import Ref
from dulwich.repo import Repo

from gitopssets_provider.errors import SourceError, did_you_mean
from gitopssets_provider.sources.base import GitReference, Tree
from gitopssets_provider.sources.damage import reading
from gitopssets_provider.sources.git_tree import CommitTree
from gitopssets_provider.sources.location import Local
from gitopssets_provider.sources.working_tree import WorkingTree, is_ignored

__all__ = ["local_references", "local_tree"]

_BRANCH, _TAG, _REMOTE = "refs/heads/", "refs/tags/", "refs/remotes/"


def local_tree(location: Local, revision: str | None) -> Tree:
    """Return the files of a folder, at a revision or as they lie there.

    The folder is a repository's root or a folder in it, and its files are relative to the folder. A folder that
    belongs to no repository, or that its repository ignores, can be read only as it lies there.
    """
    folder = location.path
    if not folder.is_dir():
        raise _no_folder(location)
    with reading(location.name), ExitStack() as opened:
        repo = _opened(location)
        if repo is None:
            if revision is not None or location.objects_only:
                raise SourceError(f"{location.name} is no git repository")
            return WorkingTree(folder, repository=location.name, repo=None)
        opened.callback(_close, repo)
        tree: Tree
        if revision is None and not location.objects_only and not repo.bare:
            tree = WorkingTree(folder, repository=location.name, repo=None if is_ignored(repo, folder) else repo)
        else:
            tree = _at_commit(repo, _commit(repo, revision or "HEAD", location.name), folder, location.name)
        weakref.finalize(tree, opened.pop_all().close)  # its files stay open as long as somebody may read them
        return tree


def local_references(location: Local, kind: Literal["branches", "tags"]) -> Sequence[GitReference]:
    """Return the branches (of this copy, not those it knows of others) or the tags, ordered by name."""
    if not location.path.is_dir():
        raise _no_folder(location)
    with reading(location.name):
        repo = _opened(location)
        if repo is None:
            raise SourceError(f"{location.name} is no git repository")
        try:
            base = Ref((_BRANCH if kind == "branches" else _TAG).encode())
            names = sorted(repo.refs.subkeys(base))
            return [
                GitReference(os.fsdecode(name), repo.get_peeled(Ref(base + name)).decode("ascii")) for name in names
            ]
        finally:
            _close(repo)


def _no_folder(location: Local) -> SourceError:
    there = "is no folder" if location.path.exists() else "does not exist"
    return SourceError(f"the repository {location.name} {there}", remedy="paths are relative to the project's folder")


def _at_commit(repo: Repo, commit: Commit, folder: Path, name: str) -> CommitTree:
    tree = _subtree(repo, commit, folder, name)
    return CommitTree(repo.object_store, tree, repository=name, commit=commit.id.decode("ascii"))


def _close(repo: Repo) -> None:
    with suppress(BufferError):  # a damaged pack may still be in use by the error it caused
        repo.close()


def _opened(location: Local) -> Repo | None:
    with suppress(NotGitRepository):
        return Repo(str(location.path)) if location.objects_only else Repo.discover(str(location.path))
    return None


def _commit(repo: Repo, revision: str, name: str) -> Commit:
    """Return the commit that a branch, a tag, a ref, a commit id (also a short one) or ``main~2`` means."""
    branch, tag = _known(repo, _BRANCH + revision), _known(repo, _TAG + revision)
    if branch and tag and branch.id != tag.id:
        remedy = f"write {_BRANCH}{revision} or {_TAG}{revision}"
        raise SourceError(f"{revision} is both a branch and a tag of {name}", remedy=remedy)
    found = branch or tag or _known(repo, _REMOTE + revision)
    if not found and not {":", "@"} & set(revision):  # those mean files of the index, or what this machine did lately
        with suppress(KeyError, ValueError, AssertionError):
            found = parse_commit(repo, revision)
        with suppress(KeyError, ValueError, AssertionError):
            found = found or parse_commit(repo, parse_object(repo, revision).id)
    if found:
        return found
    if revision == "HEAD":
        raise SourceError(f"the repository {name} has no commit yet")
    raise SourceError(f"the repository {name} has no revision {revision}", remedy=did_you_mean(revision, _names(repo)))


def _known(repo: Repo, ref: str) -> Commit | None:
    with suppress(KeyError, ValueError):
        found = repo[Ref(ref.encode())]
        while isinstance(found, Tag):
            found = repo[found.object[1]]
        return found if isinstance(found, Commit) else None
    return None


def _names(repo: Repo) -> Iterator[str]:
    for ref in repo.refs.allkeys():
        name = ref.decode("utf-8", "replace")
        for prefix in (_BRANCH, _TAG, _REMOTE):
            if name.startswith(prefix):
                yield name.removeprefix(prefix)


def _subtree(repo: Repo, commit: Commit, folder: Path, name: str) -> ObjectID:
    """Return the tree of the folder in the commit."""
    root = Path(repo.path).resolve()
    parts = folder.resolve().relative_to(root).parts if not repo.bare else ()
    tree: ObjectID = commit.tree
    for part in parts:
        inside = repo.object_store[tree]
        name_in = os.fsencode(part)
        if not isinstance(inside, GitTree) or name_in not in inside or not stat.S_ISDIR(inside[name_in][0]):
            raise SourceError(f"{name} is no folder at {commit.id.decode('ascii')[:7]}")
        tree = inside[name_in][1]
    return tree
