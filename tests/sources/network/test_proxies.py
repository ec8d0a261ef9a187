"""The proxy that the environment sets."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from toxic_server import Server, answer

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.network import Network, NetworkSettings
from gitopssets_provider.sources.network.proxies import proxy_for
from gitopssets_provider.sources.network.target import Target

_PROXY = "http://proxy:3128"


@pytest.mark.parametrize(
    ("url", "environment", "proxied"),
    [
        ("https://example.com/", {}, False),
        ("https://example.com/", {"HTTPS_PROXY": _PROXY}, True),
        ("https://example.com/", {"https_proxy": _PROXY}, True),
        ("https://example.com/", {"ALL_PROXY": _PROXY}, True),
        ("https://example.com/", {"HTTP_PROXY": _PROXY}, False),
        ("http://example.com/", {"HTTP_PROXY": _PROXY}, True),
        ("https://example.com/", {"HTTPS_PROXY": _PROXY, "NO_PROXY": "other.com, example.com"}, False),
        ("https://a.example.com/", {"HTTPS_PROXY": _PROXY, "NO_PROXY": ".example.com"}, False),
        ("https://a.example.com/", {"HTTPS_PROXY": _PROXY, "NO_PROXY": "example.com"}, False),
        ("https://notexample.com/", {"HTTPS_PROXY": _PROXY, "NO_PROXY": "example.com"}, True),
        ("https://example.com:8443/", {"HTTPS_PROXY": _PROXY, "NO_PROXY": "example.com:443"}, True),
        ("https://example.com/", {"HTTPS_PROXY": _PROXY, "NO_PROXY": "example.com:443"}, False),
        ("https://example.com/", {"HTTPS_PROXY": _PROXY, "NO_PROXY": "*"}, False),
        ("https://10.1.2.3/", {"HTTPS_PROXY": _PROXY, "NO_PROXY": "10.0.0.0/8"}, False),
        ("https://127.0.0.1/", {"HTTPS_PROXY": _PROXY}, False),
        ("https://localhost/", {"HTTPS_PROXY": _PROXY}, False),
    ],
)
def test_the_environment_says_who_is_asked_through_a_proxy(
    url: str, environment: dict[str, str], proxied: bool
) -> None:
    assert proxy_for(Target.of(url), environment) == (_PROXY if proxied else "")


def test_a_granted_host_is_asked_through_the_proxy_which_looks_it_up(serve: Callable[..., Server]) -> None:
    proxy = serve(answer([{"via": "proxy"}]))
    settings = NetworkSettings.model_validate({"hosts": [{"host": "nowhere.invalid", "allowHttp": True}]})
    network = Network(settings, environment={"http_proxy": proxy.url})
    assert network.get_json("http://nowhere.invalid/a") == [{"via": "proxy"}]
    assert proxy.paths == ["http://nowhere.invalid:80/a"]
    with pytest.raises(SourceError, match="is not granted"):
        network.get_json("http://elsewhere.invalid/")
    network.close()


def test_a_proxy_that_leads_nowhere_is_told(serve: Callable[..., Server]) -> None:
    proxy = serve(answer(b"", 403))
    settings = NetworkSettings.model_validate({"hosts": ["nowhere.invalid"], "attempts": 1})
    network = Network(settings, environment={"HTTPS_PROXY": proxy.url})
    with pytest.raises(SourceError, match="the proxy does not lead to"):
        network.get_json("https://nowhere.invalid/")
    network.close()
