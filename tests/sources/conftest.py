"""Real peers for the git tests: repositories that git made, git's own http-backend, and servers that misbehave."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

_ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.com",
    "GIT_AUTHOR_DATE": "2024-01-01T00:00:00Z",
    "GIT_COMMITTER_DATE": "2024-01-01T00:00:00Z",
}


class Repository:
    """A repository on disk, made by git itself."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")
        self.git("config", "uploadpack.allowFilter", "true")

    def git(self, *arguments: str) -> str:
        command = ["git", "-c", "protocol.file.allow=always", *arguments]
        result = subprocess.run(command, cwd=self.path, env=_ENVIRONMENT, check=True, capture_output=True, text=True)
        return result.stdout.strip()

    def write(self, files: dict[str, str | bytes]) -> Repository:
        for name, content in files.items():
            file = self.path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def commit(self, files: dict[str, str | bytes], message: str = "change") -> str:
        """Write files, commit everything and return the commit id."""
        self.write(files)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")


class _Backend(BaseHTTPRequestHandler):
    """Runs git http-backend as CGI does."""

    server: GitServer

    def do_GET(self) -> None:
        self._run()

    def do_POST(self) -> None:
        self._run()

    def _run(self) -> None:
        self.server.requests.append(self.path)
        self.server.authorizations.append(self.headers.get("Authorization"))
        if self.server.redirects:
            self.send_response(302)
            self.send_header("Location", self.server.redirects + self.path)
            self.end_headers()
            return
        if self.server.login and self.headers.get("Authorization") != _basic(*self.server.login):
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="test"')
            self.end_headers()
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        head, _, content = self._answer(body).partition(b"\r\n\r\n")
        headers = [line.split(": ", 1) for line in head.decode().split("\r\n")]
        status = next((value for key, value in headers if key == "Status"), "200 OK")
        self.send_response(int(status.split()[0]))
        for key, value in headers:
            if key != "Status":
                self.send_header(key, value)
        content = content[: self.server.cut] if self.server.cut and "upload-pack" in self.path else content
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    def _answer(self, body: bytes) -> bytes:
        path, _, query = self.path.partition("?")
        environment = {
            **_ENVIRONMENT,
            "GIT_PROJECT_ROOT": str(self.server.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", "") if self.server.modern else "",
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
        }
        program = ["git", "http-backend"]
        return subprocess.run(program, input=body, env=environment, capture_output=True, check=False).stdout

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class GitServer(ThreadingHTTPServer):
    """Serves every repository below a folder. ``cut`` shortens answers, ``modern`` speaks protocol version 2."""

    daemon_threads = True

    def __init__(self, root: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Backend)
        self.root = root
        self.login: tuple[str, str] | None = None
        self.redirects = ""
        self.cut = 0
        self.modern = True
        self.requests: list[str] = []
        self.authorizations: list[str | None] = []

    @property
    def authority(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.authority}"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Return an empty repository at ``env`` in the temporary folder."""
    return Repository(tmp_path / "env")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    """Serve the repositories in the temporary folder over HTTP."""
    server = GitServer(tmp_path)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def misbehaving() -> Callable[[Callable[[socket.socket], None]], AbstractContextManager[int]]:
    """Return a context manager that listens on a port and treats each connection as told."""
    return _misbehaving


@contextmanager
def _misbehaving(behave: Callable[[socket.socket], None]) -> Iterator[int]:
    """Listen on a port, and treat each connection as told."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def one(connection: socket.socket) -> None:
        with connection:
            try:
                behave(connection)
            except OSError:
                return

    def loop() -> None:
        listener.settimeout(0.05)
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stop.set()
        thread.join()
        listener.close()


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
