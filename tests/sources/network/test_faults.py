"""Whatever a server does, there is the truth or an error, never less than the truth, and soon."""

from __future__ import annotations

import json
import random
import socket
import struct
import time
from collections.abc import Callable
from functools import partial

import pytest
from toxic_server import Asked, Authority, Server, answer

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.network import LinkHeader, Network, Request, Tls

Serve = Callable[..., Server]
NetworkFor = Callable[..., Network]
TRUTH = [{"name": "a", "n": 1}, {"name": "b", "n": 22}]
ONCE = {"attempts": 1, "readTimeout": 0.5, "totalTimeout": 1}
FRAMED = answer(TRUTH)
_BODY = json.dumps(TRUTH).encode()
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" + b"".join(
    b"%x\r\n%s\r\n" % (len(part), part) for part in (_BODY[:9], _BODY[9:30], _BODY[30:])
)
ENDED_BY_CLOSE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" + _BODY
BODIES = {"framed": FRAMED, "chunked": CHUNKED + b"0\r\n\r\n", "ended by close": ENDED_BY_CLOSE}


@pytest.mark.parametrize("kind", BODIES)
def test_an_answer_that_is_cut_at_any_byte_is_no_answer(serve: Serve, network_for: NetworkFor, kind: str) -> None:
    whole = BODIES[kind]

    def cut(asked: Asked) -> None:
        asked.connection.sendall(whole[: int(asked.path[1:])])

    server = serve(cut)
    network = network_for(server, settings=ONCE)
    assert network.get_json(f"{server.url}/{len(whole)}") == TRUTH
    for length in range(len(whole)):
        with pytest.raises(SourceError):
            network.get_json(f"{server.url}/{length}")


def _reset(asked: Asked, after: bytes) -> None:
    asked.connection.sendall(after)
    asked.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _stall(asked: Asked, after: bytes) -> None:
    asked.connection.sendall(after)
    time.sleep(3)


def _drip(asked: Asked, what: bytes) -> None:
    for byte in what:
        asked.connection.sendall(bytes([byte]))
        time.sleep(0.05)


@pytest.mark.parametrize(
    "fault",
    [
        partial(_reset, after=b""),
        partial(_reset, after=FRAMED[:-5]),
        partial(_stall, after=b""),
        partial(_stall, after=FRAMED[:20]),
        partial(_stall, after=FRAMED[:-5]),
        partial(_drip, what=FRAMED),
        lambda _: answer(b""),
        lambda _: answer(b"<html>", content_type="text/html"),
        lambda _: answer(b"<html>", 404, content_type="text/html"),
        lambda _: answer(TRUTH, 500),
        lambda _: answer(TRUTH, 502),
        lambda _: answer(TRUTH, 429),
        lambda _: answer(TRUTH, 206),
        lambda _: answer(TRUTH, content_length="9"),
        lambda _: answer(TRUTH, content_length="9, 9"),
        lambda _: answer(TRUTH, content_length="-1"),
        lambda _: answer(TRUTH, content_length="999"),
        lambda _: b"nonsense\r\n\r\n",
        lambda _: b"HTTP/1.1 200 OK\r\nno header at all\r\n\r\n[]",
        lambda _: b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 50_000,
    ],
)
def test_no_fault_looks_like_an_answer_or_lasts(
    serve: Serve, network_for: NetworkFor, fault: Callable[[Asked], bytes | None]
) -> None:
    server = serve(fault)
    begin = time.monotonic()
    with pytest.raises(SourceError) as caught:
        network_for(server, settings=ONCE).get_json(f"{server.url}/things")
    assert time.monotonic() - begin < 2
    assert str(caught.value).startswith(f"{server.url}/things:")


def test_a_handshake_that_never_ends_does(serve: Serve, network_for: NetworkFor, authority: Authority) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        silent = Server(lambda _: None, port=listener.getsockname()[1])
        network = network_for(silent, settings=ONCE)
        begin = time.monotonic()
        with pytest.raises(SourceError, match="in time"):
            network.send(Request(f"https://{silent.authority}/", tls=Tls(ca=authority.ca)))
        assert time.monotonic() - begin < 2


def test_a_delay_within_the_deadline_changes_nothing(serve: Serve, network_for: NetworkFor) -> None:
    def late(asked: Asked) -> bytes:
        time.sleep(0.3)
        return FRAMED

    server = serve(late)
    assert network_for(server, settings=ONCE).get_json(server.url) == TRUTH


FAULTS: list[Callable[[Asked], bytes | None]] = [
    partial(_reset, after=b""),
    partial(_reset, after=FRAMED[:-5]),
    lambda asked: None,
    lambda asked: answer(b""),
    lambda asked: answer(b"<html>", content_type="text/html"),
    lambda asked: answer(b"<html>", 404, content_type="text/html"),
    lambda asked: answer({}, 429, retry_after="0"),
    lambda asked: answer({}, 500),
    lambda asked: answer(b"<html>", 502, content_type="text/html"),
    lambda asked: answer({}, 503),
]


@pytest.mark.parametrize("seed", range(4))
def test_a_list_behind_random_faults_is_the_truth_or_an_error(serve: Serve, network_for: NetworkFor, seed: int) -> None:
    chance = random.Random(seed)

    def unsteady(asked: Asked) -> bytes | None:
        number = int(asked.path.partition("=")[2] or 1)
        links = {"link": f'</?page={number + 1}>; rel="next"'} if number < 4 else {}
        return chance.choice(FAULTS)(asked) if chance.random() < 0.15 else answer([{"n": number}], **links)

    server = serve(unsteady)
    outcomes: set[str] = set()
    for _ in range(12):
        network = network_for(server, settings={"attempts": 2})
        try:
            found = [page.value for page in network.pages(Request(server.url), LinkHeader())]
        except SourceError:
            outcomes.add("error")
        else:
            outcomes.add("truth")
            assert found == [[{"n": 1}], [{"n": 2}], [{"n": 3}], [{"n": 4}]]
        network.close()
    assert "truth" in outcomes
