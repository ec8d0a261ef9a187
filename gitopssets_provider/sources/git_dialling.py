"""Connections for git over HTTP: the address that was checked is the one that is dialled."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.util.connection import create_connection

__all__ = ["Addresses", "dialling_pools"]

Addresses = Callable[[str, int], Sequence[str]]
"""Returns the checked addresses of a host and port; raises ``SourceError``."""


def dialling_pools(host: str, addresses: Addresses) -> dict[str, Any]:
    """Return the pools, by scheme, that dial only what ``addresses`` returns for ``host``.

    Another name is that of the proxy: the host is then looked up there.
    """

    def dialled(connection: Any, otherwise: Callable[[], socket.socket]) -> socket.socket:
        name, port = connection.host, connection.port
        if name.strip("[]") != host:
            return otherwise()
        failure: Exception = NewConnectionError(connection, "no address")
        for address in addresses(host, port):
            try:
                return create_connection((address, port), connection.timeout, None, connection.socket_options)
            except TimeoutError:
                failure = ConnectTimeoutError(connection, "not reached in time")
            except OSError as error:
                failure = NewConnectionError(connection, str(error))
        raise failure

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return dialled(self, super()._new_conn)

    class Encrypted(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return dialled(self, super()._new_conn)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {"http": PlainPool, "https": EncryptedPool}
