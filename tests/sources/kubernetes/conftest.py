"""Readers of a real API server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from api_server import ApiServer

from gitopssets_provider.sources.kubernetes import KubernetesObjects, Management
from gitopssets_provider.sources.network import Network


@pytest.fixture
def network() -> Iterator[Network]:
    """Return a network that nothing is granted to: a kubeconfig grants its own server."""
    network = Network()
    yield network
    network.close()


@pytest.fixture
def reader_for(api_server: ApiServer, network: Network) -> Callable[..., KubernetesObjects]:
    """Return a function that makes a reader: the administrator's, or one for a user of a kubeconfig."""

    def make(user: dict[str, Any] | None = None, *, allow_exec: bool = False, **cluster: Any) -> KubernetesObjects:
        management = Management(api_server.kubeconfig(user, **cluster), allow_exec=allow_exec)
        return KubernetesObjects(network, {}, management)

    return make
