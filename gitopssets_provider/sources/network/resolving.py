"""From a host's name to the addresses to dial: looked up once, and checked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.deadline import within
from gitopssets_provider.sources.network.addresses import check_address
from gitopssets_provider.sources.network.failures import UnreachedError

__all__ = ["Resolver"]


@dataclass(slots=True)
class Resolver:
    """Looks each host up once in a run, so that its name cannot stand for something else a moment later."""

    _known: dict[tuple[str, int], Sequence[str]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def addresses(self, host: str, port: int, seconds: float, *, inner: bool) -> Sequence[str]:
        """Return the addresses of a host in the order to try them; one that is not allowed spoils them all."""
        with self._lock:
            known = self._known.get((host, port))
        if known is None:
            known = within(seconds, lambda: _looked_up(host, port), lambda: None)
            with self._lock:
                known = self._known.setdefault((host, port), known)
        return [check_address(host, address, inner=inner) for address in known]


def _looked_up(host: str, port: int) -> Sequence[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        kind = UnreachedError if error.errno == socket.EAI_AGAIN else SourceError
        raise kind(f"the name {host} is not known", remedy="check the URL and the network") from None
    except (OSError, UnicodeError):
        raise SourceError(f"the name {host} is not known", remedy="check the URL and the network") from None
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
