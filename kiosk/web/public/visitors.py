"""Visitors of the public listener: strangers, told apart by address and held to a measure."""

from collections import OrderedDict
from collections.abc import Callable

from starlette.types import Scope

from kiosk.web.addresses import network_of

AT_ONCE = 120
PER_SECOND = 30.0
"""A branch's wireless network or a carrier puts a whole hall behind one address: 150 pages that
ask every 5 s."""

REMEMBERED = 4096
"""Addresses; the one that has been quiet longest is forgotten first."""


class Visitors:
    """How often each address may still ask: :data:`AT_ONCE`, filled up by :data:`PER_SECOND`."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def welcome(self, address: str) -> bool:
        """Whether this address may ask once more now; then it has."""
        now = self._monotonic()
        left, since = self._left.get(address, (float(AT_ONCE), now))
        left = min(AT_ONCE, left + (now - since) * PER_SECOND)
        self._left[address] = (max(left - 1, 0), now)
        self._left.move_to_end(address)
        if len(self._left) > REMEMBERED:
            self._left.popitem(last=False)
        return left >= 1


def address_of(scope: Scope) -> str:
    """Who is asking: an IPv4 address or an IPv6 network of 64 bits, which is one household.

    Whoever asks from this machine is the site's proxy and tells for whom: the last address in
    ``X-Forwarded-For``, which it has added itself. From elsewhere that header is anybody's to write.
    """
    peer = scope["client"][0] if scope["client"] else ""
    if network_of(peer) == "local":
        for name, value in scope["headers"]:
            if name == b"x-forwarded-for":
                return network_of(value.decode("latin-1").rpartition(",")[2].strip())
    return network_of(peer)
