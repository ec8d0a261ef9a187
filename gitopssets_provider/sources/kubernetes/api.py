"""One API server, asked by GET only: objects, lists to their end, plurals from discovery, the version."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from gitopssets_provider.errors import GitOpsSetsError, SourceError
from gitopssets_provider.sources.kubernetes.connection import Connection
from gitopssets_provider.sources.kubernetes.kinds import ObjectKind
from gitopssets_provider.sources.network.message import Request, Response

__all__ = ["Api", "Sender"]

_STATUSES = frozenset({200, 401, 403, 404, 410})
_PAGE = 500
_MAX_BYTES = 10 * 1024 * 1024
_MAX_PAGES = 1000
_ATTEMPTS = 3
_SHOWN = 300


class Sender(Protocol):
    """Whatever sends requests: the network."""

    def send(self, request: Request) -> Response:
        """Return the whole answer."""
        ...


class _ExpiredError(SourceError):
    """Raised where a list has changed so much that it cannot be continued."""


@dataclass(frozen=True, slots=True)
class _Served:
    """What a server calls a kind: the path of its version, its plural, whether it lives in namespaces."""

    path: str
    plural: str
    namespaced: bool


@dataclass(slots=True)
class Api:
    """Asks one server on behalf of one user. Nothing it answers is kept on disk."""

    connection: Connection
    network: Sender
    _served: dict[ObjectKind, _Served] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def version(self) -> str:
        """Return the server's version (``v1.36.3``)."""
        answer = self._value("/version", "the version")
        version = answer.get("gitVersion")
        if not isinstance(version, str) or not version:
            raise SourceError("does not say its version as an API server does", file=self._shown("/version"))
        return version

    def get(self, kind: ObjectKind, namespace: str, name: str) -> Mapping[str, Any]:
        """Return one object; raises ``SourceError`` where there is none."""
        served = self.served(kind)
        path = f"{self._collection(served, namespace)}/{quote(name, safe='')}"
        found = self._value(path, f"{kind.kind} {namespace}/{name}")
        if _identity(found) != (namespace if served.namespaced else "", name):
            raise SourceError(f"answers another object than {kind.kind} {namespace}/{name}", file=self._shown(path))
        return found

    def list(self, kind: ObjectKind, namespace: str = "", selector: str = "") -> Sequence[Mapping[str, Any]]:
        """Return all objects (of a namespace) that match, ordered by namespace and name."""
        path = self._collection(self.served(kind), namespace)
        for attempt in range(_ATTEMPTS):
            try:
                return self._all_pages(path, kind, selector, again=attempt > 0)
            except _ExpiredError:
                continue
        raise SourceError(f"the list of {kind.kind} changes faster than it is read", file=self._shown(path))

    def served(self, kind: ObjectKind) -> _Served:
        """Return what the server calls a kind, in the first of the kind's versions that it serves."""
        with self._lock:
            if kind not in self._served:
                self._served[kind] = self._discover(kind)
            return self._served[kind]

    def _discover(self, kind: ObjectKind) -> _Served:
        remedy = f"install what defines {kind.kind}, or name another cluster"
        base = f"/apis/{kind.group}" if kind.group else "/api"
        versions = self._versions(kind.group) if kind.group else ["v1"]
        if not versions:
            raise SourceError(f"does not know {kind}", remedy=remedy, file=self._shown(base))
        for version in kind.versions:
            path = f"{base}/{version}"
            for resource in self._resources(path) if version in versions else ():
                if resource.get("kind") == kind.kind and "/" not in resource.get("name", "/"):
                    return _Served(path, resource["name"], resource.get("namespaced") is True)
        raise SourceError(
            f"does not serve {kind} in {' or '.join(kind.versions)}", remedy=remedy, file=self._shown(base)
        )

    def _versions(self, group: str) -> Sequence[str]:
        """Return the versions of an API group; none where the server does not list the group."""
        groups = _items(self._value("/apis", "the list of APIs"), "groups")
        known = [_items(each, "versions") for each in groups if each.get("name") == group]
        return [str(each.get("version")) for versions in known for each in versions]

    def _resources(self, path: str) -> Sequence[Mapping[str, Any]]:
        return _items(self._value(path, f"the API {path}"), "resources")

    def _all_pages(self, path: str, kind: ObjectKind, selector: str, *, again: bool) -> Sequence[Mapping[str, Any]]:
        found: dict[tuple[str, str], Mapping[str, Any]] = {}
        seen: set[str] = set()
        query = {"limit": str(_PAGE), **({"labelSelector": selector} if selector else {})}
        for _ in range(_MAX_PAGES):
            page = self._value(f"{path}?{urlencode(query)}", f"the list of {kind.kind}", again=again)
            if page.get("kind") != f"{kind.kind}List" and page.get("kind") != "List":
                raise SourceError(f"answers no list of {kind.kind}", file=self._shown(path))
            for item in _items(page, "items"):
                if found.setdefault(_identity(item), item) is not item:
                    raise SourceError(f"lists a {kind.kind} twice", remedy="try again", file=self._shown(path))
            following = (page.get("metadata") or {}).get("continue") or ""
            if not following:
                return [found[key] for key in sorted(found)]
            if following in seen:
                raise SourceError("a page leads back to an earlier one", file=self._shown(path))
            seen.add(following)
            query["continue"] = following
        raise SourceError(f"the list has more than {_MAX_PAGES} pages", remedy="ask for less", file=self._shown(path))

    def _collection(self, served: _Served, namespace: str) -> str:
        within = f"/namespaces/{quote(namespace, safe='')}" if namespace and served.namespaced else ""
        return f"{served.path}{within}/{served.plural}"

    def _value(self, path: str, what: str, *, again: bool = False) -> Mapping[str, Any]:
        """Return the JSON object at a path; any other answer is told in the server's own words."""
        connection = self.connection
        request = Request(
            connection.url + path,
            headers=connection.headers,
            secrets=connection.secrets,
            credentials=False,
            statuses=_STATUSES,
            max_bytes=_MAX_BYTES,
            tls=connection.tls,
            grant=connection.grant,
            proxy=connection.proxy,
            cached=False,
            repeated=again,
        )
        response = self.network.send(request)
        if response.status != 200:
            raise _refused(response, what).at(file=response.source)
        value = response.json()
        if not isinstance(value, Mapping):
            raise SourceError("answers no object", remedy="check the server's URL", file=response.source)
        return value

    def _shown(self, path: str) -> str:
        return self.connection.url + path


def _refused(response: Response, what: str) -> SourceError:
    """Return what an API server's refusal means; one that is not in an API server's words is of somebody else."""
    status = _status(response)
    if response.status == 401:
        return SourceError("does not know who asks (HTTP 401)", remedy="check the credentials in the kubeconfig")
    if status is None:
        fact = f"answers HTTP {response.status}, but not as an API server does"
        return SourceError(fact, remedy="check the server's URL")
    if response.status == 410:
        return _ExpiredError(f"cannot continue {what}")
    message = str(status.get("message") or "")[:_SHOWN]
    if response.status == 403:
        return SourceError(f"refuses {what}: {message}", remedy="grant the right with RBAC, or ask as somebody else")
    return SourceError(f"there is no {what}: {message}")


def _status(response: Response) -> Mapping[str, Any] | None:
    try:
        value = response.json()
    except GitOpsSetsError:
        return None
    return value if isinstance(value, Mapping) and value.get("kind") == "Status" else None


def _identity(item: Mapping[str, Any]) -> tuple[str, str]:
    metadata = item.get("metadata")
    if not isinstance(metadata, Mapping) or not isinstance(metadata.get("name"), str):
        raise SourceError("answers an object without a name")
    return str(metadata.get("namespace") or ""), metadata["name"]


def _items(value: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
    found = value.get(key)
    if not isinstance(found, list) or not all(isinstance(item, Mapping) for item in found):
        raise SourceError(f"answers without a list of {key}")
    return found
