"""The proxy that the environment sets, as curl and git read it."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address, ip_network

from gitopssets_provider.sources.network.addresses import is_loopback
from gitopssets_provider.sources.network.target import Target

__all__ = ["proxy_for"]


def proxy_for(target: Target, environment: Mapping[str, str]) -> str:
    """Return the URL of the proxy for a host; "" where it is asked directly, as this machine itself always is."""
    if is_loopback(target.host) or _is_exempt(target, _read(environment, "no_proxy")):
        return ""
    return _read(environment, f"{target.scheme}_proxy") or _read(environment, "all_proxy")


def _read(environment: Mapping[str, str], name: str) -> str:
    return (environment.get(name) or environment.get(name.upper()) or "").strip()


def _is_exempt(target: Target, exempt: str) -> bool:
    return any(_covers(entry.strip().lower(), target) for entry in exempt.split(",") if entry.strip())


def _covers(entry: str, target: Target) -> bool:
    if entry == "*" or entry in (target.authority, f"{target.bracketed}:{target.port}"):
        return True
    try:
        return ip_address(target.host) in ip_network(entry, strict=False)
    except ValueError:
        name = entry.lstrip(".")
        return target.host == name or target.host.endswith(f".{name}")
