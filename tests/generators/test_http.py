"""What the http generator makes of answers, what it sends, and what it refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from toxic_server import Answer, Asked, Authority, Server, answer

from gitopssets_provider.errors import DefinitionError, GitOpsSetsError, SourceError
from gitopssets_provider.generators import Context, expand_all, parse
from gitopssets_provider.model.credential import Credential
from gitopssets_provider.model.deferred import Opaque
from gitopssets_provider.sources.network import HostGrant, Network, NetworkSettings
from gitopssets_provider.sources.variables import Variables
from gitopssets_provider.templating import Templating

TRUTH = [{"name": "a", "n": 1}, {"name": "b", "tags": ["x"]}]


class Ask:
    """Expands http generators against a server that answers as a test says."""

    def __init__(self, context: Context) -> None:
        secrets = {"token": Opaque("hidden", label="secrets.token", secret=True, known=True)}
        self.context = replace(context, templating=Templating({"secrets": secrets, "values": {"apps": ["web"]}}))
        self.options: dict[str, Any] = {}
        self.server: Server

    def __call__(self, answers: Answer | bytes, at: str = "/things", **fields: Any) -> list[Any]:
        self.server = Server((lambda _: answers) if isinstance(answers, bytes) else answers)
        with self.server:
            return self.expand({"http": {"url": f"{self.server.url}{at}", **fields}})

    def expand(self, *generators: Any) -> list[Any]:
        grant = HostGrant(host=self.server.authority, allow_http=True, private_addresses=True)
        network = Network(NetworkSettings(hosts=[grant], attempts=1, read_timeout=1), **self.options)
        variables = Variables({"ALLOWED": "from outside", "OTHER": "x"}, ["ALLOWED"])
        sources = replace(self.context.sources, http=network, variables=variables)
        try:
            elements = expand_all([parse(item) for item in generators], replace(self.context, sources=sources))
        finally:
            network.close()
        return [element.parameters for element in elements]


@pytest.fixture
def ask(context: Context) -> Ask:
    return Ask(context)


def test_each_object_of_a_list_is_an_element(ask: Ask) -> None:
    assert ask(answer(TRUTH)) == TRUTH


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"data": {"items": TRUTH}}, {"path": "data.items"}),
        ([{"items": TRUTH}], {"path": "0.items"}),
        ({"items": TRUTH}, {"jsonPath": "{ $.items }"}),
        ({"items": TRUTH}, {"jsonPath": "{.items[*]}"}),
        ({"a": TRUTH[:1], "b": TRUTH[1:]}, {"jsonPath": "{.a}{.b}"}),
        ({"a": TRUTH[:1], "b": TRUTH[1:]}, {"jsonPath": "{.a} {.b}"}),
        ({"items": [{"spec": item} for item in TRUTH]}, {"jsonPath": '{range .items[*]}{.spec}{"\\n"}{end}'}),
        ({"items": [*TRUTH, {"name": "c"}]}, {"jsonPath": "{.items[?(@.name!='c')]}"}),
    ],
)
def test_a_path_says_where_the_objects_are(ask: Ask, body: Any, fields: dict[str, Any]) -> None:
    assert ask(answer(body), **fields) == TRUTH


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"a": {"n": 1}}, {}),
        ({"data": {"a": {"n": 1}}}, {"path": "data"}),
        ({"data": [{"a": {"n": 1}}, {}]}, {"jsonPath": "{.data[0]}"}),
    ],
)
def test_a_single_element_is_one_object(ask: Ask, body: Any, fields: dict[str, Any]) -> None:
    assert ask(answer(body), singleElement=True, **fields) == [{"a": {"n": 1}}]


@pytest.mark.parametrize(
    ("body", "fields", "words"),
    [
        ({"things": []}, {}, "the answer is an object, not a list; say path: things"),
        ({"a": 1}, {}, "say where the list is with path, or singleElement: true"),
        (None, {}, "the answer holds null, not a list of objects"),
        ("text", {}, "the answer holds a string, not a list of objects"),
        ([{"a": 1}, "b"], {}, "[1]: must be an object, not a string"),
        ([{"a": 1}, None], {}, "[1]: must be an object, not null"),
        ([[{"a": 1}]], {}, "[0]: must be an object, not a list"),
        ([{"a": 1}], {"singleElement": True}, "not a single object; leave singleElement out"),
        ({"a": []}, {"jsonPath": "{.a[*]}", "singleElement": True}, "holds 0 results, not a single element"),
        ({"data": {"itms": []}}, {"path": "data.items"}, 'data: the answer has no key "items"; did you mean "itms"?'),
        ({"data": []}, {"path": "data.0"}, 'the answer has no item "0" (there are 0)'),
        ({"data": "x"}, {"path": "data.items"}, 'the answer holds a string, which has no "items"'),
        ({"data": None}, {"path": "data"}, "the answer holds null, not a list of objects"),
        ({"a": []}, {"jsonPath": "{.b}"}, "b is not found"),
        ({"a": ["x"]}, {"jsonPath": "{.a[*]}"}, "the answer holds a string, not a list of objects"),
        ([], {}, "yields no element; say allowEmpty: true if that is meant"),
    ],
)
def test_an_answer_of_another_shape_is_an_error_with_its_place(
    ask: Ask, body: Any, fields: dict[str, Any], words: str
) -> None:
    with pytest.raises(SourceError) as caught:
        ask(answer(body), **fields)
    assert words in str(caught.value)
    assert "generators[0].http" in str(caught.value)


def test_an_empty_list_may_be_an_answer(ask: Ask) -> None:
    assert ask(answer([]), allowEmpty=True) == []


@pytest.mark.parametrize("status", [204, 400, 401, 403, 404, 429, 500, 503])
def test_no_refusal_is_an_empty_list_even_where_one_is_allowed(ask: Ask, status: int) -> None:
    with pytest.raises(SourceError):
        ask(answer([], status, content_length="" if status == 204 else "2"), allowEmpty=True)


def test_a_body_makes_it_a_post(ask: Ask) -> None:
    def echo(asked: Asked) -> bytes:
        assert (asked.method, asked.headers["content-type"]) == ("POST", "application/json")
        return answer([json.loads(asked.body)])

    assert ask(echo, body={"user": "demo", "groups": ["g"]}) == [{"user": "demo", "groups": ["g"]}]
    assert ask(lambda asked: answer([{"m": asked.method}]), method="POST") == [{"m": "POST"}]


def test_secrets_reach_the_server_and_nobody_else(ask: Ask) -> None:
    told: list[str] = []
    ask.options["progress"] = told.append
    elements = ask(
        lambda asked: answer([{"ok": json.loads(asked.body)["key"] == "hidden"}]),
        token="{{ secrets.token }}",
        headers={
            "X-Key": "k-{{ secrets.token }}",
            "X-App": "{{ values.apps[0] }}",
            "X-Env": {"from": {"environment": "ALLOWED"}},
        },
        body={"key": "{{ secrets.token }}"},
    )
    sent = ask.server.asked[0].headers
    assert elements == [{"ok": True}]
    assert (sent["authorization"], sent["x-key"], sent["x-app"]) == ("Bearer hidden", "k-hidden", "web")
    assert sent["x-env"] == "from outside"
    assert "hidden" not in repr(told)


def test_a_given_authority_is_the_only_one_trusted(ask: Ask, tmp_path: Path) -> None:
    authority = Authority.make(tmp_path)
    ask.server = Server(lambda _: answer(TRUTH), authority.context)
    with ask.server:
        assert ask.expand({"http": {"url": ask.server.url, "ca": authority.ca.decode()}}) == TRUTH
        for ca, words in ((None, "is not trusted"), ("nonsense", "the CA certificates are not usable")):
            with pytest.raises(SourceError, match=words):
                ask.expand({"http": {"url": ask.server.url, **({"ca": ca} if ca else {})}})


def test_a_secret_has_no_place_in_a_url(ask: Ask) -> None:
    with pytest.raises(GitOpsSetsError, match=r"http\.url"):
        ask(answer(TRUTH), "/?token={{ secrets.token }}")


def test_the_credentials_of_the_stack_are_sent_to_their_host(ask: Ask) -> None:
    ask.server = Server(lambda _: answer(TRUTH))
    with ask.server:
        ask.options["credentials"] = {ask.server.authority: Credential(password="t")}
        ask.expand({"http": {"url": ask.server.url}})
    assert ask.server.asked[0].headers["authorization"] == "Bearer t"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"headers": {"X": {"from": {"environment": "OTHER"}}}}, "headers.X.from: the stack does not allow"),
        (
            {"token": {"from": {"secret": {"namespace": "a", "name": "b", "key": "c"}}}},
            "token.from: no other machine may be asked here",
        ),
        ({"headers": {"X": "a\r\nB: c"}}, "headers.X: holds a line break"),
        ({"token": "{{ secrets.tokn }}"}, 'token: there is no key "tokn"'),
    ],
)
def test_what_cannot_be_sent_is_told_by_its_place(ask: Ask, fields: dict[str, Any], words: str) -> None:
    with pytest.raises(GitOpsSetsError) as caught:
        ask(answer(TRUTH), **fields)
    assert words in str(caught.value)
    assert not ask.server.asked


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "url: this key is required"),
        ({"url": "https://a", "path": "a", "jsonPath": "{.a}"}, "say path or jsonPath, not both"),
        ({"url": "https://a", "method": "GET", "body": {}}, "a GET has no body"),
        ({"url": "https://a", "method": "PUT"}, "method"),
        ({"url": "https://a", "jsonPath": "{.a"}, "jsonPath: is no JSONPath: unclosed action"),
        ({"url": "https://a", "jsonPath": ".items"}, "jsonPath: has no expression; write {.items}"),
        ({"url": "https://a", "headers": {"Host": "b"}}, "Host belongs to the connection"),
        ({"url": "https://a", "headers": {"a b": "b"}}, "the name of a header consists of"),
        ({"url": "https://a", "headers": {"A": 1}}, "headers.A: must be a string or {from: ...}, not a number"),
        ({"url": "https://a", "token": "t", "headers": {"authorization": "b"}}, "say token or the header"),
        ({"url": "http://a", "ca": "pem"}, "a CA belongs to https, and the url is http"),
        ({"url": "https://a", "pages": {}}, "say exactly one of link, next and number"),
        ({"url": "https://a", "pages": {"link": True, "start": 3}}, "start belongs to number"),
        ({"url": "https://a", "pages": {"link": True}, "singleElement": True}, "a single element has no pages"),
        ({"url": "https://a", "ur": 1}, 'ur: unknown key; did you mean "url"?'),
    ],
)
def test_a_definition_that_contradicts_itself_is_refused(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse({"http": fields})
    assert words in str(caught.value)


def test_a_host_that_the_stack_does_not_grant_is_not_asked(ask: Ask) -> None:
    ask.server = Server(lambda _: None)
    with ask.server, pytest.raises(SourceError) as caught:
        ask.expand({"http": {"url": "https://example.com/a?b=hidden"}})
    assert str(caught.value) == (
        "https://example.com/a: generators[0].http: example.com is not granted; "
        "if it is meant: gitopssets:network: {hosts: [example.com]}"
    )


def test_a_later_factor_asks_for_each_row_and_each_distinct_question_once(ask: Ask) -> None:
    ask.server = Server(lambda asked: answer([{"path": asked.path, "key": asked.headers["x-key"]}]))
    rows = [{"env": "dev", "key": "1"}, {"env": "prod", "key": "2"}, {"env": "dev", "key": "3"}]
    with ask.server:
        url = f"{ask.server.url}/{{{{ env }}}}"
        first = {"list": {"elements": rows}}
        second = {"http": {"url": url, "headers": {"X-Key": "{{ key }}{{ secrets.token }}"}}, "name": "found"}
        elements = ask.expand({"matrix": {"generators": [first, second]}})
        assert [element["found"]["key"] for element in elements] == ["1hidden", "2hidden", "3hidden"]
        assert ask.server.paths == ["/dev", "/prod", "/dev"]
        elements = ask.expand(
            {"matrix": {"generators": [first, {"http": {"url": url, "headers": {"X-Key": "k"}}, "name": "found"}]}}
        )
        assert ask.server.paths[3:] == ["/dev", "/prod"]


def _page(asked: Asked) -> int:
    return int(asked.path.partition("page=")[2] or "1")


@pytest.mark.parametrize("kind", ["link", "next", "number"])
def test_pages_are_followed_to_the_last_one(ask: Ask, kind: str) -> None:
    def pages(asked: Asked) -> bytes:
        number = _page(asked)
        items = [{"n": number}] if number <= 3 else []
        more = f"/things?page={number + 1}" if number < 3 else None
        links = f'<{more}>; rel="next"' if kind == "link" and more else ""
        return answer({"items": items, "meta": {"next": more}}, link=links)

    how: dict[str, Any] = {"link": {"link": True}, "next": {"next": "meta.next"}, "number": {"number": "page"}}
    assert ask(pages, path="items", pages=how[kind]) == [{"n": 1}, {"n": 2}, {"n": 3}]
