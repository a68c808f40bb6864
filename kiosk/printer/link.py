"""The link to a printer: the one owner of its wire. Bytes go out with deadlines, replies come in."""

import asyncio
from collections.abc import Callable

from kiosk.devices.transport import Wire
from kiosk.domain.device import Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError
from kiosk.printer.replies import Reply, ReplyDemultiplexer

WRITE_WITHIN = 3.0
_READ_WITHIN = 60.0


class PrinterLink:
    """One open wire to one printer. :meth:`listen` must run."""

    def __init__(self, device: DeviceId, wire: Wire) -> None:
        self.device = device
        self._wire = wire
        self._replies = ReplyDemultiplexer()
        self._heard = asyncio.Event()
        self.lost = False
        self.listeners: list[Callable[[Reply], None]] = []
        """Each is called with every reply, in their order."""

    async def listen(self) -> None:
        """Take replies until the line is lost. Raises DeviceError."""
        while True:
            for reply in self._replies.feed(await self._wire.read(_READ_WITHIN)):
                for listener in self.listeners:
                    listener(reply)
                self._heard.set()

    def lose(self) -> None:
        """The line is gone: whoever waits for an answer is told at once."""
        self.lost = True
        self._heard.set()

    async def send(self, data: bytes, within: float = WRITE_WITHIN) -> None:
        """Raises DeviceError when the line is lost or the printer takes no more."""
        await self._wire.write(data, within)

    async def until(self, condition: Callable[[], bool], within: float) -> bool:
        """Whether what replies make true became true in time. Raises DeviceError, the line is lost."""
        try:
            async with asyncio.timeout(within):
                while not condition():
                    if self.lost:
                        raise DeviceError(self.device, Fault.CONNECTION_LOST)
                    self._heard.clear()
                    await self._heard.wait()
        except TimeoutError:
            return condition()
        return True
