"""Patterns match what their table says, and nothing else."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitopssets_provider.errors import DefinitionError
from gitopssets_provider.generators.glob import Glob


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("a.yaml", ["a.yaml"], ["b.yaml", "x/a.yaml", "a.yaml/x", "A.yaml"]),
        ("./a.yaml", ["a.yaml"], ["x/a.yaml"]),
        ("*.yaml", ["a.yaml", "a.b.yaml"], ["x/a.yaml", ".a.yaml", "a.yml", "yaml"]),
        ("env/*.yaml", ["env/a.yaml"], ["env/x/a.yaml", "env/.a.yaml", "a.yaml", "xenv/a.yaml"]),
        ("env/*", ["env/a", "env/a.yaml"], ["env", "env/a/b", "env/.a"]),
        ("env/.*", ["env/.a"], ["env/a"]),
        ("*/a", ["x/a"], ["a", "x/y/a", ".x/a"]),
        ("**/a", ["a", "x/a", "x/y/a"], ["xa", ".x/a", "x/.y/a"]),
        ("x/**/a", ["x/a", "x/y/a", "x/y/z/a"], ["a", "y/x/a", "x/a/b"]),
        ("x/**", ["x/a", "x/y/a"], ["x", "xy", "x/.a", "y/x/a"]),
        ("**", ["a", "x/y/a"], [".a", "x/.a"]),
        ("**/*.yaml", ["a.yaml", "x/y/a.yaml"], ["a.yml", ".x/a.yaml"]),
        ("**/**/a", ["a", "x/a"], ["b"]),
        ("x/**/y/**/z", ["x/y/z", "x/1/y/2/3/z"], ["x/z", "y/z"]),
        (".github/*.yaml", [".github/a.yaml"], ["github/a.yaml"]),
        ("a?.yaml", ["ab.yaml"], ["a.yaml", "abc.yaml", "a/.yaml"]),
        ("[ab].yaml", ["a.yaml", "b.yaml"], ["c.yaml", "ab.yaml"]),
        ("[a-c]1", ["b1"], ["d1"]),
        ("[!ab].yaml", ["c.yaml"], ["a.yaml", ".yaml"]),
        ("[^ab].yaml", ["c.yaml"], ["b.yaml"]),
        ("[*].yaml", ["*.yaml"], ["a.yaml"]),
        ("[ab", ["[ab"], ["a"]),
        ("{dev,prod}.yaml", ["dev.yaml", "prod.yaml"], ["stage.yaml", "{dev,prod}.yaml"]),
        ("env/{a,b/c}/*.yaml", ["env/a/x.yaml", "env/b/c/x.yaml"], ["env/b/x.yaml"]),
        ("{a,{b,c}d}", ["a", "bd", "cd"], ["b", "d"]),
        ("a{,.bak}", ["a", "a.bak"], ["a."]),
        ("apps/", ["apps"], ["apps/x"]),
        ("a b/é.yaml", ["a b/é.yaml"], ["a b/e.yaml"]),
        ("a.b", ["a.b"], ["axb"]),
        ("a+b(c)|d$", ["a+b(c)|d$"], ["aab"]),
    ],
)
def test_a_pattern_matches_what_it_says(pattern: str, matching: list[str], other: list[str]) -> None:
    glob = Glob(pattern)
    assert [path for path in matching if not glob.matches(path)] == []
    assert [path for path in other if glob.matches(path)] == []


@pytest.mark.parametrize(
    ("pattern", "fact"),
    [
        ("", "is empty"),
        (" ", "is empty"),
        ("/", "is empty"),
        ("{,a}", "is empty"),
        ("/etc/passwd", "leads out of the repository"),
        ("../a", "leads out of the repository"),
        ("a/../../b", "leads out of the repository"),
        ("a/..", "leads out of the repository"),
        ("a\\b", "holds a backslash"),
        ("a\nb", "holds a backslash or a control character"),
        ("a\x00", "control character"),
        ("a**.yaml", r"has \*\* beside other characters; .* as in a/\*\*/b"),
        ("a/**b/c", r"has \*\* beside other characters"),
        ("***", r"has \*\* beside other characters"),
        ("{a,b}" * 8, "more than 100 alternatives"),
        ("{../x,b}", "leads out of the repository"),
        ("a{/../b,c}", "leads out of the repository"),
    ],
)
def test_what_is_no_pattern_or_leads_out_of_the_repository_is_refused(pattern: str, fact: str) -> None:
    with pytest.raises(DefinitionError, match=fact):
        Glob(pattern)


def test_two_dots_in_a_name_are_a_name() -> None:
    assert Glob("a..b/c").matches("a..b/c")


@pytest.mark.parametrize(
    ("pattern", "covered", "other"),
    [
        ("env/old", ["env/old", "env/old/a.yaml", "env/old/x/a.yaml"], ["env/older", "env"]),
        ("**/draft-*", ["draft-1", "x/draft-1/a.yaml", ".x/draft-1"], ["x/a.yaml"]),
        ("*.yaml", ["a.yaml", ".a.yaml"], ["x/a.yaml"]),
    ],
)
def test_an_exclude_covers_what_it_matches_and_all_below_also_names_with_a_dot(
    pattern: str, covered: list[str], other: list[str]
) -> None:
    glob = Glob(pattern, dots=True)
    assert all(map(glob.covers, covered))
    assert not any(map(glob.covers, other))


@pytest.mark.parametrize(
    ("pattern", "inside", "other"),
    [
        ("env/*/a.yaml", ["env", "env/x"], ["env/x/y", "other", "env/x/a.yaml"]),
        ("env/dev.yaml", ["env"], ["env/dev.yaml"]),
        ("a/**/b.yaml", ["a"], ["a/x", "x"]),
        ("**/b.yaml", [], ["a", "x"]),
    ],
)
def test_a_pattern_knows_the_folders_it_looks_into(pattern: str, inside: list[str], other: list[str]) -> None:
    glob = Glob(pattern)
    assert all(map(glob.looks_into, inside))
    assert not any(map(glob.looks_into, other))


@pytest.mark.parametrize(
    ("pattern", "path"),
    [("*a" * 60 + "b", "a" * 4000), ("**/a/" * 20 + "b", "a/" * 2000 + "c"), ("[a]*" * 40 + "c", "a" * 4000)],
)
def test_no_pattern_takes_long_whatever_the_path(pattern: str, path: str) -> None:
    started = time.perf_counter()
    assert not Glob(pattern).matches(path)
    assert time.perf_counter() - started < 1


_NAMES = st.text("ab.", min_size=1, max_size=4).filter(lambda name: name not in (".", ".."))
_PATHS = st.lists(_NAMES, min_size=1, max_size=4).map("/".join)
_VISIBLE = st.lists(_NAMES.filter(lambda name: not name.startswith(".")), max_size=3)


@given(_PATHS)
def test_a_path_without_wildcards_matches_itself_alone(path: str) -> None:
    assert Glob(path).matches(path)
    assert not Glob(path).matches(f"{path}x")
    assert not Glob(path).matches(f"x/{path}")


_PATTERNS = st.lists(st.sampled_from(["a", "b*", "*", "**", "{a,b}", "?.b", "[ab]"]), min_size=1, max_size=4).map(
    "/".join
)


@given(_PATTERNS, st.lists(_PATHS, unique=True))
def test_matching_many_paths_is_matching_each_of_them(pattern: str, paths: list[str]) -> None:
    glob = Glob(pattern)
    assert glob.among(sorted(paths)) == [path for path in sorted(paths) if glob.matches(path)]


@given(_PATHS, _VISIBLE, _VISIBLE)
def test_two_stars_stand_for_any_folders_also_none(path: str, before: list[str], after: list[str]) -> None:
    assert Glob(f"**/{path}").matches("/".join([*before, path]))
    assert Glob(f"{path}/**/x").matches("/".join([path, *after, "x"]))
    assert Glob(f"{path}/**").matches("/".join([path, *after, "x"]))
