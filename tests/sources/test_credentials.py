"""A credential goes to the host it is bound to."""

from __future__ import annotations

from pathlib import Path

import pytest

from gitopssets_provider.errors import DefinitionError, SourceError
from gitopssets_provider.model.credential import Credential
from gitopssets_provider.sources.credentials import credential_for, from_environment
from gitopssets_provider.sources.location import Remote, locate

_TOKEN = Credential(username="u", password="s3cret")


def _remote(url: str) -> Remote:
    location = locate(url, Path())
    assert isinstance(location, Remote)
    return location


@pytest.mark.parametrize(
    ("url", "host", "found"),
    [
        ("https://h/r", "h", True),
        ("https://h:8443/r", "h:8443", True),
        ("https://h:8443/r", "h", False),
        ("https://h/r", "h:8443", False),
        ("https://sub.h/r", "h", False),
        ("ssh://h/r", "h", True),
        ("http://127.0.0.1:80/r", "127.0.0.1", True),
        ("http://localhost:81/r", "localhost:81", True),
    ],
)
def test_only_the_very_host_gets_its_credential(url: str, host: str, found: bool) -> None:
    assert credential_for(_remote(url), {host: _TOKEN}) == (_TOKEN if found else None)


def test_a_password_is_not_sent_over_plain_http_to_another_machine() -> None:
    with pytest.raises(SourceError, match="not sent over http; use https"):
        credential_for(_remote("http://h.example/r"), {"h.example": _TOKEN})


def test_the_environment_holds_credentials_by_host() -> None:
    text = '{"h": {"username": "u", "password": "s3cret"}, "s": {"sshKey": "~/.ssh/id"}}'
    found = from_environment({"GITOPSSETS_CREDENTIALS": text})
    assert found == {"h": _TOKEN, "s": Credential(ssh_key="~/.ssh/id")}
    assert from_environment({}) == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("s3cret", "GITOPSSETS_CREDENTIALS: is no JSON"),
        ('["s3cret"]', "GITOPSSETS_CREDENTIALS: must map hosts to credentials, not be a list"),
        ('{"h": "s3cret"}', "GITOPSSETS_CREDENTIALS: h: must be a mapping, not a string"),
        ('{"h": {"pasword": "s3cret"}}', 'GITOPSSETS_CREDENTIALS: h.pasword: unknown key; did you mean "password"?'),
    ],
)
def test_what_is_wrong_in_the_environment_is_named_without_the_secret(text: str, message: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        from_environment({"GITOPSSETS_CREDENTIALS": text})
    assert str(caught.value).startswith(message)
    assert "s3cret" not in str(caught.value)


def test_a_credential_does_not_print_its_password() -> None:
    assert "s3cret" not in repr(_TOKEN)
