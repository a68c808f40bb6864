"""A crowd at the door: who gives way when there are more than there is room for."""

from collections import Counter
from collections.abc import Collection
from typing import Protocol, TypeVar

from kiosk.web.addresses import network_of


class Guest(Protocol):
    """Somebody who has come, and is let stay as long as there is room."""

    @property
    def source(self) -> str:
        """Where from, see :func:`source_of`."""

    @property
    def since(self) -> float:
        """When, by the event loop's clock."""

    @property
    def worth(self) -> int:
        """How much would be lost with it; 0: nothing yet."""


GuestT = TypeVar("GuestT", bound=Guest)


def gives_way(present: Collection[GuestT]) -> GuestT:
    """Who goes, of all who are here with the newcomer: of the source that has the most of them,
    the one with whom least is lost, and of those whoever came first.

    So nobody can take the room of others by coming often, and a newcomer takes the place of one of
    the same source that has said nothing yet.
    """
    sizes = Counter(one.source for one in present)
    largest = max(sizes.values())
    crowd = (one for one in present if sizes[one.source] == largest)
    return min(crowd, key=lambda one: (one.worth, one.since))


def source_of(address: str) -> str:
    """An IPv4 address, or an IPv6 network of 64 bits; this machine's own addresses are each one."""
    network = network_of(address)
    return address if network == "local" else network
