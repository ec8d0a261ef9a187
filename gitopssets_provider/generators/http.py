"""The http generator: what a server answers in JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from gitopssets_provider.documents.canonical import digest
from gitopssets_provider.documents.jsonpath import JsonPath
from gitopssets_provider.errors import DefinitionError, GitOpsSetsError, SourceError
from gitopssets_provider.generators.answer_shape import at_path, objects_of
from gitopssets_provider.generators.base import Context, Generator, register
from gitopssets_provider.generators.given import WholeObject, check_header, revealed, text_of
from gitopssets_provider.generators.paging import Pages
from gitopssets_provider.model.element import Element, Origin
from gitopssets_provider.model.reference import Given
from gitopssets_provider.model.validation import nested
from gitopssets_provider.sources.network.message import Request, Tls

__all__ = ["Http"]

# These belong to the connection, or follow from the other fields.
_OURS = frozenset(
    (
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)
_PROOF = frozenset({"authorization", "cookie"})


@register
class Http(Generator):
    """Yields the objects of a JSON answer, in its order: their keys are the parameters.

    The host must be granted by the stack (``gitopssets:network``), and so must be whatever is not ``https`` or leads to
    a private address. The credentials that the stack has for the host are sent to it.

    The answer is a list of objects, or ``path`` or ``jsonPath`` says where in it they are. ``path`` is keys with dots
    between them, and leads to one list; ``jsonPath`` is kubectl's, and each of its results is an object or a list of
    objects. With ``singleElement`` there is one object, and one element.

    ``headers``, ``body``, ``token`` and ``ca`` may use ``secrets``, or take a value ``from`` the environment, a Secret
    or a ConfigMap.

    An answer that is anything else is an error: another status than 200, no JSON, too large, cut short, ``null``. So is
    a key that is missing. An empty list is no element, which ``allowEmpty`` allows.
    """

    kind: ClassVar[str] = "http"
    hidden_fields: ClassVar[frozenset[str]] = frozenset({"body", "ca", "headers", "token"})

    url: str = Field(description="What is asked: an https or http URL, its query included.")
    method: Literal["GET", "POST"] | None = Field(
        default=None, description="How it is asked. Default: POST where there is a body, else GET."
    )
    headers: Mapping[str, Given] = Field(default_factory=dict, description="Headers: texts, or {from: ...}.")
    headers_from: WholeObject | None = Field(
        default=None, description="A Secret or a ConfigMap each of whose keys is a header, unless headers has it."
    )
    body: Any = Field(default=None, description="Any JSON value, sent as it is.")
    token: Given = Field(default="", description="A bearer token: a text, or {from: ...}.")
    ca: Given = Field(default="", description="The certificates (PEM) to trust, and no others: a text, or {from: ...}.")
    path: str = Field(default="", description="Where the list (or the one object) is, such as data.items.")
    json_path: str = Field(default="", description="The same as kubectl's JSONPath, such as {.data.items[*]}.")
    single_element: bool = Field(default=False, description="Whether the answer is one object, not a list.")
    pages: Pages | None = Field(default=None, description="How the list goes on. Default: one page is all of it.")

    @field_validator("json_path")
    @classmethod
    def _is_json_path(cls, text: str) -> str:
        try:
            path = JsonPath.parse(text) if "{{" not in text else None
        except GitOpsSetsError as error:
            raise nested(error) from None
        if path and not path.has_expression:
            raise ValueError(f"has no expression; write {{{text if text.startswith('.') else f'.{text}'}}}")
        return text

    @field_validator("headers")
    @classmethod
    def _are_headers(cls, headers: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            for name in headers:
                _check_name(name)
        except GitOpsSetsError as error:
            raise nested(error) from None
        return headers

    @model_validator(mode="after")
    def _fit(self) -> Http:
        if self.path and self.json_path:
            raise ValueError("say path or jsonPath, not both")
        if self.method == "GET" and self.body is not None:
            raise ValueError("a GET has no body")
        if self.single_element and self.pages:
            raise ValueError("a single element has no pages")
        if self.ca and self.url.lower().startswith("http:"):
            raise ValueError("a CA belongs to https, and the url is http")
        if self.token and any(name.lower() == "authorization" for name in self.headers):
            raise ValueError("say token or the header Authorization, not both")
        return self

    def subject(self) -> str:
        """Return the URL without its query, which may hold a token."""
        return self.url.partition("?")[0]

    def expand(self, context: Context) -> list[Element]:
        """Return one element for each object."""
        try:
            origin = Origin(context.path, self.subject())
            return [Element(item, origin) for item in self._items(context)]
        except GitOpsSetsError as error:
            raise error.at(context.path) from None

    def _items(self, context: Context) -> list[Mapping[str, Any]]:
        request = self._request(context)
        if self.pages is None:
            response = context.sources.http.send(request)
            return self._objects(response.json(), response.source)
        following = self.pages.following(lambda value: self._objects(value, self.subject()))
        items: list[Mapping[str, Any]] = []
        seen: dict[str, int] = {}
        for page in context.sources.http.pages(request, following):
            for item in self._objects(page.value, page.response.source):
                if seen.setdefault(digest(item), page.number) != page.number:
                    fact = f"page {page.number} repeats an object of page {seen[digest(item)]}"
                    remedy = "the list has changed meanwhile, or its paging is not this one; try again"
                    raise SourceError(fact, remedy=remedy, file=page.response.source)
                items.append(item)
        return items

    def _objects(self, answer: Any, source: str) -> list[Mapping[str, Any]]:
        try:
            found = JsonPath.parse(self.json_path).values(answer) if self.json_path else [at_path(answer, self.path)]
            return objects_of(found, single=self.single_element, narrowed=bool(self.path or self.json_path))
        except SourceError as error:
            raise error.at(file=source) from None

    def _request(self, context: Context) -> Request:
        headers: dict[str, str] = {}
        secrets: dict[str, str] = {}
        for name, given in self.headers.items():
            kind = secrets if not isinstance(given, str) or name.lower() in _PROOF else headers
            kind[name] = text_of(given, context, f"headers.{name}")
        for name, text in (self.headers_from.texts(context) if self.headers_from else {}).items():
            _check_name(name)
            secrets.setdefault(name, check_header(text, f"headersFrom: {name}"))
        if self.token:
            secrets["Authorization"] = f"Bearer {text_of(self.token, context, 'token')}"
        body = None
        if self.body is not None:
            body = json.dumps(revealed(self.body), ensure_ascii=False, separators=(",", ":")).encode()
            headers = {"Content-Type": "application/json", **headers}
        method = self.method or ("GET" if self.body is None else "POST")
        ca = text_of(self.ca, context, "ca", lines=True).encode() if self.ca else b""
        return Request(self.url, method=method, headers=headers, secrets=secrets, body=body, tls=Tls(ca=ca))


def _check_name(name: str) -> None:
    if not name.isascii() or not name.replace("-", "").replace("_", "").isalnum():
        raise DefinitionError("the name of a header consists of letters, digits and dashes")
    if name.lower() in _OURS:
        raise DefinitionError(f"{name} belongs to the connection and is not set")
