"""What holds for every composition of lists, whatever is in them."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gitopssets_provider.errors import DefinitionError
from gitopssets_provider.generators import Concat, Context, Generator, List, Matrix, expand_all
from gitopssets_provider.generators.compose import merge, named
from gitopssets_provider.model.element import Element, Origin
from gitopssets_provider.sources.base import Sources
from gitopssets_provider.sources.git import GitRepositories
from gitopssets_provider.sources.inventory import FixedClusters
from gitopssets_provider.templating import Templating

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text("ab{}", max_size=6),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text("xyz", min_size=1, max_size=2), inner, max_size=2)
    ),
    max_leaves=5,
)


def _elements(prefix: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    keys = st.sampled_from([f"{prefix}{index}" for index in range(3)])
    return st.lists(st.dictionaries(keys, _JSON, max_size=3), min_size=1, max_size=4)


def _expanded(*generators: Generator, tmp: Any = None) -> list[Any]:
    sources = Sources(git=GitRepositories(tmp), clusters=FixedClusters())
    context = Context(sources=sources, templating=Templating({}), max_elements=10_000, path="generators")
    return [dict(element.parameters) for element in expand_all(generators, context)]


def _plain(value: Any) -> bool:
    return "{{" not in repr(value)


@given(_elements("a"), _elements("b").filter(_plain), _elements("c").filter(_plain))
def test_a_product_is_every_combination_in_order_and_nests_freely(a: Any, b: Any, c: Any) -> None:
    x, y, z = List(elements=a), List(elements=b), List(elements=c)
    expected = [{**one, **two, **three} for one in a for two in b for three in c]
    assert _expanded(Matrix(generators=[x, y, z])) == expected
    assert _expanded(x * y * z) == expected
    assert _expanded(Matrix(generators=[x, Matrix(generators=[y, z])])) == expected
    assert _expanded(Matrix(generators=[Matrix(generators=[x, y]), z])) == expected


@given(_elements("a"), _elements("b"))
def test_a_concatenation_is_one_after_the_other(a: Any, b: Any) -> None:
    assert _expanded(List(elements=a), List(elements=b)) == [*a, *b]
    assert _expanded(Concat(generators=[List(elements=a), List(elements=b)])) == [*a, *b]
    assert _expanded(List(elements=a) + List(elements=b)) == [*a, *b]


@given(_elements("a"), _elements("a").filter(_plain))
def test_named_factors_never_collide(a: Any, b: Any) -> None:
    factors = [List(elements=a, name="one"), List(elements=b, name="other")]
    assert _expanded(Matrix(generators=factors)) == [{"one": one, "other": other} for one in a for other in b]


@given(st.dictionaries(st.sampled_from("abc"), _JSON), st.dictionaries(st.sampled_from("abc"), _JSON))
def test_merging_keeps_every_value_or_refuses(one: dict[str, Any], other: dict[str, Any]) -> None:
    row, element = Element(one, Origin("m", parts=(Origin("x"),))), Element(other, Origin("y"))
    try:
        merged = merge(row, element).parameters
    except DefinitionError:
        assert any(repr(one[key]) != repr(other[key]) for key in one.keys() & other.keys())
        return
    assert all(merged[key] == value for part in (one, other) for key, value in part.items())
    assert merged.keys() == one.keys() | other.keys()


@given(st.lists(st.dictionaries(st.sampled_from("abc"), _JSON)))
def test_naming_changes_no_origin_and_no_value(parameters: list[dict[str, Any]]) -> None:
    elements = [Element(item, Origin(f"{index}")) for index, item in enumerate(parameters)]
    result = named("app", elements)
    assert [element.parameters for element in result] == [{"app": item} for item in parameters]
    assert [element.origin for element in result] == [element.origin for element in elements]
