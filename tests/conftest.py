"""What tests of several parts share: a real API server, objects in it, and sources that read them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from api_server import ApiServer

from gitopssets_provider.generators import Context
from gitopssets_provider.sources.inventory import FixedClusters
from gitopssets_provider.sources.kubernetes import Management
from gitopssets_provider.sources.live import live
from gitopssets_provider.sources.network import NetworkSettings
from gitopssets_provider.templating import Templating

_NUMBERS = itertools.count()
Make = Callable[..., Any]


@pytest.fixture(scope="session")
def api_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """Return a real API server; tests that use it make namespaces of their own."""
    server = ApiServer(tmp_path_factory.mktemp("api-server"))
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def namespace(api_server: ApiServer) -> str:
    """Return a new namespace."""
    return api_server.namespace(f"n{next(_NUMBERS)}")


@pytest.fixture
def make(api_server: ApiServer, namespace: str) -> Make:
    """Return a function that makes an object: ``make("v1/configmaps", "name", data=...)``."""

    def run(collection: str, name: str, status: Any = None, labels: Any = None, **content: Any) -> Any:
        version, _, plural = collection.rpartition("/")
        base = "/api/v1" if version == "v1" else f"/apis/{version}"
        kinds = {
            "configmaps": "ConfigMap",
            "secrets": "Secret",
            "gitrepositories": "GitRepository",
            "imagepolicies": "ImagePolicy",
            "gitopsclusters": "GitopsCluster",
            "clusters": "Cluster",
        }
        annotations = content.pop("annotations", {})
        written = {
            "apiVersion": version,
            "kind": kinds[plural],
            "metadata": {"name": name, "labels": labels or {}, "annotations": annotations},
            **content,
        }
        return api_server.create(f"{base}/namespaces/{namespace}/{plural}", written, status)

    return run


@pytest.fixture
def reading(api_server: ApiServer, namespace: str, tmp_path: Path) -> Iterator[Callable[..., Context]]:
    """Return a function that gives the context of a set in the namespace; its sources read the API server."""

    opened: list[Any] = []

    def run(user: dict[str, Any] | None = None, hosts: Any = (), own: str = namespace) -> Context:
        network = NetworkSettings.model_validate({"hosts": list(hosts)})
        management = Management(api_server.kubeconfig(user))
        sources = live(tmp_path, FixedClusters(), network=network, management=management, environment={})
        opened.append(sources.http)
        templating = Templating({"set": {"name": "s", "namespace": own}})
        return Context(sources=sources, templating=templating, max_elements=1000, path="generators")

    yield run
    for each in opened:
        each.close()
