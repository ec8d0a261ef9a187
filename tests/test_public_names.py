"""The public names: complete, sorted, documented, and imported only when they are used."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import gitopssets_provider


def test_the_public_names_are_sorted_and_exist() -> None:
    names = gitopssets_provider.__all__
    assert names == sorted(names)
    assert set(names) <= set(dir(gitopssets_provider))


@pytest.mark.parametrize("name", gitopssets_provider.__all__)
def test_a_public_name_is_documented(name: str) -> None:
    assert inspect.getdoc(getattr(gitopssets_provider, name))


def test_a_name_that_does_not_exist_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Gitt'"):
        _ = gitopssets_provider.Gitt


@pytest.mark.parametrize(
    ("statement", "absent"),
    [
        ("import gitopssets_provider", ["pulumi", "pydantic", "jinja2", "yaml", "dulwich", "click"]),
        ("from gitopssets_provider import load, plan, GitOpsSetSpec", ["pulumi", "grpc", "dulwich", "click", "rich"]),
    ],
)
def test_an_import_brings_no_more_than_it_needs(statement: str, absent: list[str]) -> None:
    script = f"import sys; {statement}; print([name for name in {absent} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"
