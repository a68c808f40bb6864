"""Tickets over HTTP: issued, and as they are now."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kiosk.access import CHECKS_IN, SEES_CLIENTS
from kiosk.domain.commands import Recognition
from kiosk.domain.events import TicketIssued
from kiosk.domain.ids import ClientRef, DeviceId, JobId, ServiceId, StaffRef, TicketId, VisitId
from kiosk.domain.refusals import KeyUsed, UnknownTicket
from kiosk.domain.role import Role
from kiosk.domain.slipevents import SlipPrepared
from kiosk.domain.ticket import TicketState
from kiosk.domain.visitcode import BOOKED_WITHIN
from kiosk.flow.receipt import Receipt
from kiosk.flow.state import ticket_state
from kiosk.flow.stay import Visit
from kiosk.shapes.hall import TicketNowJson, TicketNowShape
from kiosk.shapes.objects import ticket_json
from kiosk.shapes.writing import InShape
from kiosk.web.answers import (
    Body,
    Json,
    given_idempotency_key,
    idempotency_key,
    json_answer,
    known_language,
    read_body,
)
from kiosk.web.callers import Caller
from kiosk.web.context import Foretold, WebContext
from kiosk.web.guard import caller_of
from kiosk.web.refusals import InvalidRequest, NotAllowed, UnknownVisit
from kiosk.web.terminals import printer_of


class AnotherTicket(Body):
    """``POST /visits/{id}/tickets``"""

    service: str
    print: bool = True
    """Whether a slip is printed: by a terminal itself, of anyone else by the branch's printer."""


class NewTicket(AnotherTicket):
    """``POST /tickets``"""

    client: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")] | None = None
    """The directory's reference: opaque, never a name or a number of the person."""
    language: str | None = None
    visit: str | None = None
    """The visit that ``POST /visits`` began; without one the ticket begins its own."""
    booked: AwareDatetime | None = None
    """The time of the appointment that the person checks in for."""


class IssuedTicketShape(TicketNowShape):
    """A new ticket; ``public_code`` ends the address of its own page, ``/t/{code}``."""

    public_code: str
    slip_job: JobId | None
    """Under which its slip is printed; null: none is. A terminal tells what became of it."""


IssuedTicket = Annotated[Json, InShape(IssuedTicketShape)]


class TicketRoutes:
    """``/tickets`` and ``/visits/{id}/tickets``"""

    def __init__(self, context: WebContext) -> None:
        self._context = context
        self._visits = context.visits

    def routes(self) -> list[Route]:
        """With their names in the role table."""
        another = "/api/v1/visits/{visit}/tickets"
        return [
            Route("/api/v1/tickets", self.issue, methods=["POST"], name="tickets"),
            Route("/api/v1/tickets/{ticket}", self.show, name="ticket"),
            Route(another, self.issue_another, methods=["POST"], name="visit-tickets"),
        ]

    async def issue(self, request: Request) -> Response:
        """A ticket, of a visit that has begun or of a new one."""
        asked = await read_body(request, NewTicket)
        language = known_language(asked.language, self._context.plan.languages)
        self._check_booking(request, asked.booked)
        if asked.visit is not None:
            return await self._issue(
                request, asked, self._visit(request, asked.visit), asked.booked
            )
        visit = self._visits.begin(language)
        if asked.client is not None:
            visit.recognition = Recognition(ClientRef(asked.client))
        return await self._issue(request, asked, visit, asked.booked)

    async def issue_another(self, request: Request) -> Response:
        """One more service of the same visit."""
        asked = await read_body(request, AnotherTicket)
        return await self._issue(request, asked, self._visit(request, request.path_params["visit"]))

    async def show(self, request: Request) -> Response:
        """The ticket as it is now."""
        branch = await self._context.desk.branch()
        ticket = branch.tickets.get(TicketId(request.path_params["ticket"]))
        if ticket is None:
            raise UnknownTicket(TicketId(request.path_params["ticket"]))
        state = ticket_state(branch, ticket, self._context.clock.now())
        return json_answer(shown_ticket(state, caller_of(request), self._context.foretold))

    def _visit(self, request: Request, visit: str) -> Visit:
        """The visit; also a forgotten one when this very request was answered before."""
        known = self._visits.get(VisitId(visit))
        if known:
            return known
        key = given_idempotency_key(request)
        if key and self._context.log.answered(caller_of(request).actor.caller, key):
            return Visit(VisitId(visit), self._context.plan.languages[0])
        raise UnknownVisit(VisitId(visit))

    def _check_booking(self, request: Request, booked: datetime | None) -> None:
        """Raises NotAllowed; InvalidRequest for the time of another day."""
        if booked is None:
            return
        role = caller_of(request).role
        if role not in CHECKS_IN:
            raise NotAllowed(role)
        if abs(booked - self._context.clock.now()) > BOOKED_WITHIN:
            raise InvalidRequest([("booked", "should be a time within twelve hours from now")])

    async def _issue(
        self,
        request: Request,
        asked: AnotherTicket,
        visit: Visit,
        booked: datetime | None = None,
    ) -> Response:
        caller = caller_of(request)
        self._context.consoles.check(request, StaffRef(caller.actor.user or ""))
        receipt = await self._visits.take_ticket(
            visit,
            ServiceId(asked.service),
            caller.actor,
            key=idempotency_key(request, asked),
            printer=self._printer(caller) if asked.print else None,
            booked=booked.astimezone(UTC).replace(microsecond=0) if booked else None,
        )
        issued = receipt.facts[0]
        if not isinstance(issued.event, TicketIssued):
            raise KeyUsed
        code = self._context.public_code(issued.day, issued.event.ticket.id)
        ticket: IssuedTicket = receipt_ticket(receipt, caller, self._context.foretold)
        ticket["public_code"] = code
        prepared = (one.event for one in receipt.facts if isinstance(one.event, SlipPrepared))
        ticket["slip_job"] = next((event.job.id for event in prepared), None)
        return json_answer(ticket, 201, {"location": f"/api/v1/tickets/{ticket['id']}"})

    def _printer(self, caller: Caller) -> DeviceId | None:
        """A terminal prints where it stands; for anyone else it is the branch's printer."""
        if caller.role is Role.TERMINAL:
            return printer_of(caller)
        return self._context.printer_for_slips


def receipt_ticket(receipt: Receipt, caller: Caller, foretold: Foretold) -> TicketNowJson:
    """The ticket that a command was about, as it is now."""
    assert receipt.ticket is not None
    state = ticket_json(receipt.ticket) | {
        "people_ahead": receipt.people_ahead,
        "sequence": receipt.sequence,
    }
    return shown_ticket(state, caller, foretold)


def shown_ticket(state: Json, caller: Caller, foretold: Foretold) -> TicketNowJson:
    """A ticket as this caller may see it, with what is foretold to it while it waits."""
    waits = state["state"] == TicketState.WAITING
    state["estimated_wait"] = foretold(TicketId(state["id"])) if waits else None
    if caller.role not in SEES_CLIENTS:
        state["client"] = None
    return state
