from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from gitopssets_provider.engine.deployment import check_version, magic, read_snapshot, timestamp_text, write_deployment
from gitopssets_provider.engine.go_json import write_go_json
from gitopssets_provider.engine.resource import Operation, Resource, Snapshot
from gitopssets_provider.errors import StackError

GOLDEN = Path(__file__).parent / "golden" / "state.json"
PROVIDER = {"type": "passphrase", "state": {"salt": "v1:x"}}


def written(*resources: Resource, **fields: Any) -> dict[str, Any]:
    return write_deployment(Snapshot(list(resources), **fields), PROVIDER, str).content


def test_a_state_of_the_cli_is_written_as_the_cli_wrote_it() -> None:
    text = GOLDEN.read_text(encoding="utf-8")
    latest = json.loads(text)["checkpoint"]["latest"]
    ciphertexts: dict[str, str] = {}

    def remember(ciphertext: str) -> str:
        plain = json.dumps(f"plain {len(ciphertexts)}")
        ciphertexts[plain] = ciphertext
        return plain

    deployment = write_deployment(
        read_snapshot(latest, remember), latest["secrets_providers"], lambda plain: ciphertexts[plain]
    )
    checkpoint = {"stack": "organization/shop/dev", "latest": {**deployment.content, "manifest": latest["manifest"]}}
    assert write_go_json({**deployment.head, "checkpoint": checkpoint}) == text


def test_every_option_of_a_resource_is_understood() -> None:
    latest = json.loads(GOLDEN.read_text(encoding="utf-8"))["checkpoint"]["latest"]
    named = {resource.name: resource for resource in read_snapshot(latest, lambda _: "0").resources}
    a, b = named["a"], named["b"]
    assert (a.custom, a.id, a.protect, a.retain_on_delete) == (True, "default/a", True, True)
    assert a.custom_timeouts == {"create": 300, "delete": 90}
    assert (a.ignore_changes, a.replace_on_changes, a.hide_diff) == (["data.k"], ["data.n"], ["data"])
    assert (b.dependencies, b.deleted_with) == ([a.urn], a.urn)
    assert b.resource_hooks == {"BeforeDelete": ["guard"]}
    assert (named["c"].property_dependencies["data"], named["c"].extra) == ([a.urn], {})


def test_a_resource_with_nothing_but_its_name_has_three_fields() -> None:
    (resource,) = written(Resource("urn:pulumi:s::p::t::n", "t"))["resources"]
    assert resource == {"urn": "urn:pulumi:s::p::t::n", "custom": False, "type": "t"}


def test_a_state_without_resources_looks_like_that_of_a_new_stack() -> None:
    assert list(written()) == ["manifest", "secrets_providers", "metadata"]


def test_the_manifest_carries_the_check_value_of_its_version() -> None:
    manifest = written()["manifest"]
    assert manifest["magic"] == magic(manifest["version"])


def test_interrupted_operations_are_kept_between_resources_and_metadata() -> None:
    operation = Operation(Resource("urn:pulumi:s::p::t::n", "t"), "creating")
    content = written(operation.resource, pending=[operation])
    assert list(content)[-3:] == ["resources", "pending_operations", "metadata"]
    assert read_snapshot(content, str).pending == [operation]


@pytest.mark.parametrize(
    ("resource", "feature"),
    [
        (Resource("u", "t", resource_hooks={"BeforeDelete": ["guard"]}), "hooks"),
        (Resource("u", "t", replace_with=["v"]), "replaceWith"),
        (Resource("u", "t", taint=True), "taint"),
        (Resource("u", "t", extra={"viewOf": "v"}), "views"),
    ],
)
def test_a_resource_that_old_engines_would_misread_raises_the_version(resource: Resource, feature: str) -> None:
    deployment = write_deployment(Snapshot([resource]), PROVIDER, str)
    assert deployment.head == {"version": 4, "features": [feature]}


def test_fields_nobody_knows_are_kept() -> None:
    content = {
        "resources": [{"urn": "u", "custom": True, "type": "t", "importID": "i", "future": [1]}],
        "metadata": {"integrity_error": {"version": "v3"}},
        "future": {"x": 1},
    }
    again = write_deployment(read_snapshot(content, str), PROVIDER, str).content
    assert {key: again[key] for key in content} == content


def test_a_time_keeps_its_nanoseconds() -> None:
    for text in ("2026-11-24T23:42:12.175926598Z", "2026-11-24T23:42:12.1+02:00", "2026-11-24T23:42:12Z"):
        snapshot = read_snapshot({"resources": [{"urn": "u", "type": "t", "created": text}]}, str)
        assert written(*copy.deepcopy(snapshot.resources))["resources"][0]["created"] == text


def test_a_time_of_ours_is_written_as_go_writes_it() -> None:
    assert timestamp_text(datetime(2026, 1, 2, 3, 4, 5, 120000, UTC)) == "2026-01-02T03:04:05.12Z"
    assert timestamp_text(datetime(2026, 1, 2, 3, 4, 5, 0, UTC)) == "2026-01-02T03:04:05Z"
    east = timezone(timedelta(hours=5, minutes=30))
    assert timestamp_text(datetime(2026, 1, 2, 3, 4, 5, 0, east)) == "2026-01-02T03:04:05+05:30"


@pytest.mark.parametrize(
    ("version", "features", "message"),
    [
        (2, None, "version 2, which is too old"),
        (None, None, "is damaged: it has no version"),
        ("3", None, "too old"),
        (5, None, "newer than 4; this needs the Pulumi CLI"),
        (4, ["hooks", "views", "teleport"], "the state uses teleport, views; this needs the Pulumi CLI"),
    ],
)
def test_a_version_or_a_feature_of_another_engine_is_refused(version: Any, features: Any, message: str) -> None:
    with pytest.raises(StackError, match=message):
        check_version(version, features)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"resources": {}}, 'has a "resources" that is of another type'),
        ({"resources": [5]}, r"resources\[0\]: is no object"),
        ({"resources": [{"type": "t"}]}, r"resources\[0\]: has no urn or no type"),
        ({"resources": [{"urn": "u", "type": "t", "inputs": []}]}, 'has a "inputs" that is of another type'),
        (
            {"resources": [{"urn": "u", "type": "t", "created": "soon"}]},
            r'resources\[0\] \(u\).created: "soon" is no time',
        ),
        ({"pending_operations": [{"type": "creating"}]}, r"pending_operations\[0\].resource: is no object"),
    ],
)
def test_damage_is_named_with_its_place(content: dict[str, Any], message: str) -> None:
    with pytest.raises(StackError, match=message):
        read_snapshot(content, str)
