from __future__ import annotations

from typing import Any

import pytest
from pulumi.runtime.proto import alias_pb2, resource_pb2

from gitopssets_provider.engine.goal import Alias, Goal, read_goal
from gitopssets_provider.engine.wire import write_struct
from gitopssets_provider.errors import StackError


def goal(properties: dict[str, Any] | None = None, **fields: Any) -> Goal:
    request = resource_pb2.RegisterResourceRequest(
        type="t:m:T", name="a", custom=True, object=write_struct(properties or {}), **fields
    )
    return read_goal(request, "/work")


def test_an_option_that_is_not_given_is_told_from_one_that_says_no() -> None:
    assert goal().protect is None
    assert goal(protect=False).protect is False
    assert goal().delete_before_replace is None
    assert goal(deleteBeforeReplaceDefined=True).delete_before_replace is False


def test_a_property_depends_on_everything_unless_it_says_on_what() -> None:
    dependent = resource_pb2.RegisterResourceRequest.PropertyDependencies(urns=["urn:b", "urn:a"])
    assert goal({"x": 1, "y": 2}, dependencies=["urn:a"]).property_dependencies == {"x": ["urn:a"], "y": ["urn:a"]}
    found = goal({"x": 1, "y": 2}, dependencies=["urn:a"], propertyDependencies={"x": dependent})
    assert found.property_dependencies == {"x": ["urn:a", "urn:b"], "y": []}


@pytest.mark.parametrize(
    ("text", "seconds"), [("5m", 300), ("1h30m", 5400), ("1.5s", 1.5), ("100ms", 0.1), ("2h0.5s", 7200.5)]
)
def test_timeouts_are_read_as_go_writes_durations(text: str, seconds: float) -> None:
    timeouts = resource_pb2.RegisterResourceRequest.CustomTimeouts(create=text)
    assert goal(customTimeouts=timeouts).custom_timeouts == {"create": pytest.approx(seconds)}


def test_a_timeout_that_is_none_is_refused() -> None:
    timeouts = resource_pb2.RegisterResourceRequest.CustomTimeouts(delete="5 minutes")
    with pytest.raises(ValueError, match="unable to parse customTimeout Value 5 minutes"):
        goal(customTimeouts=timeouts)


def test_aliases_are_urns_or_parts_of_them() -> None:
    spec = alias_pb2.Alias.Spec(name="b", parentUrn="urn:p")
    found = goal(aliasURNs=["urn:c"], aliases=[alias_pb2.Alias(urn="urn:d"), alias_pb2.Alias(spec=spec)])
    assert found.aliases == [Alias(urn="urn:c"), Alias(urn="urn:d"), Alias(name="b", parent="urn:p")]


def test_children_inherit_what_they_do_not_say_otherwise() -> None:
    parent = goal(protect=True, retainOnDelete=True, deletedWith="urn:n")
    heir, other = goal(), goal(protect=False, deletedWith="urn:m")
    for child in (heir, other):
        child.inherit(parent)
    assert (heir.protect, heir.retain_on_delete, heir.deleted_with) == (True, True, "urn:n")
    assert (other.protect, other.retain_on_delete, other.deleted_with) == (False, True, "urn:m")


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"remote": True}, "a component of another package"),
        ({"importId": "x"}, "an import"),
        ({"packageRef": "x"}, "a parameterized package"),
    ],
)
def test_what_only_the_cli_can_do_is_refused_by_name(fields: dict[str, Any], what: str) -> None:
    with pytest.raises(StackError, match=what) as caught:
        goal(**fields)
    assert "t:m:T a" in str(caught.value)
