"""Recognising: what the directory's answer means for a visit, and for the tickets it has by then."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.client import Client
from kiosk.domain.commands import RecogniseTicket, Recognition
from kiosk.domain.ids import TicketId, VisitId
from kiosk.domain.refusals import Refused
from kiosk.flow.desk import Desk
from kiosk.flow.identify import recognition_of
from kiosk.flow.stay import Visit
from kiosk.ports import LogUnavailable

AGAIN_AFTER = 2.0
"""Seconds, while nothing can be written."""

logger = logging.getLogger(__name__)


class Recognising:
    """Tells visits who it is, and the hall whose tickets were given before that was known."""

    def __init__(
        self, plan: BranchPlan, desk: Desk, pads: Callable[[Client], tuple[str, ...]]
    ) -> None:
        """``pads`` tells to which PADs somebody is a key client by their own amount (LOB-53)."""
        self._plan = plan
        self._desk = desk
        self._pads = pads
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = asyncio.Event()

    def learn(self, visit: Visit, client: Client | None) -> None:
        """The directory has answered; None: nobody whom it knows."""
        visit.pending = False
        if client is None:
            return
        visit.client = client
        visit.recognition = recognition_of(client, self._plan.segments, self._pads(client))
        if client.language in self._plan.languages and not visit.chosen:
            visit.language = client.language

    def learn_late(
        self, visit: Visit, client: Client | None, late: Callable[[Visit], None]
    ) -> None:
        """It has answered when nobody waited any more; ``late`` is told."""
        self.learn(visit, client)
        self._tell_hall(visit)
        late(visit)

    def learn_claim(self, visit: Visit, client: Client | None) -> None:
        """It has answered whose the phone number is that somebody typed."""
        if client is None:
            return
        known = recognition_of(client, self._plan.segments)
        visit.claim = replace(known, segment=None, priority_class=None)
        self._tell_hall(visit)

    def catch_up(self, visit: Visit, ticket: TicketId) -> None:
        """A ticket was given without a recognition: it gets what is known, now or later."""
        visit.unrecognised.append(ticket)
        self._tell_hall(visit)

    async def close(self) -> None:
        """Finish what is being written; what can't be is given up."""
        self._closing.set()
        await asyncio.gather(*self._tasks)

    def _tell_hall(self, visit: Visit) -> None:
        known = visit.recognition or visit.claim
        if known is None:
            return
        for ticket in visit.unrecognised:
            task = asyncio.create_task(self._recognise(ticket, known, visit.id))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        visit.unrecognised.clear()

    async def _recognise(self, ticket: TicketId, known: Recognition, visit: VisitId) -> None:
        command = RecogniseTicket(ticket, known)
        while True:
            try:
                await self._desk.submit(command, correlation=visit)
            except LogUnavailable as outage:
                if not self._closing.is_set():
                    await self._rest()
                    continue
                logger.warning("a ticket could not be recognised afterwards: %r", outage)
            except Refused as refusal:
                logger.warning("a ticket could not be recognised afterwards: %r", refusal)
            return

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(AGAIN_AFTER):
                await self._closing.wait()
