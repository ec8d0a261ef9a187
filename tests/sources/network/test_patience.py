"""When a question is asked again."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from toxic_server import Asked, Server, answer

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.network import Network
from gitopssets_provider.sources.network.patience import is_limited, wait_asked_for

NOW = datetime(2026, 1, 1, tzinfo=UTC)
Serve = Callable[..., Server]
NetworkFor = Callable[..., Network]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "Thu, 01 Jan 2026 00:00:09 GMT"}, 9),
        ({"retry-after": "Wed, 31 Dec 2025 23:00:00 GMT"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "9" * 40}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW.timestamp()) + 5)}, 5),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "12"}, 12),
        ({"x-ratelimit-remaining": "3", "x-ratelimit-reset": str(int(NOW.timestamp()) + 5)}, None),
        ({"x-ratelimit-reset": str(int(NOW.timestamp()) - 5)}, 0),
        ({}, None),
    ],
)
def test_how_long_to_wait_is_read_from_the_answer(headers: dict[str, str], seconds: float | None) -> None:
    assert wait_asked_for(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("status", "headers", "so"),
    [
        (429, {}, True),
        (403, {"x-ratelimit-remaining": "0"}, True),
        (403, {"retry-after": "60"}, True),
        (403, {"x-ratelimit-remaining": "12"}, False),
        (403, {}, False),
        (401, {"retry-after": "60"}, False),
    ],
)
def test_a_limit_is_told_from_a_refusal(status: int, headers: dict[str, str], so: bool) -> None:
    assert is_limited(status, headers) is so


@pytest.mark.parametrize("status", [429, 503, 403])
def test_nobody_asks_again_before_the_server_allows_it(serve: Serve, network_for: NetworkFor, status: int) -> None:
    moments: list[float] = []

    def once(asked: Asked) -> bytes:
        moments.append(time.monotonic())
        return answer([1]) if len(moments) > 1 else answer({}, status, retry_after="1")

    server = serve(once)
    assert network_for(server).get_json(server.url) == [1]
    assert moments[1] - moments[0] >= 1


def test_a_wait_that_is_too_long_is_not_begun_and_its_end_is_told(serve: Serve, network_for: NetworkFor) -> None:
    until = datetime.now(UTC) + timedelta(hours=1)
    server = serve(answer({}, 429, retry_after=format_datetime(until, usegmt=True)))
    begin = time.monotonic()
    with pytest.raises(SourceError) as caught:
        network_for(server).get_json(server.url)
    assert time.monotonic() - begin < 1
    assert f"allows no more requests (HTTP 429); try again after {until:%Y-%m-%d %H:%M:%S} UTC" in str(caught.value)
    assert len(server.asked) == 1


def test_a_limit_that_is_told_by_its_reset_is_respected(serve: Serve, network_for: NetworkFor) -> None:
    reset = str(int(time.time()) + 3000)
    server = serve(answer({}, 403, x_ratelimit_remaining="0", x_ratelimit_reset=reset))
    with pytest.raises(SourceError, match="allows no more requests"):
        network_for(server).get_json(server.url)
    assert len(server.asked) == 1


def test_there_is_an_end_to_asking_again(serve: Serve, network_for: NetworkFor) -> None:
    server = serve(answer({}, 500))
    with pytest.raises(SourceError, match="is not available"):
        network_for(server, settings={"attempts": 3}).get_json(server.url)
    assert len(server.asked) == 3


def test_the_deadline_holds_for_all_attempts_together(serve: Serve, network_for: NetworkFor) -> None:
    server = serve(answer({}, 503, retry_after="1"))
    begin = time.monotonic()
    with pytest.raises(SourceError):
        network_for(server, settings={"totalTimeout": 1.5, "attempts": 10}).get_json(server.url)
    assert time.monotonic() - begin < 2.5
    assert len(server.asked) == 2
