"""Where a webhook may go: to the public network only, unless it is said to be private."""

from __future__ import annotations

import ipaddress
import socket
from typing import Final

__all__ = ["Forbidden", "is_public", "resolve"]

_TRANSLATED: Final = ipaddress.ip_network("64:ff9b::/96")
"""Addresses of IPv4 behind a translator (RFC 6052)."""


class Forbidden(OSError):
    """A name leads into a private network."""


def resolve(host: str, port: int, *, private: bool) -> list[str]:
    """The addresses behind a name, to connect to these and no others: a second look might give another answer.

    One that is not public forbids them all, unless `private`. A name that leads nowhere raises an `OSError`.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not private and not all(is_public(address) for address in addresses):
        raise Forbidden("the name leads into a private network")
    return addresses


def is_public(address: str) -> bool:
    """Whether an address is of the public network, also where it hides one of IPv4."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and (ip.ipv4_mapped or ip.sixtofour or ip.teredo or ip in _TRANSLATED):
        return False
    return ip.is_global and not ip.is_multicast
