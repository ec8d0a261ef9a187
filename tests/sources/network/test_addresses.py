"""Which addresses a name may stand for."""

from __future__ import annotations

import pytest

from gitopssets_provider.errors import SourceError
from gitopssets_provider.sources.network.addresses import check_address, is_loopback

NEVER = [
    "169.254.169.254",
    "169.254.170.2",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "fd00:ec2::254",
    "fd20:ce::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "0.0.0.0",
    "0.1.2.3",
    "::",
    "224.0.0.1",
    "ff02::1",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "2001:db8::1",
    "::ffff:169.254.169.254",
    "::169.254.169.254",
    "64:ff9b::169.254.169.254",
    "2002:a9fe:a9fe::1",
    "::ffff:0:169.254.169.254",
]
INNER = [
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.1.2.3",
    "198.18.0.1",
    "::1",
    "fc00::1",
    "fdff::1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:c0a8:101::1",
]
OUTER = ["1.1.1.1", "172.32.0.1", "192.169.0.1", "11.0.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:1.1.1.1"]


@pytest.mark.parametrize("address", NEVER)
@pytest.mark.parametrize("inner", [False, True])
def test_some_addresses_are_never_dialled(address: str, inner: bool) -> None:
    with pytest.raises(SourceError, match="name another host"):
        check_address("example.com", address, inner=inner)


@pytest.mark.parametrize("address", INNER)
def test_inner_addresses_are_dialled_where_they_are_allowed(address: str) -> None:
    assert check_address("example.com", address, inner=True)
    with pytest.raises(SourceError, match="grant the host with privateAddresses"):
        check_address("example.com", address, inner=False)


@pytest.mark.parametrize("address", OUTER)
def test_all_others_are_dialled(address: str) -> None:
    assert check_address("example.com", address, inner=False) == address


def test_an_error_says_what_the_name_stands_for() -> None:
    with pytest.raises(SourceError) as caught:
        check_address("inner.example.com", "::ffff:10.0.0.1", inner=False)
    assert str(caught.value).startswith("inner.example.com stands for 10.0.0.1, which is private")


@pytest.mark.parametrize(
    ("host", "so"),
    [("localhost", True), ("127.0.0.2", True), ("::1", True), ("::ffff:127.0.0.1", True), ("localhost.example", False)],
)
def test_this_machine_is_known(host: str, so: bool) -> None:
    assert is_loopback(host) is so
