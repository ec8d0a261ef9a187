"""Kubeconfigs that lie in Secrets: whoever can write such a Secret must not get at this machine.

Nothing is taken over but where a server is, whom to trust, and a token or a client certificate.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gitopssets_provider.documents.yaml_writer import write_yaml
from gitopssets_provider.errors import GitOpsSetsError, SourceError
from gitopssets_provider.sources.kubernetes.kubeconfig import Kubeconfig

__all__ = ["kubeconfig_text", "plain_kubeconfig"]

_CLUSTER = frozenset({"server", "certificate-authority-data", "tls-server-name"})
_USER = frozenset({"token", "client-certificate-data", "client-key-data"})
_NO_MATTER = "extensions"


def plain_kubeconfig(text: str) -> str:
    """Return a kubeconfig with only what is harmless in it; raises ``SourceError`` where that is not all there is."""
    try:
        chosen = Kubeconfig.of_text(text, "").choose()
    except GitOpsSetsError:  # what is wrong with it may show what is in it
        raise SourceError("holds no kubeconfig with a current context") from None
    return kubeconfig_text(_only(chosen.cluster, _CLUSTER, "cluster"), _only(chosen.user, _USER, "user"))


def kubeconfig_text(cluster: Mapping[str, Any], user: Mapping[str, Any]) -> str:
    """Return a kubeconfig of one cluster and one user; the server must be asked over TLS."""
    if not str(cluster.get("server", "")).startswith("https://"):
        raise SourceError("names no https server")
    return write_yaml(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "cluster", "cluster": dict(cluster)}],
            "users": [{"name": "user", "user": dict(user)}],
            "contexts": [{"name": "context", "context": {"cluster": "cluster", "user": "user"}}],
            "current-context": "context",
        }
    )


def _only(values: Mapping[str, Any], allowed: frozenset[str], what: str) -> dict[str, Any]:
    for key, value in values.items():
        if value and key not in allowed and key != _NO_MATTER:
            remedy = "list the cluster in an inventory, whose kubeconfig is yours"
            raise SourceError(f"its {what} has {str(key)[:40]}, which is not taken from a Secret", remedy=remedy)
    return {key: value for key, value in values.items() if value and key in allowed}
