"""Any commit of a local repository is read from its objects."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import pytest

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.base import Tree
from gitopssets_provider.sources.git import GitRepositories


def _tree(repository: Any, revision: str | None, name: str = ".") -> Tree:
    return GitRepositories(repository.path).tree(name, revision)


@pytest.fixture
def history(repository: Any) -> tuple[str, str]:
    """Make two commits: ``first`` (tagged, and on ``dev``) and ``second`` on ``main``; then change the folder."""
    first = repository.commit({"a.yaml": "1", "env/dev.yaml": "d"})
    repository.git("branch", "dev")
    repository.git("tag", "light")
    repository.git("tag", "-a", "v1.0", "-m", "annotated")
    repository.git("update-ref", "refs/remotes/origin/dev", first)
    second = repository.commit({"a.yaml": "2"})
    repository.write({"a.yaml": "3", "new.yaml": ""})
    return first, second


@pytest.mark.parametrize(
    "revision",
    ["dev", "light", "v1.0", "refs/heads/dev", "refs/tags/v1.0", "origin/dev", "main~1", "HEAD^", "HEAD~", "v1.0^{}"],
)
def test_whatever_names_a_commit_leads_to_its_files(repository: Any, history: tuple[str, str], revision: str) -> None:
    tree = _tree(repository, revision)
    assert tree.commit == history[0]
    assert tree.read(["a.yaml"]) == {"a.yaml": b"1"}
    assert tree.files == ("a.yaml", "env/dev.yaml")


def test_a_commit_id_may_be_whole_or_short(repository: Any, history: tuple[str, str]) -> None:
    for length in (40, 12, 7):
        assert _tree(repository, history[0][:length]).commit == history[0]


def test_head_is_the_last_commit_whatever_lies_in_the_folder(repository: Any, history: tuple[str, str]) -> None:
    tree = _tree(repository, "HEAD")
    assert (tree.commit, tree.read(["a.yaml"])) == (history[1], {"a.yaml": b"2"})


def test_a_file_url_has_no_working_tree(repository: Any, history: tuple[str, str]) -> None:
    tree = _tree(repository, None, f"file://{repository.path}")
    assert (tree.commit, tree.files) == (history[1], ("a.yaml", "env/dev.yaml"))


def test_a_bare_repository_is_read_at_its_default_branch(repository: Any, history: tuple[str, str]) -> None:
    repository.git("clone", "-q", "--bare", ".", "../bare.git")
    assert _tree(repository, None, "../bare.git").commit == history[1]
    assert _tree(repository, "v1.0", "../bare.git").commit == history[0]


def test_a_folder_of_a_repository_is_read_at_a_commit(repository: Any, history: tuple[str, str]) -> None:
    assert _tree(repository, "dev", "env").files == ("dev.yaml",)
    (repository.path / "later").mkdir()
    with pytest.raises(SourceError, match=f"later is no folder at {history[0][:7]}"):
        _tree(repository, "dev", "later")


def test_a_worktree_of_a_repository_is_one_as_well(repository: Any, history: tuple[str, str]) -> None:
    repository.git("worktree", "add", "-q", "../linked", "dev")
    assert _tree(repository, None, "../linked").files == ("a.yaml", "env/dev.yaml")
    assert _tree(repository, "HEAD", "../linked").commit == history[0]


@pytest.mark.parametrize(
    ("revision", "message"),
    [
        ("mian", r'the repository . has no revision mian; did you mean "main"\?'),
        ("zzz", r". has no revision zzz; known are: dev, light, main, origin/dev, v1.0"),
        ("0" * 40, "has no revision 0000"),
        ("HEAD~9", "has no revision HEAD~9"),
        ("HEAD:a.yaml", "has no revision HEAD:a.yaml"),
        ("HEAD@{1}", "has no revision"),
        ("main@{yesterday}", "has no revision"),
        ("", "the revision is empty"),
        ("--help", "the revision is empty, too long"),
        ("a b", "characters that no revision has"),
        ("a\nb", "characters that no revision has"),
    ],
)
def test_a_revision_that_does_not_exist_is_an_error(
    repository: Any, history: tuple[str, str], revision: str, message: str
) -> None:
    with pytest.raises(SourceError, match=message):
        _tree(repository, revision)


def test_a_tree_or_a_blob_is_no_revision(repository: Any, history: tuple[str, str]) -> None:
    for what in ("HEAD^{tree}", "HEAD:a.yaml"):
        with pytest.raises(SourceError, match="has no revision"):
            _tree(repository, repository.git("rev-parse", what))


def test_a_name_that_is_a_branch_and_a_tag_must_be_written_in_full(repository: Any, history: tuple[str, str]) -> None:
    repository.git("branch", "v1.0", "main")
    with pytest.raises(SourceError, match=r"both a branch and a tag.*refs/heads/v1.0 or refs/tags/v1.0"):
        _tree(repository, "v1.0")
    assert _tree(repository, "refs/heads/v1.0").commit == history[1]
    assert _tree(repository, "refs/tags/v1.0").commit == history[0]


def test_links_and_submodules_are_named_and_not_followed(repository: Any) -> None:
    (repository.path / "link.yaml").symlink_to("/etc/passwd")
    other = repository.commit({"a.yaml": "a"})
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{other},module")
    repository.git("commit", "-q", "-m", "submodule")
    tree = _tree(repository, "HEAD")
    assert tree.files == ("a.yaml",)
    assert tree.refused == {"link.yaml": "a symbolic link", "module": "a submodule"}
    with pytest.raises(SourceError, match=r"link.yaml is not a file of .@"):
        tree.read(["link.yaml"])


def test_a_repository_without_a_commit_says_so(repository: Any) -> None:
    with pytest.raises(SourceError, match=r". has no commit yet"):
        _tree(repository, "HEAD")


def test_a_folder_without_a_repository_has_no_revisions(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    for name, revision in (("plain", "main"), (f"file://{tmp_path}/plain", None)):
        with pytest.raises(SourceError, match="is no git repository"):
            GitRepositories(tmp_path).tree(name, revision)


def test_a_damaged_repository_is_an_error(repository: Any, history: tuple[str, str]) -> None:
    blob = repository.git("rev-parse", "dev:a.yaml")
    (repository.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(SourceError, match=r"lacks the content of a.yaml"):
        _tree(repository, "dev").read(["a.yaml"])
    tree = repository.git("rev-parse", "dev^{tree}")
    (repository.path / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    with pytest.raises(SourceError, match=r"lacks objects of its commit"):
        _ = _tree(repository, "dev").files


def test_a_large_file_is_refused(repository: Any) -> None:
    repository.commit({"big.yaml": b"a" * (5 * 1024 * 1024 + 1)})
    with pytest.raises(SourceError, match=r"big.yaml is larger than 5 MiB"):
        _tree(repository, "HEAD").read(["big.yaml"])


def test_each_question_is_answered_once(repository: Any, history: tuple[str, str]) -> None:
    git = GitRepositories(repository.path)
    assert git.tree(".", "main") is git.tree(".", "main")
    with pytest.raises(SourceError) as first:
        git.tree(".", "nope")
    with pytest.raises(SourceError) as second:
        git.tree(".", "nope")
    assert first.value is second.value


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the library leaves what it fails to read open
@pytest.mark.parametrize("revision", [None, "main"])
@pytest.mark.parametrize("broken", [".git/index", ".git/config", ".git/packed-refs", ".git/objects/pack"])
def test_whatever_is_broken_in_a_repository_is_an_error_of_ours_or_does_not_matter(
    repository: Any, broken: str, revision: str | None
) -> None:
    repository.commit({f"{index}.yaml": str(index) for index in range(5)})
    repository.git("gc", "-q")
    target = repository.path / broken
    files = sorted(target.iterdir()) if target.is_dir() else [target]
    for file in files:
        content = file.read_bytes()
        file.chmod(0o644)
        for damaged in (b"", content[: len(content) // 2], b"\xff" * 50, content[:20] + b"\xff" * 8 + content[28:]):
            file.write_bytes(damaged)
            try:
                tree = _tree(repository, revision)
                assert tree.read(["3.yaml"]) == {"3.yaml": b"3"}
            except SourceError:
                continue
            finally:
                tree = None
        file.write_bytes(content)
    gc.collect()
