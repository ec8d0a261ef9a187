from __future__ import annotations

import time

import pytest

from gitopssets_provider.engine.journal import Journal
from gitopssets_provider.engine.resource import Operation, Resource, Snapshot

PROVIDER = "urn:pulumi:s::p::pulumi:providers:kubernetes::old"


def urn(name: str, parent: str = "") -> str:
    return f"urn:pulumi:s::p::{parent}t:m:T::{name}"


def resource(name: str, **fields: object) -> Resource:
    return Resource(urn(name), "t:m:T", custom=True, **fields)  # type: ignore[arg-type]


def names(snapshot: Snapshot) -> list[str]:
    return [item.name for item in snapshot.resources]


def test_what_was_made_stands_before_what_the_run_has_not_come_to() -> None:
    a, b, c = resource("a"), resource("b"), resource("c")
    journal = Journal(Snapshot([a, b, c]), None)
    journal.add(resource("new"))
    journal.drop(b)
    journal.add(resource("b"))
    assert names(journal.snapshot()) == ["new", "b", "a", "c"]


def test_what_is_under_way_is_kept_until_it_ends() -> None:
    a = resource("a")
    journal = Journal(Snapshot(), None)
    journal.begin(a, "creating")
    assert journal.snapshot().pending == [Operation(a, "creating")]
    journal.end(a)
    assert journal.snapshot().pending == []


def test_a_creation_nobody_saw_the_end_of_stays_for_a_person_to_look_at() -> None:
    left = [Operation(resource("a"), "creating"), Operation(resource("b"), "updating")]
    assert Journal(Snapshot(pending=left), None).snapshot().pending == left[:1]


def test_what_nobody_interprets_is_kept() -> None:
    prior = Snapshot(metadata={"a": 1}, extra={"b": 2})
    found = Journal(prior, None).snapshot()
    assert (found.metadata, found.extra) == ({"a": 1}, {"b": 2})


def test_the_last_save_holds_everything() -> None:
    saved: list[Snapshot] = []
    journal = Journal(Snapshot(), saved.append)
    journal.add(resource("a"))
    assert journal.close() is saved[0]
    assert names(saved[0]) == ["a"]


def test_a_long_run_is_saved_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    saved: list[Snapshot] = []
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    eager, patient = Journal(Snapshot(), saved.append), Journal(Snapshot(), saved.append, checkpoints=False)
    for _ in range(30):
        now[0] += 0.1
        for journal in (eager, patient):
            journal.end(resource("a"))
    assert 2 <= len(saved) <= 3


def test_references_follow_a_resource_to_its_new_name() -> None:
    provider = Resource(
        PROVIDER.replace("old", "new"), "pulumi:providers:kubernetes", custom=True, id="1", aliases=[PROVIDER]
    )
    renamed = Resource(urn("set2"), "t:m:T", aliases=[urn("set1")])
    left = resource(
        "left",
        parent=urn("set1"),
        dependencies=[urn("set1")],
        property_dependencies={"spec": [urn("set1"), urn("x")]},
        deleted_with=urn("set1"),
        provider=f"{PROVIDER}::1",
    )
    journal = Journal(Snapshot([left]), None)
    journal.add(provider)
    journal.add(renamed)
    found = journal.snapshot().resources[-1]
    assert found.parent == urn("set2")
    assert found.dependencies == [urn("set2")]
    assert found.property_dependencies == {"spec": [urn("set2"), urn("x")]}
    assert found.deleted_with == urn("set2")
    assert found.provider == f"{provider.urn}::1"
