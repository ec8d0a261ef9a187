"""Definition files are found by path and glob, and every error of every file is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitopssets_provider.errors import DefinitionError, GitOpsSetsError
from gitopssets_provider.spec import load

SET = """\
apiVersion: gitopssets/v1
kind: GitOpsSet
metadata: {{name: {name}}}
spec:
  generators:
    - list: {{elements: [{{name: a}}]}}
  templates:
    - content: {{apiVersion: v1, kind: ConfigMap, metadata: {{name: "{{{{ name }}}}"}}}}
"""


@pytest.fixture(name="project")
def _project(tmp_path: Path) -> Path:
    for name in ("b", "a", "deep/c"):
        path = tmp_path / "sets" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SET.format(name=path.stem))
    return tmp_path


def names(project: Path, *patterns: str) -> list[str]:
    return [definition.name for definition in load(*patterns, root=project)]


def test_a_path_is_one_file_and_a_glob_many_in_the_order_of_their_names(project: Path) -> None:
    assert names(project, "sets/b.yaml") == ["b"]
    assert names(project, "sets/*.yaml") == ["a", "b"]
    assert names(project, "sets/**/*.yaml") == ["a", "b", "c"]


def test_a_file_that_two_patterns_name_is_loaded_once(project: Path) -> None:
    assert names(project, "sets/b.yaml", "./sets/../sets/b.yaml", "sets/*.yaml") == ["b", "a"]


def test_an_absolute_path_is_found_too(project: Path) -> None:
    assert names(Path("/"), str(project / "sets" / "a.yaml")) == ["a"]


def test_a_definition_knows_its_file_and_folder(project: Path) -> None:
    (definition,) = load("sets/deep/c.yaml", root=project)
    assert (definition.file, definition.folder) == ("sets/deep/c.yaml", project / "sets" / "deep")


def test_a_file_holds_several_documents_and_empty_ones_do_not_count(project: Path) -> None:
    (project / "many.yaml").write_text(SET.format(name="x") + "---\n---\n" + SET.format(name="z"))
    assert [(one.name, one.file) for one in load("many.yaml", root=project)] == [
        ("x", "many.yaml:1"),
        ("z", "many.yaml:11"),
    ]


def test_a_glob_that_matches_nothing_names_the_nearest_file(project: Path) -> None:
    with pytest.raises(DefinitionError) as raised:
        load("sets/*.yml", root=project)
    assert str(raised.value) == 'sets/*.yml: no file matches; did you mean "b.yaml"?'


def test_a_missing_file_names_the_nearest_one(project: Path) -> None:
    with pytest.raises(DefinitionError) as raised:
        load("sets/aa.yaml", "set/a.yaml", "sets", root=project)
    assert [str(problem) for problem in raised.value.problems] == [
        'sets/aa.yaml: there is no such file; did you mean "a.yaml"?',
        'set/a.yaml: there is no such file; did you mean "sets"?',
        'sets: is a folder; name its files: "sets/*.yaml"',
    ]


def test_a_file_whose_name_looks_like_a_glob_is_found_by_its_name(project: Path) -> None:
    (project / "sets" / "[x].yaml").write_text(SET.format(name="x"))
    assert names(project, "sets/[x].yaml") == ["x"]


def test_errors_of_all_files_and_documents_are_raised_at_once(project: Path) -> None:
    (project / "sets" / "a.yaml").write_text(SET.format(name="A"))
    (project / "sets" / "b.yaml").write_text("a: [1\n")
    (project / "sets" / "c.yaml").write_text(SET.format(name="c") + "---\n" + SET.format(name="C"))
    (project / "sets" / "d.yaml").write_text("# nothing\n")
    with pytest.raises(GitOpsSetsError) as raised:
        load("sets/*.yaml", root=project)
    places = [problem.place for problem in raised.value.problems]
    assert places[0] == "sets/a.yaml: metadata.name"
    assert places[1].startswith("sets/b.yaml:")
    assert places[2:] == ["sets/c.yaml:10: metadata.name", "sets/d.yaml"]


def test_a_template_file_lies_beside_the_definition_and_below_the_project(project: Path) -> None:
    text = SET.format(name="a").partition("    - content")[0]
    (project / "sets" / "deep" / "c.yaml").write_text(text + "    - file: ../shared.j2\n")
    (project / "sets" / "shared.j2").write_text("x")
    (definition,) = load("sets/deep/c.yaml", root=project)
    assert definition.texts == {"../shared.j2": "x"}
