"""A server that stands in a file: its routes answer what is asked of ``${SERVER}``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ConfigDict, Field

from gitopssets_provider.documents.jsonpath import JsonPath
from gitopssets_provider.errors import SourceError
from gitopssets_provider.model.base import Items, Model
from gitopssets_provider.sources.base import HttpReader
from gitopssets_provider.sources.network.content import check_content, check_status
from gitopssets_provider.sources.network.message import Headers, Request, Response
from gitopssets_provider.sources.network.paging import Following, Page, follow

__all__ = ["FixtureHttp", "FixtureServer"]

_SERVER = "${SERVER}"
# What stands for it where pages lead from URL to URL.
_STAND_IN = "https://server.invalid"
_MAX_PAGES = 1000


class Route(Model):
    """What is answered at a path: ``json`` or ``text``, or parts of the question.

    ``respond_from_body`` holds objects whose values are JSONPaths into the body that was sent (``$.user``), and
    ``respond_from_request_headers`` objects whose values are names of headers.
    """

    model_config = ConfigDict(alias_generator=None)

    method: str = ""
    wrong_method_status: int = 405
    require_content_type: str = ""
    wrong_content_type_status: int = 415
    status: int = 200
    headers: Mapping[str, str] = Field(default_factory=dict)
    json_: Any = Field(default=None, alias="json")
    text: str | None = None
    respond_from_body: Items[Mapping[str, str]] | None = None
    respond_from_request_headers: Items[Mapping[str, str]] | None = None


class FixtureServer(Model):
    """The routes by path, with the query where one is written, and what all other paths answer.

    Definitions write the server as ``${SERVER}``; with ``replaces_endpoint`` it stands for every server, and answers
    each question with ``json``.
    """

    model_config = ConfigDict(alias_generator=None)

    routes: Mapping[str, Route] = Field(default_factory=dict)
    default: Route = Route(status=404)
    tls: bool = False
    replaces_endpoint: bool = False
    json_: Any = Field(default=None, alias="json")

    def route(self, url: str) -> Route | None:
        """Return what answers a question; None where another server is asked."""
        if self.replaces_endpoint:
            return Route(json=self.json_)
        for base in (_SERVER, _STAND_IN):
            if url.startswith(base):
                path = url.removeprefix(base).partition("#")[0] or "/"
                return self.routes.get(path) or self.routes.get(path.partition("?")[0]) or self.default
        return None


@dataclass(frozen=True)
class FixtureHttp:
    """Answers for the server of a file, and asks ``otherwise`` about every other."""

    server: FixtureServer
    otherwise: HttpReader

    def send(self, request: Request) -> Response:
        """Return the answer, held to the same rules as one from the network."""
        route = self.server.route(request.url)
        if route is None:
            return self.otherwise.send(request)
        source = request.url.partition("?")[0].replace(_STAND_IN, _SERVER)
        status, body = _answer(route, request)
        kind = "text/plain" if route.text is not None else "application/json"
        fields = {"content-type": kind, "content-length": str(len(body)), **route.headers}
        response = Response(request.url, source, status, Headers(list(fields.items())), body)
        try:
            check_status(status, request, _SERVER, with_credentials=bool(request.secrets))
            check_content(response, request)
        except SourceError as error:
            raise error.at(file=source) from None
        return response

    def pages(self, request: Request, following: Following) -> Iterator[Page]:
        """Return the pages of a list, to its end."""
        if self.server.route(request.url) is None:
            return self.otherwise.pages(request, following)
        return follow(self.send, replace(request, url=request.url.replace(_SERVER, _STAND_IN)), following, _MAX_PAGES)


def _answer(route: Route, request: Request) -> tuple[int, bytes]:
    kind = next((str(value) for name, value in request.headers.items() if name.lower() == "content-type"), "")
    if route.method and route.method != request.method:
        return route.wrong_method_status, b""
    if route.require_content_type and route.require_content_type != kind:
        return route.wrong_content_type_status, b""
    if route.text is not None:
        return route.status, route.text.encode()
    return route.status, json.dumps(_value(route, request)).encode()


def _value(route: Route, request: Request) -> Any:
    if route.respond_from_body is not None:
        sent = json.loads(request.body or b"null")
        return [
            {key: JsonPath.parse(f"{{{path}}}").values(sent)[0] for key, path in item.items()}
            for item in route.respond_from_body
        ]
    if route.respond_from_request_headers is not None:
        sent = {name.lower(): value for name, value in {**request.headers, **request.secrets}.items()}
        return [
            {key: sent.get(name.lower(), "") for key, name in item.items()}
            for item in route.respond_from_request_headers
        ]
    return route.json_
