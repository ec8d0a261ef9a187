"""A server that refuses, stalls, lies or cuts the connection is an error, soon, and never an empty answer."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.deadline import Timeouts
from gitopssets_provider.sources.git import GitRepositories

_QUICK = Timeouts(connect=0.4, read=0.4, total=1)
_ADVERTISEMENT = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\n"


def _stalls(connection: socket.socket) -> None:
    connection.recv(4096)
    time.sleep(2)


def _stalls_in_the_answer(connection: socket.socket) -> None:
    connection.recv(4096)
    connection.sendall(_ADVERTISEMENT + b"Content-Length: 10000\r\n\r\n001e")
    time.sleep(2)


def _drips(connection: socket.socket) -> None:
    connection.recv(4096)
    connection.sendall(_ADVERTISEMENT + b"Content-Length: 10000\r\n\r\nfff0")
    for _ in range(30):
        connection.sendall(b"x")
        time.sleep(0.1)


def _resets(connection: socket.socket) -> None:
    connection.recv(10)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _closes(connection: socket.socket) -> None:
    connection.recv(4096)


def _cuts_the_answer(connection: socket.socket) -> None:
    connection.recv(4096)
    connection.sendall(_ADVERTISEMENT + b"Content-Length: 10000\r\n\r\n001e# service=git-upload-pack\n")


def _answers(status: str, body: bytes = b"", headers: str = "") -> Callable[[socket.socket], None]:
    def behave(connection: socket.socket) -> None:
        connection.recv(4096)
        head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{headers}\r\n"
        connection.sendall(head.encode() + body)

    return behave


@pytest.mark.parametrize(
    ("behave", "fact"),
    [
        (_stalls, "does not answer in time"),
        (_stalls_in_the_answer, "does not answer in time"),
        (_drips, "gave no whole answer within 1 seconds"),
        (_resets, "cut the connection"),
        (_closes, "cut the connection"),
        (_cuts_the_answer, "cut the connection"),
        (_answers("500 broken"), "answers HTTP 500"),
        (_answers("503 later"), "answers HTTP 503"),
        (_answers("204 nothing"), "answers HTTP 204"),
        (_answers("403 no"), "asks for credentials"),
        (_answers("200 OK", b"<html>maintenance</html>", "Content-Type: text/html\r\n"), "no git repository"),
        (_answers("200 OK", b"", "Content-Type: text/plain\r\n"), "no git repository"),
        (
            _answers("200 OK", b"", "Content-Type: application/x-git-upload-pack-advertisement\r\n"),
            "cut the connection",
        ),
        (
            _answers("200 OK", b"0000", "Content-Type: application/x-git-upload-pack-advertisement\r\n"),
            "gave no usable answer",
        ),
        (
            _answers("200 OK", b"zzzz", "Content-Type: application/x-git-upload-pack-advertisement\r\n"),
            "gave no usable answer",
        ),
        (_answers("302 away", b"", "Location: ftp://127.0.0.1/x\r\n"), "redirects to ftp://127.0.0.1"),
    ],
)
def test_a_server_that_misbehaves_is_an_error_in_time(
    tmp_path: Path, misbehaving: Any, behave: Callable[[socket.socket], None], fact: str
) -> None:
    with misbehaving(behave) as port:
        started = time.monotonic()
        with pytest.raises(SourceError) as caught:
            GitRepositories(tmp_path, timeouts=_QUICK).tree(f"http://127.0.0.1:{port}/env.git", None)
        assert time.monotonic() - started < 1.9
    assert str(caught.value).startswith(f"http://127.0.0.1:{port}/env.git: ")
    assert fact in str(caught.value)


def test_a_server_that_comes_back_is_asked_again(tmp_path: Path, misbehaving: Any) -> None:
    asked: list[int] = []

    def behave(connection: socket.socket) -> None:
        asked.append(1)
        _answers("503 later" if len(asked) < 3 else "404 gone")(connection)

    with misbehaving(behave) as port, pytest.raises(SourceError, match="HTTP 404"):
        GitRepositories(tmp_path, timeouts=_QUICK).tree(f"http://127.0.0.1:{port}/env.git", None)
    assert len(asked) == 3


def test_a_port_that_nobody_listens_on_is_an_error(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(SourceError, match=f"127.0.0.1:{port} refuses the connection"):
        GitRepositories(tmp_path, timeouts=_QUICK).tree(f"http://127.0.0.1:{port}/env.git", None)


def test_a_name_that_nobody_knows_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"the name host.invalid is not known"):
        GitRepositories(tmp_path, timeouts=_QUICK).tree("https://host.invalid/env.git", None)


def test_a_server_without_tls_is_not_trusted(tmp_path: Path, server: Any) -> None:
    with pytest.raises(SourceError, match=f"{server.authority} is not trusted"):
        GitRepositories(tmp_path, timeouts=_QUICK).tree(f"https://{server.authority}/env/.git", None)


def test_an_answer_cut_at_any_place_is_an_error_and_never_a_shorter_list(
    tmp_path: Path, server: Any, repository: Any
) -> None:
    repository.commit({f"env/{index}.yaml": f"name: env-{index}\n" for index in range(20)})
    url = f"{server.url}/env/.git"
    whole = GitRepositories(tmp_path).tree(url, None)
    expected = whole.read(whole.files)
    for cut in (1, 3, 4, 5, 30, 60, 100, 140, 200, 300, 400, 600, 800):
        server.cut = cut
        try:
            tree = GitRepositories(tmp_path, timeouts=_QUICK).tree(url, None)
            assert tree.read(tree.files) == expected
        except SourceError:
            continue


def test_a_repository_of_extreme_size_is_refused(
    tmp_path: Path, server: Any, repository: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gitopssets_provider.sources.git_remote._MAX_PACK", 100)
    repository.commit({f"{index}.yaml": str(index) for index in range(20)})
    with pytest.raises(SourceError, match="sends more than"):
        GitRepositories(tmp_path).tree(f"{server.url}/env/.git", None)
