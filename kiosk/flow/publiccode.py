"""Public codes: how a ticket's own page is addressed; nothing of them stands in an event."""

import hmac
import os
from datetime import date
from pathlib import Path

from kiosk.domain.ids import TicketId


class PublicCodes:
    """128 bits of HMAC-SHA-256 under the day's key; the codes of a day die with its key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._day: date | None = None
        self._key = b""

    def code(self, day: date, ticket: TicketId) -> str:
        """The code of a ticket of this business day, as 32 hexadecimal digits."""
        if day != self._day:
            self._key = self._key_of(day)
            self._day = day
        return hmac.digest(self._key, ticket.encode(), "sha256").hex()[:32]

    def _key_of(self, day: date) -> bytes:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{day.isoformat()}.key"
        for other in self._folder.glob("*.key"):
            if other < path:
                other.unlink()
        if not path.exists():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(os.urandom(32))
        return path.read_bytes()
