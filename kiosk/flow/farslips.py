"""Slips that terminals print: of one whose terminal says nothing it stays unknown what became."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from kiosk.domain.commands import RecordSlipOutcome
from kiosk.domain.device import Fault, is_at_terminal
from kiosk.domain.events import Fact
from kiosk.domain.ids import JobId
from kiosk.domain.refusals import Refused
from kiosk.domain.slip import SlipJob, SlipState
from kiosk.domain.slipevents import PrintFailed, PrintUnknown, SlipPrepared, TicketPrinted
from kiosk.flow.desk import Desk
from kiosk.ports import LogUnavailable

PATIENCE = 600.0
"""Seconds that a terminal has for telling; by then nobody stands before it any more."""
RETRY_AFTER = 5.0


class FarSlips:
    """Gives each slip that a terminal was to print an outcome, if the terminal doesn't."""

    def __init__(self, desk: Desk, patience: float = PATIENCE) -> None:
        self._desk = desk
        self._patience = patience
        self._due: dict[JobId, float] = {}
        """By when each is to have its outcome, the earliest first."""
        self._arrived = asyncio.Event()

    def take(self, facts: Sequence[Fact]) -> None:
        """A listener of the desk."""
        for fact in facts:
            match fact.event:
                case SlipPrepared(job=job):
                    self._expect(job)
                case TicketPrinted(job=job) | PrintFailed(job=job) | PrintUnknown(job=job):
                    self._due.pop(job.id, None)
                case _:
                    pass

    async def run(self) -> None:
        """Wait and write until cancelled; what a restart finds has its whole time again."""
        for job in (await self._desk.branch()).slips.values():
            if not job.state.final:
                self._expect(job)
        now = asyncio.get_running_loop().time
        while True:
            self._arrived.clear()
            for late in [job for job, due in self._due.items() if due <= now()]:
                await self._give_up(late)
            with suppress(TimeoutError):
                async with asyncio.timeout_at(min(self._due.values(), default=None)):
                    await self._arrived.wait()

    def _expect(self, job: SlipJob) -> None:
        if is_at_terminal(job.printer):
            self._due[job.id] = asyncio.get_running_loop().time() + self._patience
            self._arrived.set()

    async def _give_up(self, job: JobId) -> None:
        del self._due[job]
        try:
            await self._desk.submit(RecordSlipOutcome(job, SlipState.UNKNOWN, Fault.NO_ANSWER))
        except LogUnavailable:
            self._due[job] = asyncio.get_running_loop().time() + RETRY_AFTER
        except Refused:
            pass  # told meanwhile, or the day has ended
