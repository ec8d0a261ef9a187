"""The plugin generator: elements that somebody else's code yields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field, field_validator, model_validator

from gitopssets_provider.errors import GitOpsSetsError, SourceError
from gitopssets_provider.generators.answer_shape import at_path, objects_of
from gitopssets_provider.generators.base import Context, Generator, asking, register
from gitopssets_provider.generators.given import revealed, text_of
from gitopssets_provider.model.element import Element, Origin
from gitopssets_provider.model.reference import Given
from gitopssets_provider.sources.network.message import Request, Tls

__all__ = ["Plugin"]

_QUESTION = "api/v1/getparams.execute"


@register
class Plugin(Generator):
    """Yields the objects that a plugin answers, in its order: their keys are the parameters.

    With ``call`` the plugin is a Python function, installed beside this package under that name in the entry point
    group ``gitopssets_provider.plugins``. It gets ``parameters`` and returns a list of mappings. It runs only if the
    stack names it in ``gitopssets:plugins``: it may do whatever the program may.

    With ``url`` it is a server that speaks Argo CD's plugin protocol: it is sent
    ``{"applicationSetName": SET, "input": {"parameters": ...}}`` as a POST to ``URL/api/v1/getparams.execute``, and
    answers ``{"output": {"parameters": [{...}]}}``. Its host must be granted by the stack (``gitopssets:network``).

    ``parameters``, ``token`` and ``ca`` may use ``secrets``. An answer that is anything but a list of objects is an
    error; an empty list is no element, which ``allowEmpty`` allows.
    """

    kind: ClassVar[str] = "plugin"
    hidden_fields: ClassVar[frozenset[str]] = frozenset({"ca", "parameters", "token"})

    call: str = Field(default="", description="The name of a Python plugin that the stack allows.")
    url: str = Field(default="", description="The base URL of a plugin's server.")
    parameters: Mapping[str, Any] = Field(default_factory=dict, description="What the plugin is asked with: any JSON.")
    token: Given = Field(default="", description="The server's bearer token: a text, or {from: ...}.")
    ca: Given = Field(default="", description="The certificates (PEM) to trust, and no others: a text, or {from: ...}.")

    @field_validator("url")
    @classmethod
    def _is_base(cls, url: str) -> str:
        if "?" in url or "#" in url:
            raise ValueError("is the server's base URL, without a query")
        return url

    @model_validator(mode="after")
    def _exactly_one(self) -> Plugin:
        if bool(self.call) == bool(self.url):
            raise ValueError("name either a call or a url")
        if self.call and (self.token or self.ca):
            raise ValueError("token and ca are for a url; a call takes parameters")
        return self

    def subject(self) -> str:
        """Return which plugin is asked."""
        return f"plugin {self.call or self.url}"

    def expand(self, context: Context) -> list[Element]:
        """Return one element for each object of the answer."""
        try:
            origin = Origin(context.path, self.subject())
            return [Element(item, origin) for item in (self._called(context) if self.call else self._asked(context))]
        except GitOpsSetsError as error:
            raise error.at(context.path) from None

    def _called(self, context: Context) -> list[Mapping[str, Any]]:
        with asking():
            answer = context.sources.plugins.call(self.call, revealed(self.parameters))
            if not isinstance(answer, list):
                raise SourceError("must return a list of mappings", file=f"the plugin {self.call}")
            return _items(answer, f"the plugin {self.call}")

    def _asked(self, context: Context) -> list[Mapping[str, Any]]:
        name = context.templating.text("{{ set.name }}")(context.templating.bind({}))
        question = {"applicationSetName": name, "input": {"parameters": revealed(self.parameters)}}
        token = text_of(self.token, context, "token") if self.token else ""
        ca = text_of(self.ca, context, "ca", lines=True).encode() if self.ca else b""
        request = Request(
            f"{self.url.rstrip('/')}/{_QUESTION}",
            method="POST",
            headers={"Content-Type": "application/json"},
            secrets={"Authorization": f"Bearer {token}"} if token else {},
            body=json.dumps(question, ensure_ascii=False).encode(),
            tls=Tls(ca=ca),
        )
        with asking():
            response = context.sources.http.send(request)
            try:
                return _items(at_path(response.json(), "output.parameters"), response.source)
            except SourceError as error:
                raise error.at(file=response.source) from None


def _items(answer: Any, source: str) -> list[Mapping[str, Any]]:
    try:
        if not isinstance(answer, list):
            raise SourceError("the answer holds no list of objects at output.parameters")
        return objects_of([answer], single=False, narrowed=True)
    except SourceError as error:
        raise error.at(file=source) from None
