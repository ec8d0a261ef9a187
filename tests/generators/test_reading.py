"""What generators have read is told in a few words, however much it was."""

from __future__ import annotations

from gitopssets_provider.generators import parse
from gitopssets_provider.generators.reading import read_by
from gitopssets_provider.model.element import Element, Origin
from gitopssets_provider.templating import Templating

GENERATOR = parse({"pullRequests": {"forge": "github", "repository": "octo/app"}})


def _elements(*commits: str) -> list[Element]:
    place = "generators[0].pullRequests"
    return [Element({}, Origin(place, f"octo/app#{index}", commit)) for index, commit in enumerate(commits)]


def test_each_of_a_few_commits_is_told_once() -> None:
    told = read_by([GENERATOR], _elements("a" * 40, "b" * 40, "a" * 40), Templating({}))
    assert told == ("pull requests of octo/app at aaaaaaa", "pull requests of octo/app at bbbbbbb")


def test_many_commits_are_only_counted() -> None:
    told = read_by([GENERATOR], _elements(*(f"{index:040x}" for index in range(50))), Templating({}))
    assert told == ("pull requests of octo/app at 50 commits",)
