from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gitopssets_provider.engine.checkpoint import load_export, read_checkpoint, write_checkpoint, write_export
from gitopssets_provider.engine.deployment import magic
from gitopssets_provider.engine.passphrase import Passphrase
from gitopssets_provider.engine.resource import Resource, Snapshot
from gitopssets_provider.engine.stack_name import StackName
from gitopssets_provider.engine.values import UNKNOWN, Secret
from gitopssets_provider.errors import StackError

GOLDEN = Path(__file__).parent / "golden" / "state.json"
MANIFEST = {"time": "2026-11-24T23:42:12Z", "magic": magic("v3.255.0"), "version": "v3.255.0"}
DEV = StackName("shop", "dev")


@pytest.fixture(autouse=True)
def empty_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "")


def read(content: bytes | dict[str, Any]) -> Snapshot:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return read_checkpoint(data, file=Path("dev.json"))


def refusal(content: bytes | dict[str, Any]) -> str:
    with pytest.raises(StackError) as caught:
        read(content)
    return str(caught.value)


def state(**latest: Any) -> dict[str, Any]:
    return {"version": 3, "checkpoint": {"stack": str(DEV), "latest": {"manifest": MANIFEST, **latest}}}


def exported(tmp_path: Path, content: Any) -> Path:
    file = tmp_path / "export.json"
    file.write_text(json.dumps(content))
    return file


def test_a_state_of_the_cli_is_read_with_its_secrets() -> None:
    named = {resource.name: resource for resource in read(GOLDEN.read_bytes()).resources}
    assert named["shop-dev"].outputs == {"plain": "<&>", "secret": Secret({"deep": [True, None, 1.5]})}
    assert named["set"].outputs == {"hidden": Secret([1, {"a<b": "é"}]), "objects": 3, "ratio": 0.5}
    assert named["c"].inputs["data"] == {"from": "default/a", "pw": Secret("hush & <b>")}


def test_what_is_written_reads_back_the_same() -> None:
    snapshot = read(GOLDEN.read_bytes())
    text = write_checkpoint(
        snapshot,
        DEV,
        Passphrase(json.loads(GOLDEN.read_text())["checkpoint"]["latest"]["secrets_providers"]["state"]["salt"]),
    )
    assert read(text.encode()) == snapshot
    assert text.startswith('{"version":4,"features":["hooks"],"checkpoint":{"stack":"organization/shop/dev","latest":{')


def test_a_stack_that_was_never_deployed_is_empty() -> None:
    assert read(b'{"version":3,"checkpoint":{"stack":"organization/shop/dev"}}') == Snapshot()
    assert read(state(metadata={})) == Snapshot()


def test_a_state_without_secrets_needs_no_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE")
    provider = {"type": "passphrase", "state": {"salt": "v1:x:y"}}
    assert read(state(secrets_providers=provider, resources=[{"urn": "u", "type": "t"}])).resources


def test_a_wrong_passphrase_is_an_error_of_the_whole_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "wrong")
    assert refusal(GOLDEN.read_bytes()).startswith("dev.json: incorrect passphrase; set PULUMI_CONFIG_PASSPHRASE")


@pytest.mark.parametrize("size", [0, 1, 300, 3000, -1])
def test_a_truncated_state_is_damage(size: int) -> None:
    message = refusal(GOLDEN.read_bytes()[:size])
    assert message.startswith("dev.json: is damaged: it is no JSON")
    assert "restore it, for instance from .pulumi/backups" in message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe\x00", "dev.json: is damaged: it is no JSON"),
        (b"[" * 100_000, "dev.json: is damaged"),
        (b"[]", "dev.json: is damaged: it is no object"),
        (b"{}", "dev.json: is damaged: it has no version"),
        (b'{"version": 9}', "dev.json: the state has version 9, which is newer than 4; this needs the Pulumi CLI"),
        (b'{"version": 3}', 'dev.json: is damaged: its "checkpoint" is no object; restore it'),
        (b'{"version": 3, "checkpoint": {"latest": 5}}', 'dev.json: is damaged: its "latest" is no object'),
        (state(manifest={**MANIFEST, "magic": "x"}), "dev.json: the check value of its manifest is wrong"),
        (state(resources=[{"type": "t"}]), "dev.json: resources[0]: has no urn or no type; restore it"),
        (
            state(secrets_providers={"type": "awskms", "state": {}}),
            'dev.json: the secrets provider of the state is "awskms"; this needs the Pulumi CLI',
        ),
    ],
    ids=str,
)
def test_a_state_that_cannot_be_used_is_refused_with_its_file(content: bytes | dict[str, Any], message: str) -> None:
    assert refusal(content).startswith(message)


def test_a_changed_ciphertext_is_named_with_its_resource() -> None:
    content = GOLDEN.read_text().replace("jemdQAyv", "AAAAAAAA")
    message = refusal(content.encode())
    assert "(urn:pulumi:dev::shop::gitopssets:index:GitOpsSet::set).outputs: a secret cannot be decrypted" in message


def test_an_export_looks_as_the_cli_prints_it_and_needs_no_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULUMI_CONFIG_PASSPHRASE")
    stored = json.loads(GOLDEN.read_text())
    text = write_export(GOLDEN.read_bytes(), file=GOLDEN)
    assert text.startswith('{\n    "version": 4,\n    "features": [\n        "hooks"\n    ],\n    "deployment": {\n')
    assert json.loads(text)["deployment"] == stored["checkpoint"]["latest"]
    assert text.endswith("    }\n}\n")


def test_an_export_shows_secrets_where_asked() -> None:
    text = write_export(GOLDEN.read_bytes(), file=GOLDEN, show_secrets=True)
    assert '"plaintext": "\\"hush \\\\u0026 \\\\u003cb\\\\u003e\\""' in text
    assert "ciphertext" not in text
    assert (
        json.loads(text)["deployment"]["manifest"] == json.loads(GOLDEN.read_text())["checkpoint"]["latest"]["manifest"]
    )


@pytest.mark.parametrize("show_secrets", [False, True])
def test_an_export_is_loaded_with_its_secrets(tmp_path: Path, show_secrets: bool) -> None:
    file = tmp_path / "export.json"
    file.write_text(write_export(GOLDEN.read_bytes(), file=GOLDEN, show_secrets=show_secrets), encoding="utf-8")
    assert load_export(file) == read(GOLDEN.read_bytes())


def test_secrets_of_another_provider_or_passphrase_stay_unreadable_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = json.loads(write_export(GOLDEN.read_bytes(), file=GOLDEN))
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "wrong")
    for provider in (document["deployment"]["secrets_providers"], {"type": "service", "state": {"url": "x"}}, None):
        document["deployment"]["secrets_providers"] = provider
        named = {resource.name: resource for resource in load_export(exported(tmp_path, document)).resources}
        assert named["c"].inputs["data"] == {"from": "default/a", "pw": Secret(UNKNOWN)}


def test_the_export_of_a_new_stack_is_empty(tmp_path: Path) -> None:
    empty = write_export(b'{"version":3,"checkpoint":{"stack":"s"}}', file=GOLDEN)
    assert empty == '{\n    "version": 3,\n    "deployment": null\n}\n'
    file = tmp_path / "export.json"
    file.write_text(empty)
    assert load_export(file) == Snapshot()


def test_an_export_at_fault_is_named_with_its_file(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"export\.json: is damaged: .*; write it again with `pulumi stack export`"):
        load_export(exported(tmp_path, [1]))
    with pytest.raises(StackError, match=r"export\.json: has no \"deployment\", so it is no export"):
        load_export(exported(tmp_path, state()))
    orphan = {"manifest": MANIFEST, "resources": [{"urn": "b", "type": "t", "parent": "a"}]}
    with pytest.raises(StackError, match=r"export\.json: the parent of b is not before it: a"):
        load_export(exported(tmp_path, {"version": 3, "deployment": orphan}))
    with pytest.raises(StackError, match=r"none\.json: cannot be read: No such file"):
        load_export(tmp_path / "none.json")


def test_a_resource_of_ours_may_hold_anything_a_property_can(tmp_path: Path) -> None:
    secrets = Passphrase.create()
    resource = Resource("u", "t", custom=True, outputs={"x": [UNKNOWN, Secret({"y": [UNKNOWN]}), 1e22, -5, None]})
    text = write_checkpoint(Snapshot([resource]), DEV, secrets)
    assert read(text.encode()).resources == [resource]
