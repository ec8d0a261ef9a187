"""A server that stands in a file answers as one on the network does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gitopssets_provider.errors import GitOpsSetsError, SourceError
from gitopssets_provider.generators import Context, expand_all, parse
from gitopssets_provider.sources.fixtures import fixtures
from gitopssets_provider.templating import Templating

_ROUTES = """
server:
  tls: true
  routes:
    /api/get: {method: GET, wrong_method_status: 405, json: [{name: testing1}, {name: testing2}]}
    /api/post-body:
      method: POST
      require_content_type: application/json
      respond_from_body: [{name: $.user, groups: $.groups}]
    /api/map: {json: {things: [{name: testing1}, {name: testing2}]}}
    /api/header: {respond_from_request_headers: [{name: Authorization}, {name: X-Other}]}
    /api/bad: {text: "{"}
    /api/paged: {json: [{page: 1}], headers: {link: '</api/paged?page=2>; rel="next"'}}
    /api/paged?page=2: {json: [{page: 2}]}
  default: {status: 404}
secrets: [{name: s, namespace: default, stringData: {token: hidden, Authorization: Bearer 1, x-other: v}}]
configMaps: [{name: c, namespace: other, data: {X-Other: from a ConfigMap}}]
"""
_TRUTH = [{"name": "testing1"}, {"name": "testing2"}]


def _expand(tmp_path: Path, text: str, generator: dict[str, Any]) -> list[Any]:
    file = tmp_path / "fixtures.yaml"
    file.write_text(text)
    context = Context(
        sources=fixtures(file),
        templating=Templating({"set": {"name": "s", "namespace": "default"}}),
        max_elements=100,
        path="generators",
    )
    return [element.parameters for element in expand_all([parse({"http": generator})], context)]


@pytest.mark.parametrize(
    ("generator", "elements"),
    [
        ({"url": "${SERVER}/api/get"}, _TRUTH),
        (
            {"url": "${SERVER}/api/post-body", "body": {"user": "demo", "groups": ["g"]}},
            [{"name": "demo", "groups": ["g"]}],
        ),
        ({"url": "${SERVER}/api/map", "jsonPath": "{ $.things }"}, _TRUTH),
        ({"url": "${SERVER}/api/map", "singleElement": True}, [{"things": _TRUTH}]),
        (
            {"url": "${SERVER}/api/header", "token": "t", "headers": {"x-other": "v"}},
            [{"name": "Bearer t"}, {"name": "v"}],
        ),
        (
            {"url": "${SERVER}/api/header", "token": {"from": {"secret": {"name": "s", "key": "token"}}}},
            [{"name": "Bearer hidden"}, {"name": ""}],
        ),
        (
            {"url": "${SERVER}/api/header", "headersFrom": {"secret": {"name": "s"}}},
            [{"name": "Bearer 1"}, {"name": "v"}],
        ),
        (
            {"url": "${SERVER}/api/header", "headersFrom": {"configMap": {"name": "c", "namespace": "other"}}},
            [{"name": ""}, {"name": "from a ConfigMap"}],
        ),
        ({"url": "${SERVER}/api/paged", "pages": {"link": True}}, [{"page": 1}, {"page": 2}]),
    ],
)
def test_routes_answer(tmp_path: Path, generator: dict[str, Any], elements: list[Any]) -> None:
    assert _expand(tmp_path, _ROUTES, generator) == elements


@pytest.mark.parametrize(
    ("generator", "words"),
    [
        ({"url": "${SERVER}/unknown"}, "${SERVER}/unknown: generators[0].http: ${SERVER} has no such thing (HTTP 404)"),
        ({"url": "${SERVER}/api/get", "method": "POST"}, "HTTP 405"),
        ({"url": "${SERVER}/api/bad"}, "is no JSON"),
        ({"url": "${SERVER}/api/map"}, "the answer is an object, not a list; say path: things"),
        ({"url": "${SERVER}/api/map", "jsonPath": "{ $.other }"}, "other is not found"),
        (
            {"url": "${SERVER}/api/get", "token": {"from": {"secret": {"name": "s", "key": "tokn"}}}},
            'token.from: Secret s has no key "tokn"; did you mean "token"?',
        ),
        ({"url": "${SERVER}/api/get", "headersFrom": {"secret": {"name": "t"}}}, "t"),
        ({"url": "https://example.com/"}, "no other machine may be asked here"),
    ],
)
def test_an_answer_that_is_none_is_an_error_here_as_well(tmp_path: Path, generator: dict[str, Any], words: str) -> None:
    with pytest.raises(SourceError) as caught:
        _expand(tmp_path, _ROUTES, generator)
    assert words in str(caught.value)


def test_one_answer_may_stand_for_every_server(tmp_path: Path) -> None:
    text = "server: {replaces_endpoint: true, json: [{env: dev}]}"
    assert _expand(tmp_path, text, {"url": "https://example.com/envs"}) == [{"env": "dev"}]


def test_a_misspelt_route_is_told(tmp_path: Path) -> None:
    with pytest.raises(GitOpsSetsError, match=r"server\.routes\./a\.jsn: unknown key"):
        _expand(tmp_path, "server: {routes: {/a: {jsn: []}}}", {"url": "${SERVER}/a"})
