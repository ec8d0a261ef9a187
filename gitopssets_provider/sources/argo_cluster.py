"""The cluster Secrets of Argo CD: name, server, and a configuration as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gitopssets_provider.documents.json_reader import read_json
from gitopssets_provider.errors import GitOpsSetsError, SourceError
from gitopssets_provider.sources.kubernetes.plain_kubeconfig import kubeconfig_text
from gitopssets_provider.sources.kubernetes.secret_values import part, secret_text

__all__ = ["argo_kubeconfig", "argo_name_and_server"]

_REFUSED = {
    "execProviderConfig": "runs a program",
    "awsAuthConfig": "runs a program",
    "username": "has a password",
    "proxyUrl": "has a proxy",
}


def argo_name_and_server(secret: Mapping[str, Any]) -> tuple[str, str]:
    """Return what Argo CD calls a cluster, and its URL."""
    name, server = secret_text(secret, "name"), secret_text(secret, "server")
    return name or secret["metadata"]["name"], server


def argo_kubeconfig(secret: Mapping[str, Any]) -> str:
    """Return a kubeconfig of what a cluster Secret holds: a token or a client certificate, and whom to trust."""
    config = _config(secret_text(secret, "config") or "{}")
    for key, what in _REFUSED.items():
        if config.get(key):
            raise SourceError(f"the configuration {what}, which is not taken from a Secret", path=key)
    tls = part(config, "tlsClientConfig")
    if tls.get("insecure"):
        raise SourceError("the configuration trusts any server", path="tlsClientConfig.insecure")
    cluster = {
        "server": secret_text(secret, "server"),
        "certificate-authority-data": tls.get("caData"),
        "tls-server-name": tls.get("serverName"),
    }
    user = {
        "token": config.get("bearerToken"),
        "client-certificate-data": tls.get("certData"),
        "client-key-data": tls.get("keyData"),
    }
    return kubeconfig_text(_given(cluster), _given(user))


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def _config(text: str) -> Mapping[str, Any]:
    try:
        value = read_json(text)
    except GitOpsSetsError:  # what is wrong with it may show what is in it
        raise SourceError("the configuration is no JSON", path="config") from None
    return value if isinstance(value, Mapping) else {}
