"""Readers of a real API server."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from api_server import ApiServer

from gitopssets_provider.sources.kubernetes import KubernetesObjects
from gitopssets_provider.sources.network import Network

_NUMBERS = itertools.count()


@pytest.fixture
def network() -> Iterator[Network]:
    """Return a network that nothing is granted to: a kubeconfig grants its own server."""
    network = Network()
    yield network
    network.close()


@pytest.fixture
def namespace(api_server: ApiServer) -> str:
    """Return a new namespace."""
    return api_server.namespace(f"ns-{next(_NUMBERS)}")


@pytest.fixture
def reader_for(api_server: ApiServer, network: Network) -> Callable[..., KubernetesObjects]:
    """Return a function that makes a reader: the administrator's, or one for a user of a kubeconfig."""

    def make(user: dict[str, Any] | None = None, *, allow_exec: bool = False, **cluster: Any) -> KubernetesObjects:
        return KubernetesObjects(network, {}, api_server.kubeconfig(user, **cluster), allow_exec=allow_exec)

    return make
