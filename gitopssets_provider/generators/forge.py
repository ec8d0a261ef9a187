"""What the generators that ask forges have in common."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from gitopssets_provider.errors import DefinitionError
from gitopssets_provider.generators.base import Context, Generator
from gitopssets_provider.generators.given import text_of
from gitopssets_provider.model.credential import Credential
from gitopssets_provider.model.forge import ForgeServer
from gitopssets_provider.model.reference import Given
from gitopssets_provider.model.validation import nested
from gitopssets_provider.templating.fault import Fault
from gitopssets_provider.templating.matching import search
from gitopssets_provider.templating.patterns import compile_pattern

__all__ = ["ForgeGenerator", "Regex", "finds"]


def _is_regex(text: str) -> str:
    try:
        if "{{" not in text:
            compile_pattern(text)
    except Fault as fault:
        raise nested(fault.at()) from None
    return text


Regex = Annotated[str, AfterValidator(_is_regex)]
"""The type of a field for a regular expression, which need not match the whole text."""


def finds(pattern: str) -> Callable[[str], bool]:
    """Return what says whether a pattern is found in a text; in bounded time, whoever has written the text."""
    compiled = compile_pattern(pattern)

    def found(text: str) -> bool:
        try:
            return search(compiled, text) is not None
        except Fault as fault:
            raise fault.at() from None

    return found


class ForgeGenerator(Generator, ABC):
    """Asks a forge. Its host must be granted by the stack (``gitopssets:network``)."""

    hidden_fields: ClassVar[frozenset[str]] = frozenset({"ca", "token"})

    forge: Literal["azureDevOps", "bitbucketCloud", "bitbucketServer", "forgejo", "gitea", "github", "gitlab"] = Field(
        description="What kind of forge is asked."
    )
    server: str = Field(
        default="",
        description="Its URL, such as https://git.example.org. Default: the public one; gitea, forgejo and "
        "bitbucketServer have none.",
    )
    token: Given = Field(
        default="",
        description="A token or a password: a text, or {from: ...}. Default: what the stack has for the API's host.",
    )
    username: str = Field(
        default="", description="The user name that goes with a password, or with an API token of Bitbucket Cloud."
    )
    ca: Given = Field(default="", description="The certificates (PEM) to trust, and no others: a text, or {from: ...}.")

    def forge_server(self, context: Context) -> ForgeServer:
        """Return the server and what is shown to it."""
        credential = None
        if self.token:
            token = text_of(self.token, context, "token")
            if not token:
                raise DefinitionError("is empty", remedy="leave it out to ask without one", path="token")
            # A personal token of Azure DevOps is a password whose user name does not matter.
            username = self.username or ("token" if self.forge == "azureDevOps" and not _is_jwt(token) else "")
            credential = Credential(username=username, password=token)
        ca = text_of(self.ca, context, "ca", lines=True).encode() if self.ca else b""
        return ForgeServer(self.forge, self.server, credential, ca)


def _is_jwt(token: str) -> bool:
    return token.startswith("ey") and token.count(".") == 2
