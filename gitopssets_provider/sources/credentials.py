"""Which credential goes to which host, and to no other."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from gitopssets_provider.documents.json_reader import read_json
from gitopssets_provider.errors import DefinitionError, Problems, SourceError
from gitopssets_provider.model.credential import Credential
from gitopssets_provider.model.validation import shape_of, validate
from gitopssets_provider.sources.location import Remote

__all__ = ["VARIABLE", "credential_for", "from_environment"]

VARIABLE = "GITOPSSETS_CREDENTIALS"


def from_environment(environment: Mapping[str, str]) -> dict[str, Credential]:
    """Return what ``GITOPSSETS_CREDENTIALS`` holds: a JSON object from ``host`` or ``host:port`` to a credential."""
    text = environment.get(VARIABLE, "").strip()
    if not text:
        return {}
    try:
        value: Any = read_json(text, file=VARIABLE)
    except DefinitionError:
        raise DefinitionError(
            "is no JSON", remedy='write {"host": {"username": "...", "password": "..."}}', file=VARIABLE
        ) from None
    if not isinstance(value, Mapping):
        raise DefinitionError(f"must map hosts to credentials, not be {shape_of(value)}", file=VARIABLE)
    problems = Problems()
    found: dict[str, Credential] = {}
    for host, credential in value.items():
        with problems.catch(host, file=VARIABLE):
            found[host] = validate(Credential, credential)
    problems.raise_if_any()
    return found


def credential_for(remote: Remote, credentials: Mapping[str, Credential]) -> Credential | None:
    """Return the credential for exactly this host and port; None where there is none.

    A password is not sent where anybody could read it: over ``http`` only this machine itself gets one.
    """
    credential = credentials.get(remote.authority)
    if credential and credential.password and remote.scheme == "http" and not _is_this_machine(remote.host):
        raise SourceError(f"the password for {remote.authority} is not sent over http", remedy="use https")
    return credential


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
