"""Scanners that aren't there. What they are shown are texts: codes of the bank's, or anything else."""

from enum import StrEnum
from pathlib import Path

from kiosk.cardreader.simulator import SimulatedReader, keystrokes


class SampleCode(StrEnum):
    """What people hold before a scanner."""

    APPOINTMENT = "appointment"
    VIP_APPOINTMENT = "vip_appointment"
    PHONE_TICKET = "phone_ticket"
    EXPIRED = "expired"
    OTHER_BRANCH = "other_branch"
    FORGED = "forged"
    SHOP = "shop"
    """Nothing of the bank's."""


class SimulatedScanner(SimulatedReader):
    """A scanner at the far end of a serial line: it sends what it sees, then CR and LF."""

    def __init__(self, folder: Path, name: str, baud: int | None = None) -> None:
        super().__init__(folder, name, baud)
        self._latest = ""

    async def scan(self, text: str) -> None:
        """Show it a code for a moment."""
        self._latest = text
        await self._send(f"{text}\r\n")

    async def scan_again(self) -> None:
        """Show the latest code once more; does nothing before the first."""
        if self._latest:
            await self.scan(self._latest)

    async def scan_with_aim(self, text: str) -> None:
        """Show a QR code to a scanner that was set to tell the kind of symbol."""
        await self._send(f"]Q1{text}\r\n")

    async def scan_without_end(self, text: str) -> None:
        """Show a code to a scanner that was set to put nothing behind it."""
        await self._send(text)

    async def hold(self, text: str) -> None:
        """Hold a code before it: it is sent again and again."""
        await self._send(f"{text}\r\n" * 3)

    async def _send(self, text: str) -> None:
        await self._line.write(text.encode("utf-8"))


class SimulatedWedgeScanner(SimulatedScanner):
    """A scanner that types: every character a key, and Enter at the end."""

    async def _send(self, text: str) -> None:
        await self._line.write(keystrokes(text.upper().replace("\r\n", "\r")))
