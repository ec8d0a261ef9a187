"""Circles are found and named; without one there is an order in which nothing waits for what comes later."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gitopssets_provider.model.circles import find_circle, in_order


def test_things_that_wait_for_nothing_keep_their_order() -> None:
    assert in_order({"b": [], "a": [], "c": []}) == ["b", "a", "c"]


def test_a_thing_stands_behind_all_it_waits_for() -> None:
    assert in_order({"a": ["c", "b"], "b": ["c"], "c": [], "d": []}) == ["c", "b", "a", "d"]


def test_what_is_waited_for_and_is_no_key_does_not_count() -> None:
    assert in_order({"a": ["elsewhere"]}) == ["a"]
    assert find_circle({"a": ["elsewhere"]}) == []


def test_a_circle_is_named_with_its_first_member_at_both_ends() -> None:
    assert find_circle({"a": ["b"], "b": ["c"], "c": ["b"]}) == ["b", "c", "b"]
    assert find_circle({"a": ["a"]}) == ["a", "a"]


def test_a_long_chain_needs_no_recursion() -> None:
    chain = {number: [number + 1] for number in range(50_000)}
    assert in_order(chain)[0] == 49_999
    assert len(find_circle({**chain, 50_000: [0]})) == 50_002


@given(st.dictionaries(st.integers(0, 8), st.lists(st.integers(0, 8), max_size=4), max_size=9))
def test_either_there_is_a_circle_or_the_order_holds(waits: dict[int, list[int]]) -> None:
    circle = find_circle(waits)
    if circle:
        assert circle[0] == circle[-1]
        assert all(after in waits[before] for before, after in pairwise(circle))
    else:
        order = in_order(waits)
        assert sorted(order) == sorted(waits)
        assert all(order.index(other) < order.index(key) for key in waits for other in waits[key] if other in waits)
