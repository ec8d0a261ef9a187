"""From a context to a connection: whom to ask, whom to trust, and what to show. It may run an exec plugin."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.kubernetes.exec_plugin import ExecPlugin, Shown
from gitopssets_provider.sources.kubernetes.kubeconfig import Chosen
from gitopssets_provider.sources.network.addresses import is_loopback
from gitopssets_provider.sources.network.message import Tls
from gitopssets_provider.sources.network.settings import HostGrant
from gitopssets_provider.sources.network.target import Target

__all__ = ["Connection", "connection_of"]

_PROXIES = ("http", "https")


@dataclass(frozen=True, slots=True)
class Connection:
    """How to ask an API server. ``headers`` say on whose behalf, ``secrets`` prove who asks."""

    url: str
    tls: Tls = field(default_factory=Tls)
    headers: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    proxy: str = ""

    @property
    def grant(self) -> HostGrant:
        """Return the grant for the server: whoever gave the kubeconfig has named it."""
        target = Target.of(self.url)
        return HostGrant(host=target.authority, allow_http=is_loopback(target.host), private_addresses=True)


def connection_of(chosen: Chosen, *, allow_exec: bool) -> Connection:
    """Return the connection that a context describes; exec plugins are run only where ``allow_exec`` says so."""
    cluster, user = chosen.cluster, chosen.user
    server = _text(cluster, "server")
    if not server:
        raise SourceError("the cluster has no server", path=chosen.name)
    ca = _bytes(cluster, "certificate-authority", chosen.cluster_folder)
    insecure = cluster.get("insecure-skip-tls-verify") is True
    if insecure and ca:
        raise SourceError("the cluster has a CA, and trusts any server", remedy="keep one of the two")
    shown = _shown(chosen, ca, allow_exec=allow_exec)
    return Connection(
        url=server.rstrip("/"),
        tls=Tls(ca, shown.certificate, shown.key, _text(cluster, "tls-server-name"), verify=not insecure),
        headers=_impersonation(user),
        secrets={"Authorization": shown.authorization} if shown.authorization else {},
        proxy=_proxy(_text(cluster, "proxy-url")),
    )


def _shown(chosen: Chosen, ca: bytes, *, allow_exec: bool) -> Shown:
    user, folder = chosen.user, chosen.user_folder
    if "auth-provider" in user:
        raise SourceError("the user has an auth-provider, which kubectl no longer knows", remedy="use an exec plugin")
    certificate, key = _bytes(user, "client-certificate", folder), _bytes(user, "client-key", folder)
    if bool(certificate) != bool(key):
        raise SourceError("the user has a client certificate or a key, but not both")
    token = _text(user, "token")
    if user.get("tokenFile"):
        token = _file(_text(user, "tokenFile"), folder).decode("ascii", "replace").strip()
    if token:
        return Shown(f"Bearer {token}", certificate, key)
    if user.get("username"):
        pair = f"{_text(user, 'username')}:{_text(user, 'password')}".encode()
        return Shown(f"Basic {base64.b64encode(pair).decode()}", certificate, key)
    if user.get("exec") and not certificate:
        plugin = ExecPlugin.of(user["exec"], folder)
        if not allow_exec:
            remedy = "if it is meant: gitopssets:clusters: {allowExec: true}"
            raise SourceError(f"the user's credentials come from the program {plugin.name}", remedy=remedy)
        return plugin.run(chosen.cluster, ca)
    return Shown("", certificate, key)


def _impersonation(user: Mapping[str, Any]) -> Mapping[str, str | tuple[str, ...]]:
    """Return the headers that ask on behalf of someone else; groups and more without a user are an error."""
    name, uid = _text(user, "as"), _text(user, "as-uid")
    groups, extra = user.get("as-groups") or [], user.get("as-user-extra") or {}
    if not name:
        if uid or groups or extra:
            raise SourceError("the user acts as groups, but as no user", remedy="write as: NAME beside them")
        return {}
    if not isinstance(groups, list) or not isinstance(extra, Mapping):
        raise SourceError("as-groups is a list, and as-user-extra a mapping of lists")
    headers: dict[str, str | tuple[str, ...]] = {"Impersonate-User": name}
    if uid:
        headers["Impersonate-Uid"] = uid
    if groups:
        headers["Impersonate-Group"] = tuple(map(str, groups))
    for key, values in extra.items():
        headers[f"Impersonate-Extra-{key}"] = tuple(map(str, values))
    return headers


def _proxy(url: str) -> str:
    if url and urlsplit(url).scheme not in _PROXIES:
        raise SourceError("the proxy-url is neither http nor https", remedy="use such a proxy")
    return url


def _text(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key) or ""
    if not isinstance(value, str):
        raise SourceError("must be a string", path=key)
    return value


def _bytes(values: Mapping[str, Any], key: str, folder: Path) -> bytes:
    """Return what ``KEY-data`` holds, else what the file named by ``KEY`` does."""
    data = _text(values, f"{key}-data")
    if data:
        try:
            return base64.b64decode(data, validate=True)
        except binascii.Error:
            raise SourceError("is no base64", path=f"{key}-data") from None
    path = _text(values, key)
    return _file(path, folder) if path else b""


def _file(name: str, folder: Path) -> bytes:
    path = folder / name
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"the file is not readable: {error.strerror}", file=str(path)) from None
