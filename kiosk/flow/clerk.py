"""The clerk behind the touch screen: what takes a moment is done here and told to the inbox."""

import asyncio
from collections.abc import Coroutine

from kiosk.domain.events import Actor
from kiosk.domain.ids import DeviceId, ServiceId, TicketId
from kiosk.domain.refusals import Refused
from kiosk.flow.inbox import Answered, Inbox, Issued, NotIssued
from kiosk.flow.stay import Visit
from kiosk.flow.visits import Visits
from kiosk.identities import Identity
from kiosk.ports import LogUnavailable


class Clerk:
    """Asks who it is and fetches tickets for the person at one kiosk."""

    def __init__(self, visits: Visits, inbox: Inbox, by: Actor, printer: DeviceId | None) -> None:
        self._visits = visits
        self._inbox = inbox
        self._by = by
        self._printer = printer
        self._tasks: set[asyncio.Task[None]] = set()

    def identify(self, visit: Visit, identity: Identity | None) -> None:
        """Find out who it is; ``Answered`` follows, and once more when the answer is late."""
        self._start(self._identify(visit, identity))

    def fetch(self, visit: Visit, service: ServiceId, wrong: TicketId | None) -> None:
        """Have a number issued, or the ``wrong`` one stand for this service from now on.

        ``Issued`` or ``NotIssued`` follows.
        """
        self._start(self._fetch(visit, service, wrong))

    async def _identify(self, visit: Visit, identity: Identity | None) -> None:
        if identity is not None:
            await self._visits.identify(visit, identity, late=self._answered)
        self._answered(visit)

    def _answered(self, visit: Visit) -> None:
        self._inbox.put(Answered(visit))

    async def _fetch(self, visit: Visit, service: ServiceId, wrong: TicketId | None) -> None:
        try:
            if wrong is None:
                receipt = await self._visits.take_ticket(
                    visit, service, self._by, printer=self._printer
                )
            else:
                receipt = await self._visits.reroute(wrong, service, self._by)
        except (Refused, LogUnavailable) as why:
            self._inbox.put(NotIssued(visit, why))
        else:
            self._inbox.put(Issued(visit, receipt))

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
