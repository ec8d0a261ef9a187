"""Whatever a forge does: the whole truth or an error, never fewer pull requests than there are."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from toxic_server import Asked, answer

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.forges.client import Numbered

SHA = "6dcb09b5b57875f334f61aebed695e2e4193db5e"
REPOSITORY = {
    "github": "octo/app",
    "gitlab": "octo/app",
    "gitea": "octo/app",
    "bitbucketServer": "OCTO/app",
    "bitbucketCloud": "octo/app",
    "azureDevOps": "octo/project/app",
}
FORGES = sorted(REPOSITORY)


class Everything(dict[str, Any]):
    """Answers whatever is asked in the same way."""

    def __init__(self, reply: Any) -> None:
        super().__init__()
        self.reply = reply

    def __contains__(self, path: object) -> bool:
        return True

    def __getitem__(self, path: str) -> Any:
        return self.reply


@pytest.mark.parametrize("kind", FORGES)
@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (answer({"message": "Bad credentials"}, 401), "asks for credentials (HTTP 401)"),
        (answer({"message": "no"}, 403), "asks for credentials (HTTP 403)"),
        (answer({"message": "Not Found"}, 404), "has no such thing (HTTP 404)"),
        (
            answer({"message": "slow down"}, 429, retry_after="120"),
            "allows no more requests (HTTP 429); try again after",
        ),
        (
            answer({"message": "limit"}, 403, x_ratelimit_remaining="0", x_ratelimit_reset="120"),
            "allows no more requests",
        ),
        (answer({}, 500), "is not available (HTTP 500)"),
        (answer(b"<html>maintenance", 503, content_type="text/html"), "is not available (HTTP 503)"),
        (answer(b"<html>maintenance", content_type="text/html"), "answers 'text/html' where JSON was asked for"),
        (answer(b"<html>maintenance"), "is no JSON"),
        (answer(b""), "answers nothing (HTTP 200) where JSON was asked for"),
        (answer(b"", 204), "HTTP 204"),
        (answer([], content_length="100"), "in time"),
        (answer(None), "a list of objects should be"),
        (answer({"message": "fine"}), "a list of objects should be"),
        (answer("text"), "a list of objects should be"),
        (answer([1]), "a list of objects should be"),
        (answer([{}]), "should be"),
        (None, "cut"),
    ],
)
def test_what_is_no_list_of_pull_requests_is_an_error(replay: Any, kind: str, reply: Any, words: str) -> None:
    replay.answers = Everything(lambda _: reply)
    begin = time.monotonic()
    with pytest.raises(SourceError) as caught:
        replay.pull_requests(kind, REPOSITORY[kind])
    told = str(caught.value)
    assert words in told or "should be" in told or "does not say where the list goes on" in told
    assert str(caught.value).startswith(replay.server.url)
    assert time.monotonic() - begin < 3


def test_a_limit_that_passes_is_waited_for(replay: Any) -> None:
    replies = [answer({}, 429, retry_after="1"), answer({}, 503), answer([])]
    replay.settings |= {"attempts": 5, "totalTimeout": 10}
    replay.answers = Everything(lambda _: replies.pop(0))
    begin = time.monotonic()
    assert replay.pull_requests("github", "octo/app") == []
    assert time.monotonic() - begin > 1


@pytest.mark.parametrize(
    ("kind", "status", "headers"),
    [
        ("github", 403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "{soon}"}),
        ("github", 403, {"retry-after": "2"}),
        ("gitlab", 429, {"ratelimit-remaining": "0", "ratelimit-reset": "{soon}", "retry-after": "2"}),
        ("bitbucketCloud", 429, {"retry-after": "2"}),
        ("azureDevOps", 429, {"retry-after": "2", "x-ratelimit-remaining": "0"}),
    ],
)
def test_nobody_is_asked_before_a_limit_allows_it(replay: Any, kind: str, status: int, headers: dict[str, str]) -> None:
    moments: list[float] = []
    soon = int(time.time()) + 2
    told = {name: value.replace("{soon}", str(soon)) for name, value in headers.items()}

    def limited(_: Asked) -> bytes:
        moments.append(time.time())
        return answer({"message": "API rate limit exceeded"}, status, **told)

    replay.settings |= {"attempts": 5, "totalTimeout": 3}
    replay.answers = Everything(limited)
    with pytest.raises(SourceError, match="allows no more requests"):
        replay.pull_requests(kind, REPOSITORY[kind])
    assert 2 <= len(moments) <= 5
    assert moments[1] >= (soon if "{soon}" in "".join(headers.values()) else moments[0] + 2) - 0.01


def test_a_limit_without_a_word_of_when_it_ends_is_asked_about_five_times_at_most(replay: Any) -> None:
    replay.settings |= {"attempts": 5, "totalTimeout": 30}
    replay.answers = Everything(lambda _: answer({"error": "Too many requests"}, 429))
    with pytest.raises(SourceError, match="allows no more requests"):
        replay.pull_requests("bitbucketCloud", "octo/app")
    assert len(replay.server.asked) == 5


def _pull(number: int) -> dict[str, Any]:
    repo = {"id": 1, "clone_url": "https://h/octo/app.git", "ssh_url": "git@h:octo/app.git"}
    return {
        "number": number,
        "title": "t",
        "user": {"login": "u"},
        "head": {"ref": "b", "sha": SHA, "repo": repo},
        "base": {"ref": "main", "repo": repo},
        "updated_at": "2026-01-27T19:01:12Z",
    }


@pytest.mark.parametrize("died", range(2, 8))
def test_a_server_that_dies_between_two_pages_yields_nothing(replay: Any, died: int) -> None:
    def reply(asked: Asked) -> bytes | None:
        number = len(replay.server.asked)
        following = f'<{{root}}/api/v3/next?page={number + 1}>; rel="next"'
        return None if number >= died else answer([_pull(number)], link=following)

    replay.answers = Everything(reply)
    with pytest.raises(SourceError):
        replay.pull_requests("github", "octo/app")


def test_an_answer_that_is_cut_at_any_byte_yields_nothing(replay: Any) -> None:
    whole = answer([{"number": 1}, _pull(2)])
    start = whole.index(b"[")

    for length in range(start, len(whole), 29):
        replay.answers = Everything(lambda asked, length=length: asked.connection.sendall(whole[:length]))
        with pytest.raises(SourceError):
            replay.pull_requests("github", "octo/app")


def test_a_body_that_is_cut_but_framed_is_no_json(replay: Any) -> None:
    body = json.dumps([_pull(1), _pull(2)]).encode()
    for length in range(0, len(body), 29):
        replay.answers = Everything(lambda _, length=length: answer(body[:length]))
        with pytest.raises(SourceError):
            replay.pull_requests("github", "octo/app")


def test_a_link_header_that_stops_early_is_refused(replay: Any) -> None:
    last = '<{root}/api/v3/x?page=9>; rel="last"'
    replay.answers = Everything(lambda _: answer([_pull(1)], link=last))
    with pytest.raises(SourceError, match="page 1 leads nowhere, though it is not the last one"):
        replay.pull_requests("github", "octo/app")
    assert Numbered(2).size == 2


@pytest.mark.parametrize("kind", FORGES)
def test_no_error_holds_a_token(replay: Any, kind: str) -> None:
    from gitopssets_provider.model.credential import Credential

    replay.answers = Everything(answer({"message": "t0psecret"}, 403))
    with pytest.raises(SourceError) as caught:
        replay.pull_requests(kind, REPOSITORY[kind], credential=Credential(password="t0psecret"))
    assert "t0psecret" not in str(caught.value)
    assert "refuses the credentials (HTTP 403)" in str(caught.value)
