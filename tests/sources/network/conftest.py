"""Servers that misbehave, and networks that may ask them."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from toxic_server import Answer, Authority, Server

from gitopssets_provider.sources.network import Network, NetworkSettings


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Return a function that starts a server with its answers."""
    running: list[Server] = []

    def start(answers: Answer | bytes, tls: ssl.SSLContext | None = None) -> Server:
        server = Server((lambda _: answers) if isinstance(answers, bytes) else answers, tls)
        running.append(server.__enter__())
        return server

    yield start
    for server in running:
        server.__exit__()


@pytest.fixture
def network_for() -> Iterator[Callable[..., Network]]:
    """Return a function that makes a network which may ask the given servers."""
    made: list[Network] = []

    def make(*servers: Server, settings: dict[str, Any] | None = None, **options: Any) -> Network:
        hosts = [{"host": server.authority, "allowHttp": True, "privateAddresses": True} for server in servers]
        network = Network(NetworkSettings.model_validate({"hosts": hosts, **(settings or {})}), **options)
        made.append(network)
        return network

    yield make
    for network in made:
        network.close()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Return a certificate authority that nobody else trusts."""
    return Authority.make(tmp_path_factory.mktemp("authority"))
