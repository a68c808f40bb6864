"""Visits: one person's stay, from saying who it is to the tickets taken; for kiosks and HTTP."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from kiosk.correlation import correlate
from kiosk.domain.branch import Branch
from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.client import Client
from kiosk.domain.commands import IssueTicket, RecogniseTicket, Recognition
from kiosk.domain.events import Actor
from kiosk.domain.ids import DeviceId, JobId, Language, ServiceId, TicketId, VisitId
from kiosk.domain.issuing import ticket_of
from kiosk.domain.refusals import CodeUsed, CodeVoid, Refused
from kiosk.domain.slip import SlipRequest
from kiosk.domain.ticketcommands import RerouteTicket
from kiosk.domain.visitcode import VisitCode
from kiosk.flow.desk import Desk, Receipt
from kiosk.flow.identify import Identification, PendingAnswer, recognition_of
from kiosk.identities import Identity, Phone, Reference
from kiosk.ports import Clock, LogUnavailable

logger = logging.getLogger(__name__)

VISITS_KEPT = 512
"""Visits remembered at once; older ones can take no further ticket."""


@dataclass(slots=True)
class Visit:
    """One person's stay. The client is known to the flow only; the hall gets the recognition."""

    id: VisitId
    language: Language
    chosen: bool = False
    """The person said which language: nothing else changes it (OPR-38)."""
    client: Client | None = None
    recognition: Recognition | None = None
    pending: bool = False
    """The directory is still being asked."""
    code: VisitCode | None = None
    """What opened it, while that is good for a number."""
    document: str | None = field(default=None, repr=False)
    """By what its holder knows the identity card again that was shown."""
    claim: Recognition | None = None
    """Who somebody says to be without having shown anything for it."""
    unrecognised: list[TicketId] = field(default_factory=list)
    """Tickets given before the directory answered, or that carry no recognition but a claim."""

    def speak(self, language: Language) -> None:
        """The person chose this language."""
        self.language, self.chosen = language, True

    @property
    def identity(self) -> Identity | None:
        """Who the code says it is."""
        return Reference(self.code.client) if self.code and self.code.client else None


class Visits:
    """Begins visits, finds out who it is, and takes tickets for them."""

    def __init__(
        self,
        plan: BranchPlan,
        desk: Desk,
        identification: Identification,
        clock: Clock,
        budget: float,
        *,
        pads: Callable[[Client], tuple[str, ...]] = lambda client: (),
    ) -> None:
        """``pads`` tells to which PADs somebody is a key client by their own amount (LOB-53)."""
        self._plan = plan
        self._desk = desk
        self._identification = identification
        self._pads = pads
        self._clock = clock
        self._budget = budget
        self._visits: dict[VisitId, Visit] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def languages(self) -> tuple[Language, ...]:
        """The branch's, its first one first."""
        return self._plan.languages

    def begin(self, language: Language | None = None) -> Visit:
        """A person comes, in a chosen language or the branch's first until a better one is known."""
        visit = Visit(VisitId(self._clock.new_id()), self._plan.languages[0])
        if language is not None:
            visit.speak(language)
        return self._keep(visit)

    def open(self, code: VisitCode, branch: Branch, language: Language | None = None) -> Visit:
        """A person shows a code, which knows the language unless another one is given.

        Raises CodeVoid or CodeUsed.
        """
        if fault := code.fault(self._plan.id, self._clock.now()):
            raise CodeVoid(fault)
        if given := ticket_of(branch, code.visit):
            raise CodeUsed(given.id, given.number, given.state)
        if code.language in self._plan.languages:
            language = language or code.language
        return self._keep(Visit(code.visit, language or self._plan.languages[0], code=code))

    def get(self, visit: VisitId) -> Visit | None:
        """A visit that is still remembered."""
        return self._visits.get(visit)

    def client_of(self, visit: VisitId) -> Client | None:
        """Who came, as far as that is known by now and the visit is still remembered."""
        known = self._visits.get(visit)
        return known.client if known else None

    async def identify(
        self, visit: Visit, identity: Identity, late: Callable[[Visit], None] = lambda visit: None
    ) -> bool:
        """Find out who it is within the budget (LOB-102); True when the directory answered in time.

        A later answer is still used: the visit's tickets are recognised then, and ``late`` is told.
        """
        inquiry = self._identification.inquire(identity)
        visit.pending = True
        try:
            self._learn(visit, await inquiry.within(self._budget))
        except PendingAnswer:
            inquiry.when_answered(lambda client: self._learn_late(visit, client, late))
            return False
        return True

    def claim(self, visit: Visit, phone: Phone) -> None:
        """Somebody typed a phone number, perhaps another person's.

        The visit goes on as a walk-in's, whatever the directory says: nothing that this person sees
        or gets tells whether the number is known. The hall is told the reference and whether that
        client ever complained, so that staff see with the ticket whom to expect and prove it.
        """
        inquiry = self._identification.inquire(phone)
        inquiry.when_answered(lambda client: self._learn_claim(visit, client))

    async def take_ticket(
        self,
        visit: Visit,
        service: ServiceId,
        by: Actor,
        *,
        key: str | None = None,
        printer: DeviceId | None = None,
        booked: datetime | None = None,
    ) -> Receipt:
        """A number for one service of this visit. Raises Refused or LogUnavailable.

        The first of a visit that a code opened is for the code's appointment, if it has one.
        """
        slip = SlipRequest(JobId(self._clock.new_id()), printer) if printer else None
        code = visit.code
        command = IssueTicket(
            ticket=TicketId(self._clock.new_id()),
            visit=visit.id,
            service=service,
            language=visit.language,
            recognition=visit.recognition,
            slip=slip,
            booked=booked or (code.booked_for(service) if code else None),
            once=code is not None,
        )
        receipt = await self._desk.submit(command, by, key=key, correlation=visit.id)
        visit.code = None
        if receipt.ticket is not None and command.recognition is None:
            visit.unrecognised.append(receipt.ticket.id)
            self._recognise_tickets(visit)
        return receipt

    async def reroute(self, ticket: TicketId, service: ServiceId, by: Actor) -> Receipt:
        """The same number for another service. Raises Refused or LogUnavailable."""
        return await self._desk.submit(RerouteTicket(ticket, service), by)

    async def close(self) -> None:
        """Finish what is being written; late answers no longer count."""
        await self._identification.close()
        await asyncio.gather(*self._tasks)

    def _keep(self, visit: Visit) -> Visit:
        correlate(visit.id)
        self._visits[visit.id] = visit
        if len(self._visits) > VISITS_KEPT:
            del self._visits[next(iter(self._visits))]
        return visit

    def _learn(self, visit: Visit, client: Client | None) -> None:
        visit.pending = False
        if client is None:
            return
        visit.client = client
        visit.recognition = recognition_of(client, self._plan.segments, self._pads(client))
        if client.language in self._plan.languages and not visit.chosen:
            visit.language = client.language

    def _learn_claim(self, visit: Visit, client: Client | None) -> None:
        if client is None:
            return
        known = recognition_of(client, self._plan.segments)
        visit.claim = replace(known, segment=None, priority_class=None)
        self._recognise_tickets(visit)

    def _learn_late(
        self, visit: Visit, client: Client | None, late: Callable[[Visit], None]
    ) -> None:
        self._learn(visit, client)
        self._recognise_tickets(visit)
        late(visit)

    def _recognise_tickets(self, visit: Visit) -> None:
        known = visit.recognition or visit.claim
        if known is None:
            return
        for ticket in visit.unrecognised:
            task = asyncio.create_task(self._recognise(ticket, known, visit.id))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        visit.unrecognised.clear()

    async def _recognise(self, ticket: TicketId, known: Recognition, visit: VisitId) -> None:
        try:
            await self._desk.submit(RecogniseTicket(ticket, known), correlation=visit)
        except (Refused, LogUnavailable) as refusal:
            logger.warning("a ticket could not be recognised afterwards: %r", refusal)
