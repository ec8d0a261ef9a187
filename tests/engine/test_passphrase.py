from __future__ import annotations

from pathlib import Path

import pytest

from gitopssets_provider.engine.passphrase import Passphrase, read_passphrase
from gitopssets_provider.errors import StackError

# Written by the CLI, with an empty passphrase.
SALT = "v1:A8fL2rlaVNc=:v1:mlLvvWHp8MRBw+nt:peknZ7oQLmPvGDV57GJS6MFYErWasA=="
HUSH = "v1:E89BVAOj3tlWkmGS:eJotwQchAmQvSxtb3ArKYQx7WCA="


@pytest.fixture(autouse=True)
def empty_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "")


def test_a_secret_that_the_cli_encrypted_is_read() -> None:
    assert Passphrase(SALT).decrypt(HUSH) == "hush"


def test_what_a_new_manager_encrypts_its_state_decrypts() -> None:
    created = Passphrase.create()
    assert Passphrase(created.state).decrypt(created.encrypt("text ü")) == "text ü"


def test_one_text_is_never_encrypted_the_same_way_twice() -> None:
    secrets = Passphrase(SALT)
    assert secrets.encrypt("x") != secrets.encrypt("x")


def test_a_wrong_passphrase_says_so_and_how_to_set_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "wrong")
    with pytest.raises(StackError, match="incorrect passphrase; set PULUMI_CONFIG_PASSPHRASE"):
        Passphrase(SALT).check()


@pytest.mark.parametrize(
    ("state", "message"),
    [("v2:A8fL2rlaVNc=:v1:x:y", "unknown version"), ("v1:abc", "damaged"), ("", "damaged"), ("v1:?:v1:x:y", "base64")],
)
def test_a_damaged_salt_is_told_apart_from_a_wrong_passphrase(state: str, message: str) -> None:
    with pytest.raises(StackError, match=message):
        Passphrase(state).check()


@pytest.mark.parametrize("ciphertext", ["", "v1:AAAA", "v2:x:y", "v1:?:?", f"{HUSH[:-8]}AAAAAAA=", "v1:AAAA:AAAA"])
def test_a_damaged_secret_is_an_error(ciphertext: str) -> None:
    with pytest.raises(StackError, match="secret"):
        Passphrase(SALT).decrypt(ciphertext)


def test_an_empty_passphrase_that_is_set_counts(tmp_path: Path) -> None:
    file = tmp_path / "phrase"
    file.write_text("other")
    assert read_passphrase({"PULUMI_CONFIG_PASSPHRASE": "", "PULUMI_CONFIG_PASSPHRASE_FILE": str(file)}) == ""


def test_a_passphrase_file_is_read_and_stripped(tmp_path: Path) -> None:
    file = tmp_path / "phrase"
    file.write_text("  open sesame\n")
    assert read_passphrase({"PULUMI_CONFIG_PASSPHRASE_FILE": str(file)}) == "open sesame"


def test_no_passphrase_at_all_names_both_ways_to_give_one() -> None:
    with pytest.raises(StackError, match="PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE"):
        read_passphrase({})


def test_a_passphrase_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="nowhere: the passphrase cannot be read: No such file"):
        read_passphrase({"PULUMI_CONFIG_PASSPHRASE_FILE": str(tmp_path / "nowhere")})


def test_the_salt_is_never_printed_with_the_key() -> None:
    secrets = Passphrase(SALT)
    secrets.check()
    assert "AESGCM" not in repr(secrets)
