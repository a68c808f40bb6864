"""Announcing: calls are spoken in the hall, one after the other, and never late."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from kiosk.domain.branch import Branch
from kiosk.domain.events import Fact, TicketCalled, TicketRecalled
from kiosk.domain.ids import DeviceId, TicketId
from kiosk.domain.ticket import Ticket, TicketState
from kiosk.flow.desk import Desk
from kiosk.ports import Announcement, Clock, Voice
from kiosk.tasks import Tasks

VOICE = DeviceId("voice")
"""The hall's voice as a device of the branch."""
STALE = timedelta(seconds=30)
"""After that a call isn't spoken any more: its person has seen it, or the teller calls again."""


def announce_calls(desk: Desk, voice: Voice | None, clock: Clock, tasks: Tasks) -> None:
    """Speak the calls of this branch from now on, if it has a voice."""
    if voice:
        announcements = CallAnnouncements(desk, voice, clock)
        desk.listen(announcements.take)
        tasks.keep("announcements", announcements.run)


class CallAnnouncements:
    """The one queue of what is to be spoken. A ticket stands in it once, with its latest call."""

    def __init__(self, desk: Desk, voice: Voice, clock: Clock) -> None:
        self._desk = desk
        self._voice = voice
        self._clock = clock
        self._waiting: dict[TicketId, tuple[Ticket, Fact]] = {}
        self._arrived = asyncio.Event()

    def take(self, facts: Sequence[Fact]) -> None:
        """A listener of the desk."""
        for fact in facts:
            if isinstance(fact.event, TicketCalled | TicketRecalled):
                ticket = fact.event.ticket
                self._waiting[ticket.id] = (ticket, fact)
                self._arrived.set()

    async def run(self) -> None:
        """Speak, in order, until cancelled."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._waiting:
                ticket, call = self._waiting.pop(next(iter(self._waiting)))
                await self._announce(ticket, call)

    async def _announce(self, ticket: Ticket, call: Fact) -> None:
        branch = await self._desk.branch()
        if self._stands(branch, ticket) and self._clock.now() - call.time <= STALE:
            assert ticket.counter is not None  # a called ticket has one
            counter = branch.plan.counters[ticket.counter]
            await self._voice.say(Announcement(ticket.number, ticket.language, counter))

    @staticmethod
    def _stands(branch: Branch, ticket: Ticket) -> bool:
        """Whether the ticket is still called, and to the same counter."""
        present = branch.tickets.get(ticket.id)
        if present is None or present.state is not TicketState.CALLED:
            return False
        return present.counter == ticket.counter
