"""What a stack allows to go out, and how long an answer may take."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator

from gitopssets_provider.model.base import Items, Model

__all__ = ["HostGrant", "NetworkSettings"]

_AUTHORITY = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


class HostGrant(Model):
    """A host that may be asked: exactly this name, at its scheme's own port unless another one is written behind it.

    Plain ``http``, and addresses that only exist inside of a network (private ones and this machine's own), are
    allowed by name only. Link-local addresses and those of cloud metadata services never are.
    """

    host: str = Field(description="A host name, or host:port.")
    allow_http: bool = Field(default=False, description="Whether it may be asked without TLS.")
    private_addresses: bool = Field(
        default=False, description="Whether its name may stand for a private or a loopback address."
    )

    @field_validator("host")
    @classmethod
    def _is_an_exact_host(cls, host: str) -> str:
        if not _AUTHORITY.fullmatch(host):
            raise ValueError("a host is an exact name, or name:port, without scheme, path and wildcard")
        return host.lower()


def _grant(value: Any) -> Any:
    return {"host": value} if isinstance(value, str) else value


class NetworkSettings(Model):
    """Which hosts the sets of a stack may ask, and the bounds of every answer.

    ``hosts`` are exact; what is not listed is not asked. A host that the stack has credentials for counts as listed.
    Where no ``hosts`` are written at all, git repositories may still be anywhere but at a link-local address.
    """

    hosts: Items[Annotated[HostGrant, BeforeValidator(_grant)]] | None = Field(
        default=None, description="Hosts that may be asked: names, or {host, allowHttp, privateAddresses}."
    )
    connect_timeout: float = Field(
        default=5, gt=0, le=60, strict=False, description="Seconds until a server is reached."
    )
    read_timeout: float = Field(
        default=10, gt=0, le=300, strict=False, description="Seconds between two signs of life."
    )
    total_timeout: float = Field(
        default=60, gt=0, le=600, strict=False, description="Seconds for one question, its repetitions included."
    )
    max_bytes: int = Field(default=1024 * 1024, ge=1, le=10 * 1024 * 1024, description="The largest body of an answer.")
    max_pages: int = Field(default=1000, ge=1, le=1000, description="The most pages of one list.")
    attempts: int = Field(default=5, ge=1, le=10, description="How often a question is asked before it is given up.")
    concurrency: int = Field(default=8, ge=1, le=32, description="The most questions asked at the same time.")

    def grant(self, authority: str) -> HostGrant | None:
        """Return the grant for ``host`` or ``host:port``; None where there is none."""
        return next((grant for grant in self.hosts or () if grant.host == authority.lower()), None)
