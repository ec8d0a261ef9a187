"""A mapping becomes a generator, or an error for everything that is wrong with it."""

from __future__ import annotations

from typing import Any, ClassVar

import jsonschema
import pytest

from gitopssets_provider.errors import DefinitionError
from gitopssets_provider.generators import Clusters, Context, Generator, Git, List, Matrix, parse
from gitopssets_provider.generators.base import KINDS, register
from gitopssets_provider.generators.registry import AnyGenerator, with_generators
from gitopssets_provider.model.base import Items, Model
from gitopssets_provider.model.element import Element
from gitopssets_provider.model.validation import validate


class Sheet(Model):
    generators: Items[AnyGenerator]


def test_each_kind_is_read_with_its_words() -> None:
    matrix = parse(
        {
            "matrix": {
                "generators": [
                    {"list": {"elements": [{"a": 1}]}, "where": "a == 1", "name": "one"},
                    {"git": {"repository": "https://h/r", "revision": "main", "files": ["a", {"path": "b"}]}},
                    {"clusters": None, "allowEmpty": True},
                ]
            }
        }
    )
    assert isinstance(matrix, Matrix)
    first, second, third = matrix.generators
    assert first == List(elements=[{"a": 1}], where="a == 1", name="one")
    assert isinstance(second, Git)
    assert (second.repository, second.revision) == ("https://h/r", "main")
    assert third == Clusters(allow_empty=True)


def test_a_generator_is_itself() -> None:
    generator = List(elements=[])
    assert parse(generator) is generator
    assert validate(Sheet, {"generators": [generator]}).generators == (generator,)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (3, "must be a mapping such as {list: {elements: []}}, not a number"),
        ("list", "must be a mapping such as {list: {elements: []}}, not a string"),
        ({}, "an item names exactly one generator; known are: clusters, con"),
        ({"where": "x"}, "an item names exactly one generator; known are: clusters, con"),
        ({"lists": {}}, 'lists: unknown generator; did you mean "list"?'),
        ({"cluster": {}}, 'cluster: unknown generator; did you mean "clusters"?'),
        ({"list": {"elements": []}, "git": {}}, "an item names exactly one generator; it has list and git"),
        ({"list": {"elements": []}, "nam": "x"}, 'nam: unknown generator; did you mean "name"?'),
        ({"list": [1]}, "list: must be a mapping, not a list"),
        ({"list": {"elements": [], "where": "x"}, "where": "y"}, "where: stands beside the generator and in it"),
        ({"list": {"elements": []}, "allowEmpty": "yes"}, "list.allowEmpty: must be true or false, not a string"),
        ({"list": {"elements": []}, "where": 3}, "list.where: must be a string or true or false, not a number"),
        ({"list": {}}, "list.elements: this key is required"),
        ({"list": None}, "list.elements: this key is required"),
        ({"list": {"elements": [3, {"a": 1}, "x"]}}, "list.elements[0]: must be a mapping, not a number"),
    ],
)
def test_what_is_no_generator_is_an_error_with_a_remedy(value: Any, message: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse(value)
    assert str(caught.value).splitlines()[0].startswith(message)


def test_everything_that_is_wrong_is_told_at_once_with_its_whole_path() -> None:
    value = {
        "generators": [
            {"lst": {}},
            {"matrix": {"generators": [{"git": {"files": ["/a"]}}, {"clusters": {"selector": {"matchLabls": {}}}}]}},
            {"list": {"elements": {}}, "nam": "x"},
        ]
    }
    with pytest.raises(DefinitionError) as caught:
        validate(Sheet, value)
    assert [problem.path for problem in caught.value.problems] == [
        "generators[0].lst",
        "generators[1].matrix.generators[0].git.files[0]",
        "generators[1].matrix.generators[1].clusters.selector.matchLabls",
        "generators[2].nam",
        "generators[2].list.elements",
    ]


def test_a_kind_has_one_class() -> None:
    assert register(List) is List

    class Other(Generator):
        """Pretends to be a list."""

        kind: ClassVar[str] = "list"

        def expand(self, context: Context) -> list[Element]:
            return []

    with pytest.raises(ValueError, match=r"two generators are of the kind list: List and .*Other"):
        register(Other)
    assert KINDS["list"] is List


def test_every_kind_is_documented() -> None:
    for kind, cls in KINDS.items():
        assert cls.__doc__, kind
        assert all(field.description for field in cls.model_fields.values()), kind


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        ({"list": {"elements": [{"a": 1}]}}, True),
        ({"list": {"elements": [{"a": 1}]}, "where": "a", "name": "x", "allowEmpty": True}, True),
        ({"list": {"elements": "{{ apps }}"}}, True),
        ({"list": {"elements": "apps"}}, False),
        ({"list": {"element": []}}, False),
        ({"lists": {"elements": []}}, False),
        ({"git": {"files": ["a", {"path": "b", "exclude": True}]}}, True),
        ({"git": {"files": [{"pth": "b"}]}}, False),
        ({"clusters": {"selector": {"matchLabels": {"a": "b"}}}}, True),
        ({"clusters": {"selector": {"matchLabels": {"a": 1}}}}, False),
        ({"matrix": {"generators": [{"matrix": {"generators": [{"list": {"elements": []}}]}}]}}, True),
        ({"matrix": {"generators": [{"matrix": {"generators": [{"list": {}}]}}]}}, False),
        ({"list": {"elements": []}, "git": {"files": ["a"]}}, False),
    ],
)
def test_the_schema_says_the_same_as_the_reader(value: Any, valid: bool) -> None:
    schema = with_generators(Sheet.model_json_schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    assert jsonschema.Draft202012Validator(schema).is_valid({"generators": [value]}) is valid
    if valid:
        assert validate(Sheet, {"generators": [value]})
