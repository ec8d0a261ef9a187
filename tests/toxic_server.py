"""A server over real sockets that does to each request exactly what a test says."""

from __future__ import annotations

import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

__all__ = ["Answer", "Asked", "Authority", "Server", "answer"]


@dataclass
class Asked:
    """A request as it arrived, and the connection it arrived on."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    connection: socket.socket
    fields: list[tuple[str, str]]


Answer = Callable[[Asked], bytes | None]


def answer(body: Any = b"", status: int = 200, **headers: str) -> bytes:
    """Return a whole HTTP answer; what is no bytes becomes JSON. ``a_b`` is the header ``a-b``."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = {"content-type": "application/json", "content-length": str(len(content))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status} Whatever", *(f"{name}: {value}" for name, value in fields.items() if value)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


@dataclass
class Server:
    """Answers each request with what ``answers`` returns: bytes, or None to close the connection."""

    answers: Answer
    tls: ssl.SSLContext | None = None
    asked: list[Asked] = field(default_factory=list)
    port: int = 0
    _listener: socket.socket = field(init=False)
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Server:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._listener.settimeout(0.05)
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._listener.close()

    @property
    def authority(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.authority}"

    @property
    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        try:
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as reader:
                while (asked := _read(reader, connection)) is not None:
                    self.asked.append(asked)
                    content = self.answers(asked)
                    if content is None:
                        return
                    connection.sendall(content)
        except (OSError, ValueError):
            connection.close()


def _read(reader: Any, connection: socket.socket) -> Asked | None:
    first = reader.readline().decode()
    if not first.strip():
        return None
    method, path, _ = first.split()
    fields: list[tuple[str, str]] = []
    while line := reader.readline().decode().strip():
        name, _, value = line.partition(":")
        fields.append((name.lower(), value.strip()))
    headers = dict(fields)
    return Asked(method, path, headers, reader.read(int(headers.get("content-length", 0))), connection, fields)


@dataclass(frozen=True)
class Authority:
    """A certificate authority and a server certificate for 127.0.0.1 and ``localhost``."""

    ca: bytes
    context: ssl.SSLContext
    certificate: bytes
    key: bytes

    @classmethod
    def make(cls, folder: Path) -> Authority:
        """Return an authority that nobody else trusts."""
        ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test server")])
        ca = _certificate(ca_name, ca_name, ca_key.public_key(), ca_key, x509.BasicConstraints(ca=True, path_length=0))
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        certificate = _certificate(name, ca_name, key.public_key(), ca_key, x509.SubjectAlternativeName(names))
        pem = certificate.public_bytes(serialization.Encoding.PEM)
        key_pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (folder / "server.pem").write_bytes(pem + key_pem)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "server.pem")
        return cls(ca.public_bytes(serialization.Encoding.PEM), context, pem, key_pem)


def _certificate(subject: Any, issuer: Any, public: Any, signer: Any, extension: Any) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(extension, critical=False)
    )
    return builder.sign(signer, hashes.SHA256())
