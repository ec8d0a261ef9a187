"""A file may answer instead of the world."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitopssets_provider.errors import GitOpsSetsError
from gitopssets_provider.model.cluster import Cluster
from gitopssets_provider.sources.base import Sources
from gitopssets_provider.sources.fixtures import fixtures
from gitopssets_provider.sources.git import GitRepositories
from gitopssets_provider.sources.inventory import FixedClusters

_TEXT = """
gitRepositories:
- name: environments
  namespace: default
  url: https://h.example/env.git
  revision: 4f2c1d0000000000000000000000000000000000
  artifact: {name: files.tar.gz, files: {env/dev.yaml: "env: dev\\n"}}
- {name: other, files: {b.yaml: "{}", a.yaml: "{}"}}
gitopsClusters:
- {name: two, namespace: fleet, labels: {env: prod}}
- {name: one}
configMaps: [{name: x}]
"""


def _fixtures(tmp_path: Path, text: str = _TEXT, otherwise: Sources | None = None) -> Sources:
    (tmp_path / "fixtures.yaml").write_text(text)
    return fixtures(tmp_path / "fixtures.yaml", otherwise)


@pytest.mark.parametrize("repository", ["environments", "https://h.example/env.git"])
def test_a_repository_answers_to_its_name_and_its_url(tmp_path: Path, repository: str) -> None:
    tree = _fixtures(tmp_path).git.tree(repository, "main")
    assert tree.files == ["env/dev.yaml"]
    assert tree.read(["env/dev.yaml"]) == {"env/dev.yaml": b"env: dev\n"}
    assert (tree.repository, tree.commit) == (repository, "4f2c1d0" + "0" * 33)


def test_files_may_stand_without_an_artifact_and_are_ordered(tmp_path: Path) -> None:
    tree = _fixtures(tmp_path).git.tree("other", None)
    assert (tree.files, tree.commit, dict(tree.refused)) == (["a.yaml", "b.yaml"], "", {})


def test_clusters_answer_ordered_by_name(tmp_path: Path) -> None:
    names = [cluster.name for cluster in _fixtures(tmp_path).clusters.clusters()]
    assert names == ["one", "two"]


def test_what_the_file_does_not_name_is_an_error_or_asked_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(GitOpsSetsError, match=r'no gitRepositories are named envronments; did you mean "environments"'):
        _fixtures(tmp_path).git.tree("envronments", None)
    live = Sources(git=GitRepositories(tmp_path), clusters=FixedClusters([Cluster(name="live")]))
    both = _fixtures(tmp_path, "gitRepositories: []\n", live)
    assert "fixtures.yaml" in both.git.tree(".", None).files
    assert [cluster.name for cluster in both.clusters.clusters()] == ["live"]
    assert _fixtures(tmp_path, "gitopsClusters: []\n", live).clusters.clusters() == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("gitRepos: []", 'gitRepos: unknown key; did you mean "gitRepositories"?'),
        ("gitRepositories: [{files: {}}]", "gitRepositories[0]: a repository has a name or a url"),
        ("gitRepositories: [{name: a, files: {x: 1}}]", "gitRepositories[0].files.x: must be a string"),
        ("gitRepositories: [{name: a, artifact: {files: {x: 1}}}]", "gitRepositories[0].artifact.files.x: must be a"),
        (
            "gitRepositories: [{name: a, artifact: {files: [x]}}]",
            "gitRepositories[0].artifact.files: must be a mapping",
        ),
        ("gitopsClusters: [{}]", "gitopsClusters[0].name: this key is required"),
        ("[]", "must be a mapping, not a list"),
    ],
)
def test_what_is_wrong_in_the_file_is_an_error_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(GitOpsSetsError) as caught:
        _fixtures(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path}/fixtures.yaml: {message}")


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GitOpsSetsError, match="the fixtures are not readable: No such file"):
        fixtures(tmp_path / "nowhere.yaml")
