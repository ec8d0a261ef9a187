"""The API server of the tests is a real one, and knows the kinds of others."""

from __future__ import annotations

import pytest
from api_server import ApiServer

pytestmark = pytest.mark.xdist_group("api server")


def test_it_says_its_version_and_serves_the_kinds_of_flux_and_cluster_api(api_server: ApiServer) -> None:
    assert api_server.ask("GET", "/version")["gitVersion"].startswith("v")
    served = {group["name"] for group in api_server.ask("GET", "/apis")["groups"]}
    assert {"source.toolkit.fluxcd.io", "image.toolkit.fluxcd.io", "cluster.x-k8s.io", "gitops.weave.works"} <= served
