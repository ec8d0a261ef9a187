"""Exec plugins: programs that print credentials (``client.authentication.k8s.io`` v1 and v1beta1)."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gitopssets_provider.documents.json_reader import read_json
from gitopssets_provider.errors import DefinitionError, SourceError

__all__ = ["ExecPlugin", "Shown"]

_GROUP = "client.authentication.k8s.io"
_VERSIONS = (f"{_GROUP}/v1", f"{_GROUP}/v1beta1")
_SECONDS = 60
_PASSED_ON = ("server", "tls-server-name", "insecure-skip-tls-verify", "proxy-url")


@dataclass(frozen=True, slots=True)
class Shown:
    """What proves who asks: a value for ``Authorization``, a client certificate with its key, or both."""

    authorization: str = field(repr=False)
    certificate: bytes = field(default=b"", repr=False)
    key: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class ExecPlugin:
    """A program with its arguments. A relative path with a slash is found from the kubeconfig's folder."""

    name: str
    version: str
    command: Sequence[str] = field(repr=False)
    environment: Mapping[str, str] = field(repr=False)
    with_cluster: bool

    @classmethod
    def of(cls, value: Any, folder: Path) -> ExecPlugin:
        """Return the plugin that a kubeconfig describes."""
        if not isinstance(value, Mapping) or not isinstance(value.get("command"), str):
            raise SourceError("must be a mapping with a command", path="exec")
        version = value.get("apiVersion")
        if version not in _VERSIONS:
            remedy = f"known are {' and '.join(_VERSIONS)}"
            raise SourceError("speaks an unknown version", remedy=remedy, path="exec.apiVersion")
        if value.get("interactiveMode") == "Always":
            raise SourceError("wants to ask at a terminal, which is not done here", path="exec.interactiveMode")
        name: str = value["command"]
        program = str(folder / name) if "/" in name else name
        arguments, variables = value.get("args") or [], value.get("env") or []
        try:
            environment = {str(each["name"]): str(each["value"]) for each in variables}
            command = [program, *map(str, arguments)]
        except (TypeError, KeyError):
            raise SourceError("args is a list of strings, env a list of {name, value}", path="exec") from None
        return cls(name, version, command, environment, value.get("provideClusterInfo") is True)

    def run(self, cluster: Mapping[str, Any], ca: bytes) -> Shown:
        """Run the program and return what it gives. It says on stderr what it has to say, as under kubectl."""
        spec: dict[str, Any] = {"interactive": False}
        if self.with_cluster:
            known = {key: cluster[key] for key in _PASSED_ON if cluster.get(key)}
            spec["cluster"] = {**known, "certificate-authority-data": base64.b64encode(ca).decode()}
        question = {"apiVersion": self.version, "kind": "ExecCredential", "spec": spec}
        answer = self._answer({**os.environ, **self.environment, "KUBERNETES_EXEC_INFO": json.dumps(question)})
        status = answer.get("status")
        if answer.get("kind") != "ExecCredential" or answer.get("apiVersion") != self.version:
            raise self._error(f"answers no ExecCredential of {self.version}")
        if not isinstance(status, Mapping):
            raise self._error("gives no credentials")
        token, certificate, key = (status.get(name) or "" for name in _GIVEN)
        if not (token or certificate) or bool(certificate) != bool(key) or not isinstance(token, str):
            raise self._error("gives neither a token nor a certificate with its key")
        return Shown(f"Bearer {token}" if token else "", str(certificate).encode(), str(key).encode())

    def _answer(self, environment: Mapping[str, str]) -> Mapping[str, Any]:
        try:
            process = subprocess.Popen(  # noqa: S603  the stack allows it, and no shell is involved
                self.command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True
            )
        except OSError as error:
            raise self._error(f"cannot be run: {error.strerror}", "install it") from None
        try:
            output, _ = process.communicate(timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            raise self._error(f"did not answer within {_SECONDS} seconds") from None
        finally:
            if process.poll() is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if process.returncode:
            raise self._error(f"failed with exit code {process.returncode}", "see what it says above, or run it")
        try:
            answer = read_json(output)
        except DefinitionError:
            raise self._error("answers no JSON") from None
        if not isinstance(answer, Mapping):
            raise self._error("answers no ExecCredential")
        return answer

    def _error(self, fact: str, remedy: str = "") -> SourceError:
        return SourceError(f"the program {self.name} {fact}", remedy=remedy)


_GIVEN = ("token", "clientCertificateData", "clientKeyData")
