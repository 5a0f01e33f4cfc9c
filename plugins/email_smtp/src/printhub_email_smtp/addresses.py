"""Addresses as they go over the wire."""

import idna

from printhub import Rejected


def on_the_wire(address: str) -> str:
    """With the domain in ASCII (IDNA, RFC 5891) where all before the @ is: then every server takes it.

    Raises Rejected, as a bounce, for a domain that can be none.
    """
    local, _, domain = address.rpartition("@")
    if domain.isascii() or not local.isascii():
        return address
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"
    except (idna.IDNAError, UnicodeError):
        raise Rejected("the domain of an address is none (RFC 5891)", bounced=True) from None
