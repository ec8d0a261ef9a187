"""Who may be asked, and what is shown to whom."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field

from gitopssets_provider.errors import SourceError
from gitopssets_provider.model.credential import Credential
from gitopssets_provider.sources.network.addresses import is_loopback
from gitopssets_provider.sources.network.message import Request
from gitopssets_provider.sources.network.proxies import proxy_for
from gitopssets_provider.sources.network.settings import HostGrant, NetworkSettings
from gitopssets_provider.sources.network.target import Target

__all__ = ["Access"]


@dataclass(frozen=True, slots=True)
class Access:
    """The stack's grants and credentials. Each credential goes to the host it is listed for, and to no other."""

    settings: NetworkSettings
    credentials: Mapping[str, Credential]
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    def proxy(self, target: Target, request: Request) -> str:
        """Return the proxy through which a host is asked: the request's own, else the environment's."""
        return request.proxy or proxy_for(target, self.environment)

    def grant(self, authority: str, *, clear: bool, given: HostGrant | None = None) -> HostGrant:
        """Return the grant for ``host`` or ``host:port``; raises ``SourceError`` where it may not be asked.

        ``clear`` is without encryption. ``given`` counts where the settings do not name the host.
        """
        grant = self.settings.grant(authority) or given
        if grant is None and authority in self.credentials:
            # Who entrusts a host with a credential has named it, wherever it is.
            host = authority.rpartition(":")[0] or authority
            grant = HostGrant(host=authority, allow_http=is_loopback(host.strip("[]")), private_addresses=True)
        if grant is None:
            remedy = f"if it is meant: gitopssets:network: {{hosts: [{authority}]}}"
            raise SourceError(f"{authority} is not granted", remedy=remedy)
        if clear and not grant.allow_http:
            remedy = (
                f"use https, or if it is meant: gitopssets:network: {{hosts: [{{host: {authority}, allowHttp: true}}]}}"
            )
            raise SourceError(f"{authority} is asked without TLS", remedy=remedy)
        return grant

    def credential(self, target: Target, request: Request) -> Credential | None:
        """Return what to show to a host: what the request brings, else what the stack has for exactly this host."""
        if not request.credentials:
            return None
        found = request.credential or self.credentials.get(target.authority)
        return found if found and found.password else None

    def proof(self, target: Target, request: Request) -> dict[str, str]:
        """Return the headers that nobody else may see; raises ``SourceError`` where they would be sent in the clear."""
        headers = dict(request.secrets)
        credential = self.credential(target, request)
        if credential and not any(name.lower() == "authorization" for name in headers):
            headers.update(_shown(credential, request.token_header))
        if headers and target.scheme == "http" and not is_loopback(target.host):
            raise SourceError(f"what proves who asks is not sent to {target.authority} over http", remedy="use https")
        return headers


def _shown(credential: Credential, token_header: str) -> dict[str, str]:
    if token_header:
        return {token_header: credential.password}
    if not credential.username:
        return {"Authorization": f"Bearer {credential.password}"}
    pair = base64.b64encode(f"{credential.username}:{credential.password}".encode()).decode("ascii")
    return {"Authorization": f"Basic {pair}"}
