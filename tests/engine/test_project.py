from __future__ import annotations

from pathlib import Path

import pytest

from gitopssets_provider.engine.project import Project, find_project, load_project
from gitopssets_provider.errors import StackError


def written(folder: Path, text: str, name: str = "Pulumi.yaml") -> Project:
    (folder / name).write_text(text)
    return load_project(folder / name)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(StackError) as caught:
        written(folder, text)
    return str(caught.value)


def test_a_project_is_found_from_a_folder_below_it(tmp_path: Path) -> None:
    written(tmp_path, "name: shop\nruntime: python\n")
    below = tmp_path / "stacks" / "sets"
    below.mkdir(parents=True)
    assert find_project(below).root == tmp_path.resolve()


def test_a_folder_without_a_project_says_where_it_looked(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=f"no Pulumi.yaml in {tmp_path.resolve()} or above it"):
        find_project(tmp_path)


def test_the_runtime_may_be_a_word_or_have_options(tmp_path: Path) -> None:
    assert written(tmp_path, "name: a\nruntime: nodejs").runtime == "nodejs"
    detailed = written(tmp_path, "name: a\nruntime: {name: python, options: {toolchain: pip}}")
    assert (detailed.runtime, detailed.runtime_options) == ("python", {"toolchain": "pip"})


def test_stack_files_are_in_the_folder_the_project_names(tmp_path: Path) -> None:
    project = written(tmp_path, "name: a\nruntime: python\nstackConfigDir: stacks\n")
    (tmp_path / "stacks").mkdir()
    for name in ("Pulumi.dev.yaml", "Pulumi.eu-west.1.yaml", "clusters.yaml"):
        (tmp_path / "stacks" / name).touch()
    assert project.stack_file("dev") == tmp_path / "stacks" / "Pulumi.dev.yaml"
    assert list(project.stack_files()) == ["dev", "eu-west.1"]


def test_the_old_spelling_of_the_stack_folder_is_understood(tmp_path: Path) -> None:
    assert written(tmp_path, "name: a\nruntime: python\nconfig: stacks\n").stack_config_dir == "stacks"


def test_a_project_may_be_json_and_its_stack_files_are_too(tmp_path: Path) -> None:
    project = written(tmp_path, '{"name": "a", "runtime": "python"}', "Pulumi.json")
    assert project.stack_file("dev").name == "Pulumi.dev.json"


def test_the_program_is_beside_the_project_file_unless_main_says_otherwise(tmp_path: Path) -> None:
    assert written(tmp_path, "name: a\nruntime: python").program == tmp_path
    assert written(tmp_path, "name: a\nruntime: python\nmain: app/").program == tmp_path / "app"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nmae: a", 'the project has no "name"; rename "nmae"'),
        ("runtime: python", 'the project has no "name"; give it one'),
        ("name: a b", "name: 'a b' is no name of a project"),
        ("name: 5", "name: 5 is no name of a project"),
        ("- a", "is no mapping"),
        ("", "is no mapping"),
        ("name: a\nmain: [x]", "main: must be a text"),
        ("name: a\nbackend: {url: 5}", "backend.url: must be a text"),
        ("name: a\nbackend: x", "backend: must be a mapping"),
        ("name: a\nconfig: [x]", "config: must be a mapping"),
        ("name: a\nconfig: {data.x: 1}", "config.data.x: is a path into a value; this needs the Pulumi CLI"),
    ],
)
def test_a_project_file_at_fault_is_named_with_the_place(tmp_path: Path, text: str, message: str) -> None:
    assert refusal(tmp_path, text).startswith(f"{tmp_path / 'Pulumi.yaml'}: {message}")


def test_all_faults_of_the_configuration_types_come_at_once(tmp_path: Path) -> None:
    message = refusal(tmp_path, "name: a\nconfig:\n  x: {typ: string}\n  aws:region: {type: string}\n")
    assert 'config.x: unknown key "typ"' in message
    assert "config.aws:region: belongs to another namespace" in message
