"""A repository that a Flux GitRepository describes: where it is, at which commit, and with which credentials."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from gitopssets_provider.errors import GitOpsSetsError, SourceError
from gitopssets_provider.generators.base import Context
from gitopssets_provider.generators.objects import ObjectName, own_namespace, part, secret_data
from gitopssets_provider.model.credential import Credential
from gitopssets_provider.sources.kubernetes.kinds import GIT_REPOSITORY, SECRET

__all__ = ["FluxSource", "flux_source"]

# branch@sha1:ID, refs/tags/x@sha256:ID, sha1:ID; before Flux 2.0 branch/ID.
_REVISION = re.compile(r"(?:.*@)?(?:sha1|sha256):([0-9a-f]{40}|[0-9a-f]{64})|.*/([0-9a-f]{40})")
_KEYS = ["username", "password", "bearerToken"]


class FluxSource(NamedTuple):
    """Where a repository is, the commit that Flux has fetched, and what its Secret proves with."""

    url: str
    commit: str
    credential: Credential | None


def flux_source(written: ObjectName, context: Context) -> FluxSource:
    """Return what a GitRepository of the management cluster says; an error where it has fetched nothing."""
    namespace = own_namespace(written.namespace, context)
    what = f"GitRepository {namespace}/{written.name}"
    found = context.sources.kubernetes.get(GIT_REPOSITORY, namespace, written.name)
    url = part(found, "spec").get("url")
    revision = part(found, "status", "artifact").get("revision")
    if not isinstance(url, str) or not url:
        raise SourceError(f"{what} has no url")
    if not isinstance(revision, str):
        raise SourceError(f"{what} has no artifact", remedy="look at its status: kubectl describe")
    commit = _REVISION.fullmatch(revision)
    if not commit:
        raise SourceError(f"{what} names no commit in status.artifact.revision")
    secret = part(found, "spec", "secretRef").get("name")
    credential = _credential(namespace, str(secret), context) if secret else None
    return FluxSource(url, commit.group(1) or commit.group(2), credential)


def _credential(namespace: str, name: str, context: Context) -> Credential | None:
    """Return what a Secret of Flux proves with; None where it holds an SSH key, for which the system's ssh cares."""
    secret: Mapping[str, Any] = context.sources.kubernetes.get(SECRET, namespace, name)
    try:
        values = secret_data(secret, _KEYS)
    except GitOpsSetsError as error:
        raise error.at(file=f"Secret {namespace}/{name}") from None
    password = values.get("password") or values.get("bearerToken") or ""
    return Credential(username=values.get("username", ""), password=password) if password else None
