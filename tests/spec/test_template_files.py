"""Template files stay inside of the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitopssets_provider.errors import DefinitionError
from gitopssets_provider.spec.template_files import read_template_file


def refusal(name: str, folder: Path, root: Path) -> str:
    with pytest.raises(DefinitionError) as raised:
        read_template_file(name, folder, root)
    (problem,) = raised.value.problems
    assert problem.path == "file"
    return problem.fact


@pytest.mark.parametrize("name", ["", "/etc/passwd", "a\0b", "a\\b"])
def test_only_a_relative_path_is_a_template_file(name: str, tmp_path: Path) -> None:
    assert refusal(name, tmp_path, tmp_path) == f'"{name}" is no relative path'


@pytest.mark.parametrize("name", ["../x", "../../x", "a/../../../x", "b/../../.."])
def test_a_path_that_leaves_the_project_is_refused(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "sets"
    folder.mkdir()
    (tmp_path / "x").write_text("secret")
    assert refusal(name, folder, folder) == f'"{name}" lies outside of the project'


def test_a_link_is_refused_even_where_it_leads_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.j2").write_text("x")
    (tmp_path / "folder").symlink_to(tmp_path / "real")
    (tmp_path / "b.j2").symlink_to(tmp_path / "real" / "a.j2")
    assert refusal("folder/a.j2", tmp_path, tmp_path) == '"folder/a.j2" is or passes a link'
    assert refusal("b.j2", tmp_path, tmp_path) == '"b.j2" is or passes a link'


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    assert refusal("a", tmp_path, tmp_path) == 'there is no file "a"'
    assert refusal("b/a.j2", tmp_path, tmp_path) == 'there is no file "b/a.j2"'


def test_a_file_that_is_no_text_or_too_large_is_refused(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    (tmp_path / "large").write_bytes(b"x" * (256 * 1024 + 1))
    assert refusal("binary", tmp_path, tmp_path) == '"binary" is no UTF-8 text'
    assert refusal("large", tmp_path, tmp_path) == '"large" has 262145 bytes, 262144 are allowed'


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "a.j2").write_bytes(b"\xef\xbb\xbfkind: x\n")
    assert read_template_file("a.j2", tmp_path, tmp_path) == "kind: x\n"


def test_a_definition_outside_of_the_project_reads_beside_itself_only(tmp_path: Path) -> None:
    outside, project = tmp_path / "outside", tmp_path / "project"
    outside.mkdir()
    project.mkdir()
    (outside / "a.j2").write_text("x")
    (tmp_path / "b.j2").write_text("x")
    assert read_template_file("a.j2", outside, project) == "x"
    assert refusal("../b.j2", outside, project) == '"../b.j2" lies outside of the project'
