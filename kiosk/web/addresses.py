"""Addresses: who is asking, as far as a network tells."""

import ipaddress


def network_of(address: str) -> str:
    """An IPv4 address or an IPv6 network of 64 bits, which is one household.

    ``local`` for this machine, ``unknown`` for whatever is no address.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is None and not found.is_loopback:
            return str(ipaddress.ip_network((found, 64), strict=False))
        found = found.ipv4_mapped or found
    return "local" if found.is_loopback else str(found)
