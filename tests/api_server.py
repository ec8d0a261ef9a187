"""A real Kubernetes API server for tests: built once from ``tests/apiserver``, started where a test asks for it."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import ipaddress
import json
import os
import shutil
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

__all__ = ["ADMIN", "SERVER_NAME", "VERSION", "ApiServer"]

ADMIN = "admin-token"
SERVER_NAME = "kubernetes.test"
_SOURCE = Path(__file__).parent / "apiserver"
VERSION = next(
    line.split()[1] for line in (_SOURCE / "go.mod").read_text().splitlines() if "k8s.io/kubernetes v" in line
)
_LINK = f"-ldflags=-s -w -X k8s.io/component-base/version.gitVersion={VERSION}"
_USERS = {ADMIN: ("admin", "system:masters"), "nobody-token": ("nobody", ""), "helper-token": ("helper", "")}
_FLAGS = (
    "--bind-address=127.0.0.1",
    "--authorization-mode=RBAC",
    "--service-cluster-ip-range=10.0.0.0/24",
    "--service-account-issuer=https://kubernetes.test",
    "--disable-admission-plugins=ServiceAccount",
    "--endpoint-reconciler-type=none",
)


class ApiServer:
    """An API server with its store.

    Users show a token (``ADMIN``, ``nobody-token``, ``helper-token``) or a certificate of its authority.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        self._keys = _Keys(folder)
        self.ca = (folder / "ca.pem").read_bytes()
        self._process: subprocess.Popen[bytes] | None = None
        self._context = ssl.create_default_context(cadata=self.ca.decode())

    def start(self) -> None:
        """Start it, wait until it is ready, and make known the kinds of Flux, GitopsCluster and Cluster API."""
        users = [f'{token},{user},{user}-id,"{groups}"' for token, (user, groups) in _USERS.items()]
        (self.folder / "tokens.csv").write_text("\n".join(users) + "\n")
        files = {
            "tls-cert-file": "server.pem",
            "tls-private-key-file": "server.key",
            "client-ca-file": "ca.pem",
            "token-auth-file": "tokens.csv",
            "service-account-key-file": "accounts.key",
            "service-account-signing-key-file": "accounts.key",
            "cert-dir": "",
        }
        named = [f"--{flag}={self.folder / file}" for flag, file in files.items()]
        with (self.folder / "log").open("wb") as log:
            command = [str(_binary()), str(self.folder), *_FLAGS, *named, f"--secure-port={self.port}"]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)
        self._wait("/readyz", 60)
        definitions = list(yaml.safe_load_all((_SOURCE / "definitions.yaml").read_text()))
        for definition in definitions:
            self.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", _definition(**definition))
        for definition in definitions:
            for version in definition["versions"]:
                self._wait(f"/apis/{definition['group']}/{version}/{definition['plural']}", 30)

    def stop(self) -> None:
        """Stop it; what it kept goes with its folder."""
        if self._process:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def create(self, path: str, content: Mapping[str, Any], status: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Create an object in a collection; ``status`` is written as controllers do."""
        made = self.ask("POST", path, content)
        if status is not None:
            made["status"] = status
            made = self.ask("PUT", f"{path}/{made['metadata']['name']}/status", made)
        return made

    def namespace(self, name: str) -> str:
        """Create a namespace and return its name."""
        self.create("/api/v1/namespaces", {"metadata": {"name": name}})
        return name

    def ask(self, method: str, path: str, content: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the answer to a request of the administrator."""
        body = None if content is None else json.dumps(content).encode()
        headers = {"Authorization": f"Bearer {ADMIN}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, body, headers, method=method)
        with urllib.request.urlopen(request, timeout=30, context=self._context) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def kubeconfig(self, user: Mapping[str, Any] | None = None, **cluster: Any) -> str:
        """Return the text of a kubeconfig, of the administrator or of ``user``; ``cluster`` adds to the cluster."""
        ca = base64.b64encode(self.ca).decode()
        content = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "test",
            "clusters": [{"name": "c", "cluster": {"server": self.url, "certificate-authority-data": ca, **cluster}}],
            "users": [{"name": "u", "user": dict(user or {"token": ADMIN})}],
            "contexts": [{"name": "test", "context": {"cluster": "c", "user": "u"}}],
        }
        return yaml.safe_dump(content)

    def certificate(self, user: str, *groups: str) -> tuple[bytes, bytes]:
        """Return a client certificate and its key, as PEM."""
        return self._keys.certificate(user, groups)

    def _wait(self, path: str, seconds: float) -> None:
        until = time.monotonic() + seconds
        while True:
            try:
                request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {ADMIN}"})
                with urllib.request.urlopen(request, timeout=5, context=self._context):
                    return
            except (OSError, urllib.error.URLError) as error:
                if time.monotonic() > until or (self._process and self._process.poll() is not None):
                    log = (self.folder / "log").read_text(errors="replace")[-3000:]
                    raise AssertionError(f"the API server does not answer {path}: {error}\n{log}") from error
                time.sleep(0.1)


class _Keys:
    """The authority of one server: it vouches for the server and for its users."""

    def __init__(self, folder: Path) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
        authority = self._signed(self._name, self._key.public_key(), x509.BasicConstraints(ca=True, path_length=0))
        names = [x509.DNSName(SERVER_NAME), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        server_key = ec.generate_private_key(ec.SECP256R1())
        server_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server")])
        server = self._signed(server_name, server_key.public_key(), x509.SubjectAlternativeName(names))
        (folder / "ca.pem").write_bytes(authority)
        (folder / "server.pem").write_bytes(server)
        (folder / "server.key").write_bytes(_pem(server_key))
        (folder / "accounts.key").write_bytes(_pem(rsa.generate_private_key(65537, 2048)))

    def certificate(self, user: str, groups: tuple[str, ...]) -> tuple[bytes, bytes]:
        key = ec.generate_private_key(ec.SECP256R1())
        parts = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in groups]
        name = x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, user)])
        usage = x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.CLIENT_AUTH])
        return self._signed(name, key.public_key(), usage), _pem(key)

    def _signed(self, subject: x509.Name, public: Any, extension: x509.ExtensionType) -> bytes:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(extension, critical=False)
        )
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _pem(key: Any) -> bytes:
    form = serialization.PrivateFormat.TraditionalOpenSSL
    pem: bytes = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    return pem


def _binary() -> Path:
    """Return the built server. The first run that needs it builds it, which takes minutes; others wait for that."""
    go = shutil.which("go")
    if go is None:
        pytest.skip("there is no go to build a Kubernetes API server with")
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gitopssets-tests"
    sources = b"".join((_SOURCE / name).read_bytes() for name in ("go.mod", "go.sum", "main.go"))
    binary = base / f"apiserver-{hashlib.sha256(sources + _LINK.encode()).hexdigest()[:16]}"
    base.mkdir(parents=True, exist_ok=True)
    with (base / "apiserver.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not binary.exists():
            _build(go, binary)
    return binary


def _build(go: str, binary: Path) -> None:
    fetched = subprocess.run([go, "mod", "download"], cwd=_SOURCE, capture_output=True, text=True, check=False)
    if fetched.returncode:
        pytest.skip(f"the modules of a Kubernetes API server are not to be had: {fetched.stderr[-300:]}")
    started = binary.with_suffix(".new")
    command = ["nice", "-n", "15", go, "build", "-trimpath", _LINK, "-o", str(started), "."]
    built = subprocess.run(command, cwd=_SOURCE, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr[-3000:]
    started.rename(binary)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _definition(group: str, kind: str, plural: str, versions: list[str]) -> dict[str, Any]:
    """Return a definition that takes any spec and any status; the first version is the one that is stored."""
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    schema = {"type": "object", "properties": {"spec": anything, "status": anything}}
    return {
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group,
            "names": {"kind": kind, "plural": plural, "singular": kind.lower(), "listKind": f"{kind}List"},
            "scope": "Namespaced",
            "versions": [
                {
                    "name": version,
                    "served": True,
                    "storage": version == versions[0],
                    "schema": {"openAPIV3Schema": schema},
                    "subresources": {"status": {}},
                }
                for version in versions
            ],
        },
    }
