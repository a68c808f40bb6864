"""Public codes: how a ticket's own page is addressed; nothing of them stands in an event."""

import hmac
import os
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from kiosk.domain.branch import Branch
from kiosk.domain.events import DayOpened, Fact, TicketIssued
from kiosk.domain.ids import TicketId

PublicCode = Callable[[date, TicketId], str]
"""How the own page of a ticket of this business day is addressed."""


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


class CodeBook:
    """Whose codes are good: those of the open business day. :meth:`take` listens to the desk."""

    def __init__(self, code: PublicCode, branch: Branch) -> None:
        self._code = code
        self._tickets: dict[str, TicketId] = {}
        if branch.day:
            for ticket in branch.tickets:
                self._enter(branch.day, ticket)

    def ticket(self, code: str) -> TicketId | None:
        """Whose code this is; None when it is nobody's today, whatever it looks like."""
        return self._tickets.get(code)

    def take(self, facts: Sequence[Fact]) -> None:
        """A listener of the desk."""
        for fact in facts:
            match fact.event:
                case DayOpened():
                    self._tickets.clear()
                case TicketIssued(ticket=ticket):
                    self._enter(fact.day, ticket.id)
                case _:
                    pass

    def _enter(self, day: date, ticket: TicketId) -> None:
        self._tickets[self._code(day, ticket)] = ticket
