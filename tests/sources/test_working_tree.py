"""A local folder is read as it lies there: what git tracks, and what no ignore file names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.base import Tree
from gitopssets_provider.sources.git import GitRepositories


def _tree(root: Path, repository: str = ".") -> Tree:
    return GitRepositories(root).tree(repository, None)


def test_tracked_files_and_new_ones_are_there_and_ignored_ones_are_not(repository: Any) -> None:
    repository.commit({"a.yaml": "a", "b/c.yaml": "c", ".gitignore": "*.log\nout/\n!keep.log\n"})
    repository.write({"new.yaml": "n", "x.log": "", "keep.log": "", "out/o.yaml": "", "b/out/p.yaml": ""})
    tree = _tree(repository.path)
    assert tree.files == (".gitignore", "a.yaml", "b/c.yaml", "keep.log", "new.yaml")
    assert tree.commit == ""


def test_a_file_that_is_tracked_is_there_although_an_ignore_file_names_it(repository: Any) -> None:
    repository.write({".gitignore": "out/\n", "out/kept.yaml": "k", "out/other.yaml": "o"})
    repository.git("add", "-f", "out/kept.yaml")
    assert _tree(repository.path).files == (".gitignore", "out/kept.yaml")


def test_a_tracked_file_that_was_removed_is_gone(repository: Any) -> None:
    repository.commit({"a.yaml": "a", "b.yaml": "b"})
    (repository.path / "a.yaml").unlink()
    assert _tree(repository.path).files == ("b.yaml",)


def test_contents_are_those_of_the_folder_not_of_the_last_commit(repository: Any) -> None:
    repository.commit({"a.yaml": "old"})
    repository.write({"a.yaml": "new"})
    assert _tree(repository.path).read(["a.yaml"]) == {"a.yaml": b"new"}


def test_ignore_files_in_folders_and_the_repositorys_own_exclude_file_count(repository: Any) -> None:
    repository.write({"a/.gitignore": "x.yaml\n", "a/x.yaml": "", "a/y.yaml": "", "b/x.yaml": "", "b/z.yaml": ""})
    repository.write({".git/info/exclude": "z.yaml\n"})
    assert _tree(repository.path).files == ("a/.gitignore", "a/y.yaml", "b/x.yaml")


def test_files_stand_in_byte_order(repository: Any) -> None:
    repository.write(dict.fromkeys(("b.yaml", "a/z.yaml", "a.yaml", "B.yaml", "é.yaml", "a-1.yaml"), ""))
    assert _tree(repository.path).files == ("B.yaml", "a-1.yaml", "a.yaml", "a/z.yaml", "b.yaml", "é.yaml")


def test_a_folder_of_a_repository_is_read_alone_with_the_ignore_rules_above_it(repository: Any) -> None:
    repository.commit({".gitignore": "*.log\n", "other.yaml": "", "app/env/dev.yaml": "d"})
    repository.write({"app/x.log": "", "app/new.yaml": ""})
    tree = _tree(repository.path, "app")
    assert tree.files == ("env/dev.yaml", "new.yaml")
    assert tree.read(["env/dev.yaml"]) == {"env/dev.yaml": b"d"}


@pytest.mark.parametrize("pattern", ["*", "out/", "/out"])
def test_a_folder_that_the_repository_around_it_ignores_stands_alone(repository: Any, pattern: str) -> None:
    repository.write({".gitignore": f"{pattern}\n", "out/app/env/dev.yaml": "d", "out/app/.gitignore": "*.log\n"})
    repository.write({"out/app/x.log": ""})
    assert _tree(repository.path, "out/app").files == (".gitignore", "env/dev.yaml")
    repository.git("add", "-f", "out/app/env/dev.yaml")
    assert _tree(repository.path, "out/app").files == ("env/dev.yaml",)


def test_a_folder_without_a_repository_is_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "env").mkdir()
    (tmp_path / "env" / "dev.yaml").write_text("d")
    (tmp_path / "x.log").write_text("")
    (tmp_path / ".gitignore").write_text("*.log\n")
    assert _tree(tmp_path).files == (".gitignore", "env/dev.yaml")


def test_links_are_named_and_not_followed(repository: Any, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.yaml").write_text("s3cret")
    repository.write({"a.yaml": "a"})
    (repository.path / "folder").symlink_to(outside)
    (repository.path / "file.yaml").symlink_to(outside / "secret.yaml")
    (repository.path / "dangling").symlink_to("nowhere")
    tree = _tree(repository.path)
    assert tree.files == ("a.yaml",)
    assert tree.refused == dict.fromkeys(("folder", "file.yaml", "dangling"), "a symbolic link")
    for path in ("file.yaml", "folder/secret.yaml"):
        with pytest.raises(SourceError, match="leads through a symbolic link"):
            tree.read([path])


def test_a_folder_that_became_a_link_hides_its_tracked_files(repository: Any, tmp_path: Path) -> None:
    repository.commit({"env/dev.yaml": "d"})
    (repository.path / "env").rename(tmp_path / "moved")
    (repository.path / "env").symlink_to(tmp_path / "moved")
    tree = _tree(repository.path)
    assert tree.files == ()
    assert tree.refused == {"env": "a symbolic link"}


def test_what_is_no_regular_file_is_named_and_never_opened(repository: Any) -> None:
    os.mkfifo(repository.path / "pipe.yaml")
    tree = _tree(repository.path)
    assert tree.refused == {"pipe.yaml": "no regular file"}
    with pytest.raises(SourceError, match="is no regular file"):
        tree.read(["pipe.yaml"])


def test_a_repository_inside_is_named_and_not_entered(repository: Any) -> None:
    repository.write({"a.yaml": "", "inner/b.yaml": "", "inner/.git/HEAD": "ref: refs/heads/main"})
    tree = _tree(repository.path)
    assert tree.files == ("a.yaml",)
    assert tree.refused == {"inner": "a repository of its own"}


def test_a_name_that_is_no_text_is_named(repository: Any) -> None:
    with open(os.fsencode(repository.path) + b"/\xff.yaml", "wb"):  # noqa: PTH123  a path of bytes
        pass
    repository.write({"line\nbreak.yaml": ""})
    assert _tree(repository.path).refused == {
        "\\xff.yaml": "an entry whose name is no UTF-8",
        "line\\nbreak.yaml": "an entry with a control character in its name",
    }


def test_a_file_of_extreme_size_is_refused(repository: Any) -> None:
    repository.write({"big.yaml": b"a" * (5 * 1024 * 1024 + 1)})
    with pytest.raises(SourceError, match=r"big.yaml is larger than 5 MiB"):
        _tree(repository.path).read(["big.yaml"])


def test_a_file_that_vanished_is_an_error(repository: Any) -> None:
    repository.write({"a.yaml": ""})
    tree = _tree(repository.path)
    assert tree.files == ("a.yaml",)
    (repository.path / "a.yaml").unlink()
    with pytest.raises(SourceError, match=r"a.yaml is not readable: No such file"):
        tree.read(["a.yaml"])


@pytest.mark.parametrize(
    ("repository_name", "fact"),
    [("nowhere", "the repository nowhere does not exist"), ("file.txt", "the repository file.txt is no folder")],
)
def test_a_repository_that_is_not_there_is_an_error(tmp_path: Path, repository_name: str, fact: str) -> None:
    (tmp_path / "file.txt").write_text("")
    with pytest.raises(SourceError, match=fact):
        _tree(tmp_path, repository_name)
