"""What a simulated printer says: answers, and its status unasked (ESC/POS, ``GS a``)."""

import asyncio

from kiosk.devices.simwire import FarEnd


class Answers:
    """The way back over the wire. It has hands that make the printer mute or slow."""

    def __init__(self, wire: FarEnd) -> None:
        self._wire = wire
        self._mute = False
        self._late = 0.0
        self._automatic = False
        self._told = b""
        self._speaking = asyncio.Lock()

    def go_mute(self, mute: bool = True) -> None:
        """It prints and says nothing."""
        self._mute = mute

    def be_late(self, seconds: float) -> None:
        """It thinks so long about every answer."""
        self._late = seconds

    def begin_automatic_status(self, of: int) -> None:
        """Automatic Status Back: changes are told unasked from now on, the status of now first.

        ``of``: which ones, as a sum of bits; 0: none any more. The simulator tells all or none.
        """
        self._automatic = of != 0
        self._told = b""

    def end_automatic_status(self) -> None:
        """Its power is gone."""
        self._automatic = False

    async def tell(self, status: bytes) -> None:
        """Say a status that wasn't told yet, if it is to be told unasked."""
        if self._automatic and status != self._told:
            self._told = status
            await self.send(status)

    async def send(self, data: bytes) -> None:
        """Answer this, late or not at all where hands have seen to that."""
        # One answers at once what the other may be just telling: never in the middle of it.
        async with self._speaking:
            if self._late:
                await asyncio.sleep(self._late)
            if not self._mute:
                await self._wire.write(data)
