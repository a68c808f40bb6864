"""Reactions: what the machine does because of facts. Their outcomes are facts again."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from kiosk.domain.branch import Branch
from kiosk.domain.client import Client
from kiosk.domain.commands import RecordSlipOutcome, RecordSlipSent
from kiosk.domain.device import Fault, is_at_terminal
from kiosk.domain.events import Fact
from kiosk.domain.ids import DeviceId, TicketId, VisitId
from kiosk.domain.refusals import Refused
from kiosk.domain.slip import Slip, SlipJob, SlipState
from kiosk.domain.slipevents import SlipPrepared
from kiosk.domain.ticket import Ticket
from kiosk.flow.desk import Desk
from kiosk.flow.state import named
from kiosk.locale.greeting import greeting
from kiosk.machine.correlation import correlate, correlation
from kiosk.ports import Clock, LogUnavailable, PrintResult, TicketPrinter

logger = logging.getLogger(__name__)

FollowUrl = Callable[[TicketId], str | None]
"""Where a ticket can be followed on a phone; None when the site has no public address."""
WaitMinutes = Callable[[TicketId], int | None]
"""How long a slip says that the ticket waits; None when nothing is known."""

ClientOf = Callable[[VisitId], Client | None]
"""Whom a slip may greet by name; None when nobody is known, or the site wants no names on slips."""


def nobody(visit: VisitId) -> None:
    """``ClientOf`` of a site without names on slips."""


def unforetold(ticket: TicketId) -> None:
    """``WaitMinutes`` of a branch without estimates."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of a slip, to be written down yet."""

    job: SlipJob
    result: PrintResult
    about: str | None
    """The visit."""


class SlipPrinting:
    """Prints the slips that the desk prepared, each once, and records what became of it."""

    def __init__(
        self,
        desk: Desk,
        printers: Mapping[DeviceId, TicketPrinter],
        clock: Clock,
        follow_url: FollowUrl,
        wait_minutes: WaitMinutes = unforetold,
        *,
        client_of: ClientOf = nobody,
    ) -> None:
        self._desk = desk
        self._printers = printers
        self._clock = clock
        self._follow_url = follow_url
        self._wait_minutes = wait_minutes
        self._client_of = client_of
        self._waiting: dict[DeviceId, asyncio.Queue[SlipJob | _Outcome]] = {
            printer: asyncio.Queue() for printer in printers
        }
        self._unwritten: list[_Outcome] = []

    def take(self, facts: Sequence[Fact]) -> None:
        """A listener of the desk."""
        if facts:
            self._take_up_unwritten()
        for fact in facts:
            if isinstance(fact.event, SlipPrepared):
                job = fact.event.job
                if job.printer in self._waiting:  # else it is printed where the visit is
                    self._waiting[job.printer].put_nowait(job)

    async def settle_unfinished(self) -> None:
        """After a restart: nothing is printed late; what may be on paper stays unknown."""
        branch = await self._desk.branch()
        for job in [one for one in branch.slips.values() if not one.state.final]:
            if is_at_terminal(job.printer):
                continue  # the terminal may be printing it all the while
            correlate(branch.tickets[job.ticket].visit)
            state = SlipState.UNKNOWN if job.state is SlipState.SENT else SlipState.FAILED
            await self._record(job, PrintResult(state, Fault.RESTARTED))
        correlate(None)  # what is started after this is about nobody's visit

    async def run(self, printer: DeviceId) -> None:
        """Print one printer's slips, in order, until cancelled."""
        while True:
            job = await self._waiting[printer].get()
            if isinstance(job, _Outcome):
                correlate(job.about)
                await self._record(job.job, job.result)
                continue
            branch = await self._desk.branch()
            if job.id in branch.slips:  # else the day has ended since
                correlate(branch.tickets[job.ticket].visit)
                await self._record(job, await self._print(job))

    async def _print(self, job: SlipJob) -> PrintResult:
        async def about_to_send(digest: str) -> None:
            await self._desk.submit(RecordSlipSent(job.id, digest), correlation=correlation())

        slip = compose(
            await self._desk.branch(),
            job,
            self._clock.now(),
            self._follow_url,
            self._wait_minutes,
            client_of=self._client_of,
        )
        try:
            return await self._printers[job.printer].print(slip, about_to_send)
        except (Refused, LogUnavailable) as refusal:  # not a byte was sent: nobody could know
            logger.error("a slip was not sent: %r", refusal)
            return PrintResult(SlipState.FAILED, Fault.INTERNAL)

    async def _record(self, job: SlipJob, result: PrintResult) -> None:
        """Write down what became of a slip; during an outage that is put off to its end."""
        try:
            outcome = RecordSlipOutcome(job.id, result.state, result.fault)
            await self._desk.submit(outcome, correlation=correlation())
        except LogUnavailable:
            self._unwritten.append(_Outcome(job, result, correlation()))
        except Refused as refusal:
            logger.error("the outcome %s of a slip could not be written: %r", result.state, refusal)

    def _take_up_unwritten(self) -> None:
        """Something was written: so can be what couldn't."""
        for outcome in self._unwritten:
            if outcome.job.printer in self._waiting:
                self._waiting[outcome.job.printer].put_nowait(outcome)
        self._unwritten.clear()


def compose(
    branch: Branch,
    job: SlipJob,
    now: datetime,
    follow_url: FollowUrl,
    wait_minutes: WaitMinutes = unforetold,
    *,
    client_of: ClientOf = nobody,
) -> Slip:
    """The content of a ticket's slip."""
    ticket = branch.tickets[job.ticket]
    plan = branch.plan
    issued_at = ticket.issued_at.astimezone(plan.zone)
    return Slip(
        job=job.id,
        number=ticket.number,
        language=ticket.language,
        branch=named(plan.names, ticket.language),
        service=named(plan.services[ticket.service].names, ticket.language),
        issued_at=issued_at,
        people_ahead=branch.people_ahead(ticket, now),
        wait_minutes=wait_minutes(ticket.id),
        booked_for=_booked_for(ticket, now, plan.zone),
        service_id=ticket.service,
        segment=ticket.segment,
        priority_class=ticket.priority_class,
        greeting=greeting(None, ticket.language, issued_at.hour),
        named_greeting=_by_name(None if job.copy else client_of(ticket.visit), ticket, issued_at),
        follow_url=follow_url(ticket.id),
        copy=job.copy,
    )


def _booked_for(ticket: Ticket, now: datetime, zone: tzinfo) -> datetime | None:
    """Only an appointment's wait begins later than now."""
    return ticket.clock_start.astimezone(zone) if ticket.clock_start > now else None


def _by_name(client: Client | None, ticket: Ticket, issued_at: datetime) -> str | None:
    """By form of address and surname (OPR-34); a full name is on no slip, so without a form none.

    Late recognition finds the slip printed with the general greeting (OPR-36).
    """
    if client is None or not client.sex:
        return None
    return greeting(client, ticket.language, issued_at.hour)
