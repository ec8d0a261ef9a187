"""Credentials: what proves to one host who we are."""

from __future__ import annotations

from pydantic import Field

from gitopssets_provider.model.base import Model

__all__ = ["Credential"]


class Credential(Model):
    """What to present to one host, never to another: a user name and a password or token, or the path of an SSH key."""

    username: str = ""
    password: str = Field(default="", repr=False)
    ssh_key: str = ""
