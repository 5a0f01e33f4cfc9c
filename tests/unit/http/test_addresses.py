"""Which addresses files may be fetched from."""

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printhub.core.http.addresses import Address, Addresses, is_public
from printhub.core.model.errors import NotFetched

NOT_PUBLIC = [
    "127.0.0.1",
    "127.8.9.10",
    "0.0.0.0",  # noqa: S104 - refused, not bound
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12:3456::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:169.254.169.254",
    "::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2001:0:7f00:1::1",
]


def found(*addresses: str) -> Sequence[Address]:
    return [(socket.AF_INET6, (text, 80, 0, 0)) if ":" in text else (socket.AF_INET, (text, 80)) for text in addresses]


def guard(*addresses: str, allowed: Sequence[str] = ()) -> Addresses:
    return Addresses(allowed, lambda _host, _port: found(*addresses))


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_is_not_on_the_public_internet_is_refused_for_good(address: str) -> None:
    with pytest.raises(NotFetched, match=r"files\.example is not on the public internet") as caught:
        guard(address).of("files.example", 80)

    assert caught.value.lasting
    assert address not in caught.value.detail  # what a name means inside is nobody's business outside


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "2002:808:808::1"])
def test_public_addresses_may_be_connected_to(address: str) -> None:
    assert guard(address).of("files.example", 80) == found(address)


@pytest.mark.parametrize("order", [("8.8.8.8", "10.0.0.1"), ("10.0.0.1", "8.8.8.8"), ("8.8.8.8", "::1")])
def test_a_name_that_is_public_and_private_at_once_is_refused(order: tuple[str, str]) -> None:
    with pytest.raises(NotFetched):
        guard(*order).of("files.example", 80)


@pytest.mark.parametrize(
    ("allowed", "host", "address"),
    [
        ("10.20.0.0/16", "files.example", "10.20.3.4"),
        ("127.0.0.1", "localhost", "127.0.0.1"),
        ("fd00::/8", "files.example", "fd12::1"),
        ("Files.Example", "files.example", "192.168.0.7"),
    ],
)
def test_what_the_operator_lists_may_be_private(allowed: str, host: str, address: str) -> None:
    assert guard(address, allowed=[allowed]).of(host, 80) == found(address)


@pytest.mark.parametrize(
    ("allowed", "address"),
    [("10.20.0.0/16", "10.21.0.1"), ("files.example.org", "10.0.0.1"), ("127.0.0.1", "::ffff:127.0.0.1")],
)
def test_what_is_listed_lets_nothing_else_in(allowed: str, address: str) -> None:
    with pytest.raises(NotFetched):
        guard(address, allowed=[allowed]).of("files.example", 80)


def test_a_network_that_is_listed_does_not_make_the_rest_of_a_name_allowed() -> None:
    with pytest.raises(NotFetched):
        guard("10.20.0.1", "192.168.0.1", allowed=["10.20.0.0/16"]).of("files.example", 80)


def test_a_name_without_an_address_is_not_found() -> None:
    with pytest.raises(OSError, match="no address"):
        guard().of("files.example", 80)


PRIVATE = [ip_network(text) for text in ("0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10")]
INNER = st.sampled_from(PRIVATE).flatmap(
    lambda net: st.integers(int(net.network_address), int(net.broadcast_address)).map(IPv4Address)
)


@given(INNER, st.sampled_from(["::ffff:0:0", "::", "64:ff9b::", "64:ff9b:1::"]))
def test_no_wrapping_makes_a_private_address_public(inner: IPv4Address, prefix: str) -> None:
    assert not is_public(str(inner))
    assert not is_public(str(IPv6Address(int(ip_address(prefix)) + int(inner))))
    assert not is_public(str(IPv6Address((0x2002 << 112) + (int(inner) << 80) + 1)))
