"""The one way out: granted hosts only, at checked addresses, with bounds on everything; see :class:`Network`."""

from __future__ import annotations

from gitopssets_provider.sources.network.message import Headers, Request, Response, Tls
from gitopssets_provider.sources.network.network import Network
from gitopssets_provider.sources.network.paging import (
    Following,
    LinkHeader,
    NextField,
    Page,
    PageNumber,
    with_query,
)
from gitopssets_provider.sources.network.report import HostReport, NetworkReport
from gitopssets_provider.sources.network.settings import HostGrant, NetworkSettings

__all__ = [
    "Following",
    "Headers",
    "HostGrant",
    "HostReport",
    "LinkHeader",
    "Network",
    "NetworkReport",
    "NetworkSettings",
    "NextField",
    "Page",
    "PageNumber",
    "Request",
    "Response",
    "Tls",
    "with_query",
]
