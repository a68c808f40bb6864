"""A second printer that takes a slip when the first one is known not to be able to."""

from collections.abc import Awaitable, Callable

from kiosk.domain.device import DeviceStatus
from kiosk.domain.slip import Slip, SlipState
from kiosk.ports import PrintResult, TicketPrinter


class WithStandby:
    """A ``TicketPrinter`` of two. Each goes on saying for itself how it is."""

    def __init__(self, first: TicketPrinter, standby: TicketPrinter) -> None:
        self._first = first
        self._standby = standby

    def __repr__(self) -> str:
        return f"<WithStandby {self._first!r}, then {self._standby!r}>"

    @property
    def status(self) -> DeviceStatus:
        """The first one's while that is well, or nobody is."""
        well = self._first.status is DeviceStatus.ONLINE
        return self._first.status if well else self._standby.status

    async def print(
        self, slip: Slip, about_to_send: Callable[[str], Awaitable[None]]
    ) -> PrintResult:
        """See ``ports.TicketPrinter``.

        A slip of which a byte may have left is never given to the other printer.
        """
        announced = False

        async def announce(digest: str) -> None:
            nonlocal announced
            announced = True
            await about_to_send(digest)

        result = await self._first.print(slip, announce)
        if announced or result.state is not SlipState.FAILED:
            return result
        return await self._standby.print(slip, about_to_send)
