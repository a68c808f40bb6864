"""Visits: one person's stay, from saying who it is to the tickets taken; for kiosks and HTTP."""

from collections.abc import Callable
from datetime import datetime

from kiosk.domain.branch import Branch
from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.client import Client
from kiosk.domain.commands import IssueTicket
from kiosk.domain.events import Actor
from kiosk.domain.ids import DeviceId, JobId, Language, ServiceId, TicketId, VisitId
from kiosk.domain.issuing import ticket_of
from kiosk.domain.refusals import CodeUsed, CodeVoid
from kiosk.domain.slip import SlipRequest
from kiosk.domain.ticketcommands import RerouteTicket
from kiosk.domain.visitcode import VisitCode
from kiosk.flow.desk import Desk
from kiosk.flow.identify import Identification, PendingAnswer
from kiosk.flow.receipt import Receipt
from kiosk.flow.recognising import Recognising
from kiosk.flow.stay import Visit
from kiosk.identities import Identity, Phone
from kiosk.machine.correlation import correlate
from kiosk.ports import Clock

VISITS_KEPT = 512
"""Visits remembered at once; older ones can take no further ticket."""


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
        self._clock = clock
        self._budget = budget
        self._visits: dict[VisitId, Visit] = {}
        self._recognising = Recognising(plan, desk, pads)

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
            self._recognising.learn(visit, await inquiry.within(self._budget))
        except PendingAnswer:
            inquiry.when_answered(lambda client: self._recognising.learn_late(visit, client, late))
            return False
        return True

    def claim(self, visit: Visit, phone: Phone) -> None:
        """Somebody typed a phone number, perhaps another person's.

        The visit goes on as a walk-in's, whatever the directory says: nothing that this person sees
        or gets tells whether the number is known. The hall is told the reference and whether that
        client ever complained, so that staff see with the ticket whom to expect and prove it.
        """
        inquiry = self._identification.inquire(phone)
        inquiry.when_answered(lambda client: self._recognising.learn_claim(visit, client))

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
            self._recognising.catch_up(visit, receipt.ticket.id)
        return receipt

    async def reroute(self, ticket: TicketId, service: ServiceId, by: Actor) -> Receipt:
        """The same number for another service. Raises Refused or LogUnavailable."""
        return await self._desk.submit(RerouteTicket(ticket, service), by)

    async def close(self) -> None:
        """Finish what is being written; late answers no longer count."""
        await self._identification.close()
        await self._recognising.close()

    def _keep(self, visit: Visit) -> Visit:
        correlate(visit.id)
        self._visits[visit.id] = visit
        if len(self._visits) > VISITS_KEPT:
            del self._visits[next(iter(self._visits))]
        return visit
