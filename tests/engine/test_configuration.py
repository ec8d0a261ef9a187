from __future__ import annotations

import json
from pathlib import Path

import pytest

from gitopssets_provider.engine.configuration import StackConfiguration
from gitopssets_provider.engine.passphrase import Passphrase
from gitopssets_provider.engine.project import load_project
from gitopssets_provider.engine.values import Secret, strip_secrets
from gitopssets_provider.errors import StackError

# Written by the CLI with an empty passphrase.
SALT = "v1:A8fL2rlaVNc=:v1:mlLvvWHp8MRBw+nt:peknZ7oQLmPvGDV57GJS6MFYErWasA=="
HUSH = "v1:E89BVAOj3tlWkmGS:eJotwQchAmQvSxtb3ArKYQx7WCA="
DEEP = "v1:3VUEyez5nCDm7o5O:tvcmZggL9C6QyMTbjxcRSiU3XsY="


@pytest.fixture(autouse=True)
def empty_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "")


def loaded(folder: Path, text: str, project: str = "") -> StackConfiguration:
    (folder / "Pulumi.yaml").write_text(f"name: shop\nruntime: python\n{project}")
    (folder / "Pulumi.dev.yaml").write_text(text)
    return StackConfiguration.load(load_project(folder / "Pulumi.yaml"), "dev")


def refusal(configuration: StackConfiguration) -> str:
    with pytest.raises(StackError) as caught:
        configuration.payload()
    return str(caught.value)


def test_a_program_is_handed_what_the_language_host_would_hand_it(tmp_path: Path) -> None:
    stack = f"""\
encryptionsalt: {SALT}
config:
  # as the CLI reads it
  shop:no: no
  shop:octal: 010
  plain: 1e3
  shop:fraction: 1.5
  shop:tiny: 0.00001
  shop:day: 2001-01-01
  shop:nothing:
  shop:text: "5"
  shop:list: [q]
  shop:config:old: x
  shop:object: {{x: [1, {{y: null}}], on: yes, "<": 1.0, 1: true, big: 1e22, small: 1e-7}}
  shop:hush: {{secure: {HUSH}}}
  gitopssets:secrets:
    in:
      - x: {{secure: {DEEP}}}
"""
    payload = loaded(tmp_path, stack, "config:\n  count: 1\n  aws:region: us\n  zones: {default: [a]}\n").payload()
    assert json.loads(payload["PULUMI_CONFIG_SECRET_KEYS"]) == ["gitopssets:secrets", "shop:hush"]
    assert payload["PULUMI_CONFIG"].startswith('{"aws:region":"us","gitopssets:secrets":')
    assert json.loads(payload["PULUMI_CONFIG"]) == {
        "aws:region": "us",
        "gitopssets:secrets": '{"in":[{"x":"deep"}]}',
        "shop:count": "1",
        "shop:day": "2001-01-01 00:00:00 +0000 UTC",
        "shop:fraction": "1.5",
        "shop:hush": "hush",
        "shop:list": '["q"]',
        "shop:no": "no",
        "shop:nothing": "",
        "shop:object": '{"1":true,"\\u003c":1,"big":1e+22,"on":"yes","small":1e-7,"x":[1,{"y":null}]}',
        "shop:octal": "8",
        "shop:old": "x",
        "shop:plain": "1000",
        "shop:text": "5",
        "shop:tiny": "0.00001",
        "shop:zones": '["a"]',
    }


def test_the_values_of_a_namespace_keep_their_types_and_mark_their_secrets(tmp_path: Path) -> None:
    text = f"encryptionsalt: {SALT}\nconfig:\n  n:count: 2\n  n:deep: {{a: [{{secure: {DEEP}}}]}}\n  other: x\n"
    values = loaded(tmp_path, text, "config:\n  n:added: {value: [1]}\n").values("n")
    assert values == {"count": 2, "deep": {"a": [Secret("deep")]}, "added": [1]}
    assert strip_secrets(values["deep"]) == {"a": ["deep"]}


def test_a_map_with_more_than_the_word_secure_is_no_secret(tmp_path: Path) -> None:
    values = loaded(tmp_path, "config: {a: {secure: x, b: 1}, c: {secure: 5}}").values("shop")
    assert values == {"a": {"secure": "x", "b": 1}, "c": {"secure": 5}}


def test_the_history_keeps_secrets_encrypted(tmp_path: Path) -> None:
    recorded = loaded(tmp_path, f"encryptionsalt: {SALT}\nconfig:\n  b: [{{secure: {HUSH}}}]\n  a: 1\n").recorded()
    assert list(recorded.items()) == [("shop:a", "1"), ("shop:b", [{"secure": HUSH}])]


def test_a_stack_without_a_file_has_the_projects_defaults(tmp_path: Path) -> None:
    configuration = loaded(tmp_path, "", "config:\n  a: x\n")
    configuration.file.unlink()
    assert configuration.values("shop") == {"a": "x"}
    assert StackConfiguration.load(configuration.project, "none").secrets is None


def test_every_missing_key_and_every_wrong_type_is_named_at_once(tmp_path: Path) -> None:
    declared = "config:\n  a:\n  b: {type: string}\n  c: {type: integer}\n  d: {type: array, items: {type: string}}\n"
    message = refusal(loaded(tmp_path, "config:\n  c: five\n  d: [1]\n", declared))
    assert "the stack has no value for a, b, which the project requires" in message
    assert "Pulumi.dev.yaml: config.shop:c: must be of type integer" in message
    assert "config.shop:d: must be of type array<string>" in message


def test_a_text_may_spell_a_number_where_the_project_declares_one(tmp_path: Path) -> None:
    declared = "config:\n  a: {type: integer}\n  b: {type: boolean}\n  c: {type: string}\n"
    payload = loaded(tmp_path, 'config: {a: "5", b: "true", c: 5}', declared).payload()
    assert json.loads(payload["PULUMI_CONFIG"]) == {"shop:a": "5", "shop:b": "true", "shop:c": "5"}


def test_what_the_project_calls_a_secret_must_be_encrypted(tmp_path: Path) -> None:
    declared = "config:\n  a: {type: string, secret: true}\n"
    assert "config.shop:a: must be encrypted" in refusal(loaded(tmp_path, "config: {a: x}", declared))
    loaded(tmp_path, f"encryptionsalt: {SALT}\nconfig: {{a: {{secure: {HUSH}}}}}", declared).payload()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("environment: [prod]", "environment: imports an environment (Pulumi ESC); this needs the Pulumi CLI"),
        (
            "secretsprovider: awskms://alias/x",
            'secretsprovider: the secrets provider is "awskms://alias/x"; this needs',
        ),
        ("config: [a]", "config: must be a mapping"),
        ("- a", "is no mapping"),
        ("config: {a:b:c: 1}", "config.a:b:c: is no configuration key; write NAMESPACE:NAME"),
    ],
)
def test_a_stack_file_at_fault_is_named_with_the_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(StackError) as caught:
        loaded(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path / 'Pulumi.dev.yaml'}: {message}")


def test_the_passphrase_provider_may_be_named(tmp_path: Path) -> None:
    sealed = f"secretsprovider: passphrase\nencryptionsalt: {SALT}\nconfig: {{a: {{secure: {HUSH}}}}}\n"
    payload = loaded(tmp_path, sealed).payload()
    assert json.loads(payload["PULUMI_CONFIG_SECRET_KEYS"]) == ["shop:a"]


def test_a_secret_without_a_salt_says_what_is_missing(tmp_path: Path) -> None:
    message = refusal(loaded(tmp_path, "config: {a: {secure: AAABANxyz}}"))
    assert "config.shop:a: is a secret, and the file has no encryptionsalt" in message


def test_a_damaged_secret_and_a_wrong_passphrase_are_named_with_their_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"encryptionsalt: {SALT}\nconfig: {{a: {{secure: {HUSH}}}}}"
    damaged = refusal(loaded(tmp_path, text.replace("eJotw", "AAAAA")))
    assert "Pulumi.dev.yaml: config.shop:a: a secret cannot be decrypted" in damaged
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "wrong")
    assert "config.shop:a: incorrect passphrase; set PULUMI_CONFIG_PASSPHRASE" in refusal(loaded(tmp_path, text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment",
        "config:\n  # why\n  a: 1   # because\n",
        "a: 1",
        "config:\r\n  a: 1\r\n",
        "a: |+\n  text\n\n",
        "\ufeffa: 1\n",
    ],
)
def test_a_salt_is_added_and_the_rest_of_the_file_kept(tmp_path: Path, text: str) -> None:
    configuration = loaded(tmp_path, "")
    configuration.file.write_bytes(text.encode())
    configuration.keep_salt(Passphrase(SALT))
    content = configuration.file.read_bytes().decode()
    assert content.startswith(text)
    assert content.endswith(f"encryptionsalt: {SALT}\n")
    again = StackConfiguration.load(configuration.project, "dev").secrets
    assert again
    assert again.state == SALT


@pytest.mark.parametrize("text", ["{config: {a: 1}}", "a: |\n  text\n...\n", 'encryptionsalt: ""\n'])
def test_a_file_that_cannot_take_a_line_is_left_as_it_is(tmp_path: Path, text: str) -> None:
    configuration = loaded(tmp_path, text)
    with pytest.raises(StackError, match='write the line "encryptionsalt: v1:'):
        configuration.keep_salt(Passphrase(SALT))
    assert configuration.file.read_text() == text
