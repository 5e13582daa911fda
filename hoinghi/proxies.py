"""Whose word about the client's address is believed: the proxies that the settings name, and nobody else's."""

import ipaddress
from collections.abc import Iterable

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def read_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """``["10.0.0.1", "172.16.0.0/12"]`` as networks.

    Raises:
        ValueError: one is neither an address nor a network.
    """
    return tuple(ipaddress.ip_network(text.strip()) for text in texts if text.strip())


def is_among(address: str, networks: tuple[Network, ...]) -> bool:
    found = _read(address)
    return found is not None and any(found in network for network in networks)


def client_of(peer: str, forwarded: str, trusted: tuple[Network, ...]) -> str:
    """The address that a request came from.

    Each proxy appends to X-Forwarded-For whom it was called by, so the list is read from its end for as long as a
    proxy of ours has written it: the first address that is none of ours is the client's. All before it is whatever
    the client wrote.

    Arguments:
        peer: who called us.
        forwarded: the header's value, "" without one.
    """
    address = peer
    for text in reversed(forwarded.split(",")):
        told = _read(text)
        if told is None or not is_among(address, trusted):
            break
        address = str(told)
    return address


def _read(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
