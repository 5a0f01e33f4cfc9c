"""Which addresses the hub may fetch files from: the public ones, and the private ones that the operator names."""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from printhub.core.model.errors import NotFetched

Address = tuple[int, tuple[str, int] | tuple[str, int, int, int]]
"""The family of a socket, and what it connects to."""
Resolver = Callable[[str, int], Sequence[Address]]
"""Finds the addresses of a host; raises OSError when there are none."""

_ASSIGNED = ip_network("192.0.0.0/24")
"""Protocol assignments (RFC 6890), of which `ipaddress` calls some global."""


def resolve(host: str, port: int) -> Sequence[Address]:
    """The addresses that the system knows for a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(family, place) for family, _, _, _, place in found]  # type: ignore[misc] # as a socket of its family wants


def is_public(text: str) -> bool:
    """Whether an address is one of the public internet; raises ValueError for what is no address.

    What carries an IPv4 address (mapped, compatible, NAT64) counts as reserved, and so as not public; a 6to4 one is
    what it leads to.
    """
    address = ip_address(text)
    if isinstance(address, IPv6Address) and address.sixtofour is not None:
        return is_public(str(address.sixtofour))
    special = address.is_multicast or address.is_reserved or address.is_private or address in _ASSIGNED
    site_local = isinstance(address, IPv6Address) and address.is_site_local
    return address.is_global and not special and not site_local


@dataclass(frozen=True, slots=True)
class Addresses:
    """The guard: a name is looked up once, and what it may connect to is what was looked at.

    `private_hosts` are names, addresses and networks that may be private. Where some of a name's addresses may be
    connected to and others may not, none is: nobody needs such a name but somebody who wants to get in.
    """

    private_hosts: Sequence[str] = ()
    resolver: Resolver = resolve
    setting: str = "[files] private_hosts"
    """Where the operator lists them."""

    def of(self, host: str, port: int) -> Sequence[Address]:
        """The addresses of a host, every one allowed; raises NotFetched, and OSError when there are none."""
        found = self.resolver(host, port)
        if not found:
            raise OSError("the name has no address")
        if host.lower() in {name.lower() for name in self.private_hosts}:
            return found
        if not all(self._may(place[0]) for _, place in found):
            detail = f"{host} is not on the public internet, and {self.setting} does not list it"
            raise NotFetched(detail, lasting=True)
        return found

    def _may(self, text: str) -> bool:
        return is_public(text) or any(_lies_in(text, allowed) for allowed in self.private_hosts)


def _lies_in(address: str, allowed: str) -> bool:
    try:
        return ip_address(address) in ip_network(allowed)
    except ValueError:  # a host's name
        return False
