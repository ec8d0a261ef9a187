from __future__ import annotations

from typing import Any

import pytest

from gitopssets_provider.engine.deployment import magic
from gitopssets_provider.engine.integrity import check_integrity
from gitopssets_provider.engine.resource import Resource, Snapshot
from gitopssets_provider.errors import StackError

MANIFEST = {"version": "v3.1.0", "magic": magic("v3.1.0")}


def resource(name: str, **fields: Any) -> Resource:
    return Resource(f"urn:pulumi:s::p::t::{name}", "t", custom=True, **fields)


A, B = resource("a"), resource("b", parent=resource("a").urn)


def test_a_state_in_which_all_follows_what_it_needs_is_whole() -> None:
    provider = Resource("urn:p", "pulumi:providers:kubernetes", custom=True, id="i")
    child = resource("c", provider="urn:p::i", dependencies=[A.urn], deleted_with=A.urn, replace_with=[B.urn])
    check_integrity(MANIFEST, Snapshot([provider, A, B, child, resource("c", delete=True)]))


def test_a_manifest_without_a_version_has_nothing_to_check() -> None:
    check_integrity({"magic": "", "version": ""}, Snapshot())


@pytest.mark.parametrize("manifest", [None, {"version": "v3.1.0"}, {**MANIFEST, "version": "v3.2.0"}])
def test_a_wrong_check_value_is_damage(manifest: Any) -> None:
    with pytest.raises(StackError, match="check value"):
        check_integrity(manifest, Snapshot())


@pytest.mark.parametrize(
    ("resources", "message"),
    [
        ([B, A], f"the parent of {B.urn} is not before it: {A.urn}"),
        ([resource("c", dependencies=["gone"])], "the dependency of .*::c is not before it: gone"),
        ([resource("c", property_dependencies={"x": ["gone"]})], "the dependency of .*::c is not before it: gone"),
        ([resource("c", deleted_with="gone")], "is not before it: gone"),
        ([resource("c", replace_with=["gone"])], "is not before it: gone"),
        ([resource("c", provider="urn::id")], "refers to an unknown provider: urn::id"),
        ([Resource("u", "t", id="x")], "u is a component and has an id"),
        ([A, A], f"{A.urn} is there twice"),
    ],
)
def test_a_state_that_contradicts_itself_is_refused(resources: list[Resource], message: str) -> None:
    with pytest.raises(StackError, match=message.replace("::", ".*")) as caught:
        check_integrity(MANIFEST, Snapshot(resources))
    assert "nothing was changed" in str(caught.value)


def test_a_provider_may_be_missing_while_its_resource_waits_for_replacement() -> None:
    check_integrity(MANIFEST, Snapshot([resource("c", provider="urn::id", pending_replacement=True)]))
