"""Where git may go: it has a way to speak of its own, and the same rules as everything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gitopssets_provider.sources.network.access import Access
from gitopssets_provider.sources.network.proxies import proxy_for
from gitopssets_provider.sources.network.resolving import Resolver
from gitopssets_provider.sources.network.settings import HostGrant
from gitopssets_provider.sources.network.target import PORTS, Target

__all__ = ["Reach"]


@dataclass(frozen=True, slots=True)
class Reach:
    """Says which hosts git may ask, and at which addresses.

    Where a stack lists no hosts at all, a repository may be on any of them, private ones included: it is named in the
    definition, and what is no repository is no answer.
    """

    access: Access
    resolver: Resolver

    def admit(self, authority: str, *, clear: bool) -> HostGrant:
        """Return the grant for ``host`` or ``host:port``; raises ``SourceError``. ``clear`` is without encryption."""
        anywhere = HostGrant(host=authority, allow_http=True, private_addresses=True)
        return self.access.grant(authority, clear=clear, given=anywhere if self.access.settings.hosts is None else None)

    def addresses(self, host: str, port: int, seconds: float, grant: HostGrant) -> Sequence[str]:
        """Return the checked addresses of a host, which are the ones to dial."""
        return self.resolver.addresses(host, port, seconds, inner=grant.private_addresses)

    def proxy(self, scheme: str, host: str, port: int | None) -> str:
        """Return the URL of the proxy for a host; "" where it is asked directly."""
        return proxy_for(Target(scheme, host, port or PORTS[scheme], "/"), self.access.environment)
