from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gitopssets_provider.engine.rendered import manifest_path, remove_manifest, write_manifest
from gitopssets_provider.errors import StackError


def config_map(name: str = "a", **metadata: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, **metadata}, "data": {"k": "v"}}


def test_an_object_has_a_file_of_its_own(tmp_path: Path) -> None:
    write_manifest(config_map(namespace="team"), str(tmp_path / "out"))
    file = tmp_path / "out/1-manifest/v1-configmap-team-a.yaml"
    assert file.read_text() == (
        "apiVersion: v1\ndata:\n  k: v\nkind: ConfigMap\nmetadata:\n  name: a\n  namespace: team\n"
    )
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_files_and_folders_are_for_their_owner_alone(tmp_path: Path) -> None:
    write_manifest(config_map(), str(tmp_path / "out"))
    file = tmp_path / "out/1-manifest/v1-configmap-default-a.yaml"
    assert file.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "out/0-crd").stat().st_mode & 0o777 == 0o700


def test_definitions_of_kinds_stand_before_everything_else() -> None:
    crd = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "a.b"}}
    expected = Path("out/0-crd/apiextensions.k8s.io_v1-customresourcedefinition-default-a.b.yaml")
    assert manifest_path(crd, "out") == expected


def test_writing_again_replaces_the_file(tmp_path: Path) -> None:
    for value in ("1", "2"):
        write_manifest({**config_map(), "data": {"k": value}}, str(tmp_path))
    assert 'k: "2"' in manifest_path(config_map(), str(tmp_path)).read_text()


def test_removing_twice_is_no_error(tmp_path: Path) -> None:
    write_manifest(config_map(), str(tmp_path))
    for _ in range(2):
        remove_manifest(config_map(), str(tmp_path))
    assert not manifest_path(config_map(), str(tmp_path)).exists()


def test_a_name_that_is_no_file_name_says_which_file_could_not_be_written(tmp_path: Path) -> None:
    path = manifest_path(config_map("a/b"), str(tmp_path))
    with pytest.raises(StackError) as caught:
        write_manifest(config_map("a/b"), str(tmp_path))
    assert str(caught.value) == f'failed to write YAML file: "{path}": open {path}: no such file or directory'
    assert sorted(folder.name for folder in tmp_path.rglob("*")) == ["0-crd", "1-manifest"]


def test_a_file_where_the_folder_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(StackError, match="failed to create directory for rendered YAML"):
        write_manifest(config_map(), str(tmp_path / "out"))
