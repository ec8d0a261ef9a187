"""Within a pod: the API server, and the service account whose token lies in a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.kubernetes.connection import Connection
from gitopssets_provider.sources.network.message import Tls

__all__ = ["ACCOUNT", "in_cluster"]

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
"""Where a pod finds its service account."""


def in_cluster(environment: Mapping[str, str], account: Path = ACCOUNT) -> Connection | None:
    """Return the connection of a pod; None outside of one."""
    host, port = environment.get("KUBERNETES_SERVICE_HOST", ""), environment.get("KUBERNETES_SERVICE_PORT", "")
    if not host or not port or not (account / "token").exists():
        return None
    try:
        token = (account / "token").read_text().strip()
        ca = (account / "ca.crt").read_bytes()
    except (OSError, UnicodeDecodeError):
        raise SourceError("the service account is not readable", file=str(account)) from None
    authority = f"[{host}]" if ":" in host else host
    return Connection(f"https://{authority}:{port}", Tls(ca), secrets={"Authorization": f"Bearer {token}"})
