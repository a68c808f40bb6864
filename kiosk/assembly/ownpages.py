"""Customers' own pages: their codes, their addresses, and the listener that serves them."""

import socket
from datetime import date
from pathlib import Path

from kiosk.certificates.machine import Encryption
from kiosk.domain.ids import TicketId
from kiosk.flow.desk import Desk
from kiosk.flow.hall import Hall
from kiosk.flow.publiccode import CodeBook, PublicCodes
from kiosk.ports import Clock
from kiosk.settings import Settings
from kiosk.tasks import Tasks
from kiosk.web.context import Foretold
from kiosk.web.public.app import build_public
from kiosk.web.public.ownpage import PublicContext
from kiosk.web.server import listening, serve


class OwnPages:
    """Listens from the start when the settings say so, and serves from :meth:`open` on.

    Raises AddressUnavailable.
    """

    def __init__(self, settings: Settings, keys: Path, hall: Hall, encryption: Encryption) -> None:
        self._settings = settings
        self._hall = hall
        self._encryption = encryption
        self._codes = PublicCodes(keys)
        listen = settings.http.public_listen
        self._opened: socket.socket | None = None
        if listen:
            self._opened = listening(listen, "public_listen")

    def close(self) -> None:
        """Listen no longer."""
        if self._opened:
            self._opened.close()

    def code(self, day: date, ticket: TicketId) -> str:
        """Which code the ticket's page has."""
        return self._codes.code(day, ticket)

    def follow_url(self, ticket: TicketId) -> str | None:
        """Where a ticket of today can be followed; None when the site has no such pages."""
        url, day = self._settings.http.follow_url, self._hall.branch.day
        return f"{url}/t/{self.code(day, ticket)}" if url and day else None

    def open(self, desk: Desk, clock: Clock, foretold: Foretold, tasks: Tasks) -> None:
        """Serve the pages, to anybody who has a code."""
        if self._opened is None:
            return
        book = CodeBook(self.code, self._hall.branch)
        desk.listen(book.take)
        context = PublicContext(
            plan=self._hall.branch.plan,
            fallback=self._settings.fallback_language,
            desk=desk,
            clock=clock,
            ticket=book.ticket,
            code=self.code,
            foretold=foretold,
        )
        tls = self._encryption.at(self._settings.http.public_listen)
        serving = serve(build_public(context), self._opened, tls, strangers=True)
        tasks.start("customers' own pages", serving)
