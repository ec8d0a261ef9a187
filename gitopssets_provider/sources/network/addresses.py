"""Which addresses a host name may stand for. Nothing here looks anything up."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from gitopssets_provider.errors import SourceError

__all__ = ["check_address", "is_loopback"]

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# What Python itself calls private or global differs from version to version, and leaves out the services of clouds.
_NEVER: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(network), what)
    for network, what in (
        ("100.100.100.200/32", "a cloud's metadata service"),
        ("168.63.129.16/32", "a cloud's metadata service"),
        ("169.254.0.0/16", "link-local, where clouds keep their metadata services"),
        ("192.0.0.192/32", "a cloud's metadata service"),
        ("fd00:ec2::/32", "a cloud's metadata service"),
        ("fd20:ce::254/128", "a cloud's metadata service"),
        ("0.0.0.0/8", "no address of a host"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "reserved for documentation"),
        ("192.88.99.0/24", "reserved"),
        ("198.51.100.0/24", "reserved for documentation"),
        ("203.0.113.0/24", "reserved for documentation"),
        ("224.0.0.0/4", "a multicast address"),
        ("240.0.0.0/4", "reserved"),
        ("::/128", "no address of a host"),
        ("64:ff9b:1::/48", "reserved for translation"),
        ("100::/64", "reserved"),
        ("2001:db8::/32", "reserved for documentation"),
        ("3fff::/20", "reserved for documentation"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "a multicast address"),
    )
)
_INNER: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(network), what)
    for network, what in (
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "private to a provider"),
        ("127.0.0.0/8", "this machine itself"),
        ("172.16.0.0/12", "private"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "private to a test network"),
        ("::1/128", "this machine itself"),
        ("fc00::/7", "private"),
    )
)
_WRAPPING = IPv6Network("64:ff9b::/96"), IPv6Network("::/96"), IPv6Network("::ffff:0:0:0/96")


def check_address(host: str, text: str, *, inner: bool) -> str:
    """Return the address to dial; raises ``SourceError`` where ``host`` may not stand for it.

    ``inner`` allows private addresses and this machine's own. An IPv4 address within an IPv6 one is judged as itself.
    """
    address = _unwrapped(ip_address(text.partition("%")[0]))
    for network, what in _NEVER:
        if address in network:
            raise SourceError(f"{_meaning(host, address)} is {what}", remedy="name another host")
    if inner:
        return text
    for network, what in _INNER:
        if address in network:
            raise SourceError(
                f"{_meaning(host, address)} is {what}",
                remedy="if it is meant, grant the host with privateAddresses: true under gitopssets:network",
            )
    return text


def is_loopback(host: str) -> bool:
    """Say whether a host, as it is written, is this machine itself."""
    try:
        return _unwrapped(ip_address(host)).is_loopback
    except ValueError:
        return host == "localhost"


def _unwrapped(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address carries: mapped, translated, 6to4, Teredo; else the address."""
    if isinstance(address, IPv4Address) or address in (IPv6Address("::"), IPv6Address("::1")):
        return address
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour or address
    if address.teredo:
        return address.teredo[1]
    if any(address in network for network in _WRAPPING):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _meaning(host: str, address: Address) -> str:
    return host if host == str(address) else f"{host} stands for {address}, which"
