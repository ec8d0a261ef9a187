"""Within a pod its service account is used."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from api_server import VERSION, ApiServer

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.kubernetes.api import Api
from gitopssets_provider.sources.kubernetes.in_cluster import in_cluster
from gitopssets_provider.sources.network import Network

pytestmark = pytest.mark.xdist_group("api server")


def _environment(host: str = "10.0.0.1", port: int | None = 443) -> dict[str, str]:
    return {"KUBERNETES_SERVICE_HOST": host, "KUBERNETES_SERVICE_PORT": str(port)}


def test_the_token_and_the_authority_of_the_account_are_used(
    api_server: ApiServer, network: Network, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("admin-token\n")
    (tmp_path / "ca.crt").write_bytes(api_server.ca)
    connection = in_cluster(_environment("127.0.0.1", urlsplit(api_server.url).port), tmp_path)
    assert connection is not None
    assert Api(connection, network).version() == VERSION
    assert "admin-token" not in repr(connection)


def test_outside_of_a_pod_there_is_none(tmp_path: Path) -> None:
    assert in_cluster({}, tmp_path) is None
    assert in_cluster(_environment(), tmp_path) is None


def test_an_account_without_an_authority_is_an_error_and_an_address_is_written_as_in_a_url(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("t")
    with pytest.raises(SourceError, match="the service account is not readable"):
        in_cluster(_environment(), tmp_path)
    (tmp_path / "ca.crt").write_bytes(b"")
    found = in_cluster(_environment("fd00::1"), tmp_path)
    assert found is not None
    assert found.url == "https://[fd00::1]:443"
