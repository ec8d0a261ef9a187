"""Credentials: what proves to one host who we are."""

from __future__ import annotations

from pydantic import Field

from gitopssets_provider.model.base import Model

__all__ = ["Credential"]


class Credential(Model):
    """What to present to one host, never to another: a user name and a password or token, or the path of an SSH key."""

    username: str = Field(default="", description="The user name; may be absent where a token is the password.")
    password: str = Field(default="", repr=False, description="A password or a token.")
    ssh_key: str = Field(default="", description="The path of a private SSH key.")
