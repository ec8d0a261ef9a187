"""The git generator yields the files, or the folders, of a repository."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from gitopssets_provider.errors import DefinitionError, GitOpsSetsError, SourceError

_ENVIRONMENTS = {
    "env/dev.yaml": "env: dev\nreplicas: 1\n",
    "env/prod.yaml": "env: prod\nreplicas: 3\nregions: [eu, us]\n",
    "env/archive/old.yaml": "env: old\n",
    "README.md": "# read me\n",
}


def _error(expand: Any, git: dict[str, Any]) -> str:
    with pytest.raises(GitOpsSetsError) as caught:
        expand({"git": git})
    return str(caught.value)


def test_each_file_is_an_element_with_its_keys_and_what_is_known_of_it(expand: Any, project: Any) -> None:
    project(_ENVIRONMENTS)
    elements = expand({"git": {"repository": ".", "files": ["env/*.yaml"]}})
    assert [element.parameters for element in elements] == [
        {
            "env": "dev",
            "replicas": 1,
            "file": {"path": "env/dev.yaml", "name": "dev.yaml", "stem": "dev", "directory": "env"},
            "repository": {"url": "."},
        },
        {
            "env": "prod",
            "replicas": 3,
            "regions": ["eu", "us"],
            "file": {"path": "env/prod.yaml", "name": "prod.yaml", "stem": "prod", "directory": "env"},
            "repository": {"url": "."},
        },
    ]
    assert str(elements[0].origin) == "env/dev.yaml (generators[0].git)"


def test_at_a_revision_the_commit_is_known(expand: Any, project: Any) -> None:
    root = project(_ENVIRONMENTS)
    for command in ("init -q -b main", "add -A", "-c user.name=a -c user.email=a@b commit -q -m x", "branch stable"):
        subprocess.run(["git", *command.split()], cwd=root, check=True)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, check=True, capture_output=True, text=True)
    project({"env/dev.yaml": "env: changed\n"})
    element = expand({"git": {"files": ["env/dev.yaml"], "revision": "stable"}})[0]
    sha = commit.stdout.strip()
    assert element.parameters["env"] == "dev"
    assert element.parameters["file"]["commit"] == sha
    assert element.parameters["repository"] == {"url": ".", "revision": "stable", "commit": sha}
    assert str(element.origin) == f"env/dev.yaml@{sha[:7]} (generators[0].git)"


def test_a_file_may_hold_a_list_several_documents_or_json(expand: Any, project: Any) -> None:
    project(
        {
            "a.yaml": "- at: 1\n- at: 2\n",
            "b.yaml": "at: 3\n---\n- at: 4\n---\n# nothing\n",
            "c.json": '{\n\t"at": 5\n}',
            "d.yaml": '{\n\t"at": 6\n}',
            "e.json": "[]",
            "f": "at: 7\n",
            "g.yml": "{at: 8}",
        }
    )
    elements = expand({"git": {"files": ["*"]}})
    assert [element.parameters["at"] for element in elements] == [1, 2, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a: [1", "generators[0].git: data.yaml:"),
        ("a: 1\na: 2\n", 'generators[0].git: data.yaml:2: the key "a" is written twice'),
        (b"\x00\x01\x02", "generators[0].git: data.yaml"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "generators[0].git: data.yaml"),
        (b"a: \xff\xfe", "generators[0].git: data.yaml"),
        ("text", "generators[0].git: data.yaml: holds a string, not an object or a list of objects"),
        ("42", "generators[0].git: data.yaml: holds a number, not an object"),
        ("null", "generators[0].git: data.yaml: holds null, not an object"),
        ("- 1\n", "generators[0].git: data.yaml: holds a number at [0], not an object"),
        ("- {a: 1}\n- [b]\n", "generators[0].git: data.yaml: holds a list at [1], not an object"),
        ("", "generators[0].git: data.yaml: is empty"),
        ("# only a comment\n", "generators[0].git: data.yaml: is empty"),
        ("file: x\n", 'generators[0].git: data.yaml: has the key "file", which the generator sets itself'),
        ("repository: x\n", 'generators[0].git: data.yaml: has the key "repository"'),
        ("a: " + "[" * 200_000, "generators[0].git: data.yaml"),
        ('{"a": ' + "[" * 500_000 + "]" * 500_000 + "}", "generators[0].git: data.yaml"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error_that_names_it(
    expand: Any, project: Any, content: str | bytes, message: str
) -> None:
    project({"data.yaml": content})
    text = _error(expand, {"files": ["data.yaml"]})
    assert text.startswith(message)


def test_a_bomb_of_aliases_is_refused(expand: Any, project: Any) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    project({"data.yaml": "\n".join(lines)})
    assert "aliases repeat more than" in _error(expand, {"files": ["data.yaml"]})


def test_json_that_is_wrong_is_named_as_json(expand: Any, project: Any) -> None:
    project({"data.json": '{"a": 1, "a": 2}', "bad.json": "{a: 1}"})
    text = _error(expand, {"files": ["*.json"]})
    assert 'generators[0].git: data.json: the key "a" is written twice' in text
    assert "generators[0].git: bad.json:1: is no JSON" in text


def test_a_pattern_that_matches_nothing_names_files_near_it(expand: Any, project: Any) -> None:
    project(_ENVIRONMENTS)
    text = _error(expand, {"files": ["envs/*.yaml"]})
    assert text.startswith('generators[0].git.files[0]: no file matches "envs/*.yaml" in .; near it are env/')
    assert "env/dev.yaml" in text


def test_a_pattern_unlike_everything_names_what_there_is(expand: Any, project: Any) -> None:
    project({"a.md": "", "b.md": "", "c.md": "", "d.md": ""})
    text = _error(expand, {"files": ["something/quite/different.json"]})
    assert text.endswith("; it has a.md, b.md, c.md, and 1 more")


def test_every_pattern_must_match_something(expand: Any, project: Any) -> None:
    project(_ENVIRONMENTS)
    git = {"files": ["env/*.yaml", "envs/*.yaml", {"path": "more/*.yaml"}]}
    text = _error(expand, git)
    assert "generators[0].git.files[1]: no file matches" in text
    assert "generators[0].git.files[2]: no file matches" in text
    assert len(expand({"git": git, "allowEmpty": True})) == 2


def test_a_repository_without_files_says_so(expand: Any, tmp_path: Any) -> None:
    (tmp_path / "empty").mkdir()
    text = _error(expand, {"repository": "empty", "files": ["*.yaml"]})
    assert text == 'generators[0].git.files[0]: no file matches "*.yaml" in empty; it has no files at all'


def test_files_are_yielded_once_and_in_byte_order_whatever_the_patterns(expand: Any, project: Any) -> None:
    project(dict.fromkeys(("b.yaml", "a/z.yaml", "B.yaml", "a.yaml", "a-1.yaml"), "{}"))
    elements = expand({"git": {"files": ["b.yaml", "**/*.yaml", "*.yaml"]}})
    paths = [element.parameters["file"]["path"] for element in elements]
    assert paths == ["B.yaml", "a-1.yaml", "a.yaml", "a/z.yaml", "b.yaml"]


@pytest.mark.parametrize(
    ("excluded", "left"),
    [
        ("env/archive/*.yaml", ["env/dev.yaml", "env/prod.yaml"]),
        ("env/archive", ["env/dev.yaml", "env/prod.yaml"]),
        ("**/prod.yaml", ["env/archive/old.yaml", "env/dev.yaml"]),
        ("nothing/here", ["env/archive/old.yaml", "env/dev.yaml", "env/prod.yaml"]),
    ],
)
def test_an_exclude_wins_wherever_it_stands(expand: Any, project: Any, excluded: str, left: list[str]) -> None:
    project(_ENVIRONMENTS)
    exclude = {"path": excluded, "exclude": True}
    for files in (["env/**/*.yaml", exclude], [exclude, "env/**/*.yaml"]):
        elements = expand({"git": {"files": files}})
        assert [element.parameters["file"]["path"] for element in elements] == left


def test_excluding_everything_is_empty(expand: Any, project: Any) -> None:
    project(_ENVIRONMENTS)
    text = _error(expand, {"files": ["env/*.yaml", {"path": "env", "exclude": True}]})
    assert text.startswith("generators[0].git: yields no element")


def test_folders_are_those_with_files_in_or_below_them(expand: Any, project: Any) -> None:
    root = project({"apps/web/k.yaml": "", "apps/api/deep/k.yaml": "", "apps/note.txt": "", "apps/.git-keep/x": ""})
    (root / "apps" / "hollow").mkdir()
    elements = expand({"git": {"directories": ["apps/*"]}})
    assert [element.parameters for element in elements] == [
        {"directory": {"path": "apps/api", "basename": "api"}, "repository": {"url": "."}},
        {"directory": {"path": "apps/web", "basename": "web"}, "repository": {"url": "."}},
    ]
    assert [element.origin.file for element in elements] == ["apps/api", "apps/web"]
    deep = expand({"git": {"directories": ["apps/**", {"path": "apps/api/*", "exclude": True}]}})
    assert [element.parameters["directory"]["path"] for element in deep] == ["apps/api", "apps/web"]


def test_a_folder_pattern_that_matches_nothing_names_folders(expand: Any, project: Any) -> None:
    project({"apps/web/k.yaml": "", "apps/note.txt": ""})
    text = _error(expand, {"directories": ["app/*"]})
    assert text == 'generators[0].git.directories[0]: no folder matches "app/*" in .; near it are apps, apps/web'


@pytest.mark.parametrize("pattern", ["env/link.yaml", "env/*.yaml", "env/folder/x.yaml", "*/folder/*.yaml"])
def test_a_link_that_a_pattern_matches_or_leads_through_is_an_error(expand: Any, project: Any, pattern: str) -> None:
    root = project({"env/dev.yaml": "{}", "other/x.yaml": "{}"})
    (root / "env" / "link.yaml").symlink_to(root / "other" / "x.yaml")
    (root / "env" / "folder").symlink_to(root / "other")
    text = _error(expand, {"files": [pattern]})
    assert text.startswith("generators[0].git.files[0]: env/")
    assert "is a symbolic link, which is not read" in text


def test_a_link_that_is_excluded_does_no_harm(expand: Any, project: Any) -> None:
    root = project({"env/dev.yaml": "{}"})
    (root / "env" / "link.yaml").symlink_to("dev.yaml")
    assert len(expand({"git": {"files": ["env/*.yaml", {"path": "env/link.yaml", "exclude": True}]}})) == 1


@pytest.mark.parametrize(
    ("git", "message"),
    [
        ({"files": ["../x.yaml"]}, r'git.files\[0\]: the path "../x.yaml" leads out of the repository'),
        ({"files": ["/etc/passwd"]}, r"git.files\[0\]: .* leads out of the repository"),
        ({"files": ["a", {"path": "x/../../y", "exclude": True}]}, r"git.files\[1\]: .* leads out"),
        ({"directories": ["a/**b"]}, r"git.directories\[0\]: .* has \*\* beside other characters"),
        (
            {"files": ["a"], "directories": ["b"]},
            "git: a git generator has exactly one of files, directories, branches and tags",
        ),
        ({"repository": "."}, "git: a git generator has exactly one of files, directories, branches and tags"),
        ({"files": [{"path": "a", "exclude": True}]}, "git: every path is excluded"),
        ({"files": "a.yaml"}, "git.files: must be a list, not a string"),
        ({"files": [3]}, r"git.files\[0\]: must be a string or a mapping, not a number"),
        ({"files": [{"path": "a", "exlude": True}]}, r'git.files\[0\].exlude: unknown key; did you mean "exclude"'),
        ({"files": [{"exclude": True}]}, r"git.files\[0\].path: this key is required"),
        ({"file": ["a"]}, r'git.file: unknown key; did you mean "files"'),
        ({"files": ["a"], "revision": 7}, "git.revision: must be a string, not a number; quote it"),
    ],
)
def test_a_definition_that_is_wrong_is_an_error_before_anything_is_read(
    expand: Any, git: dict[str, Any], message: str
) -> None:
    with pytest.raises(DefinitionError, match=message):
        expand({"git": git})


def test_errors_of_the_source_have_the_generators_place(expand: Any, project: Any) -> None:
    project({})
    assert _error(expand, {"repository": "nowhere", "files": ["a"]}) == (
        "generators[0].git: the repository nowhere does not exist; paths are relative to the project's folder"
    )


def test_a_bound_path_is_checked_as_a_written_one(expand: Any, project: Any) -> None:
    project({"env/dev.yaml": "{}"})
    rows = {"list": {"elements": [{"where_to": "../../etc"}]}}
    git = {"git": {"files": ["{{ where_to }}/*.yaml"]}}
    with pytest.raises(DefinitionError, match=r"generators\[1\].git.files\[0\]: .* leads out of the repository"):
        expand({"matrix": {"generators": [rows, git]}})


def test_all_files_that_are_wrong_are_told_at_once(expand: Any, project: Any) -> None:
    project({"a.yaml": "- 1", "b.yaml": "{}", "c.yaml": "text"})
    with pytest.raises(SourceError) as caught:
        expand({"git": {"files": ["*.yaml"]}})
    assert [problem.fact.split(":")[0] for problem in caught.value.problems] == ["a.yaml", "c.yaml"]
