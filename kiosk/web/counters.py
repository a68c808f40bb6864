"""Counters over HTTP: what a teller does at the own one."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from typing_extensions import TypedDict

from kiosk.domain.commands import (
    CallNext,
    CallPaperNumber,
    CounterCommand,
    FinishServing,
    ServeWithoutTicket,
    SetStatus,
)
from kiosk.domain.counter import CounterState
from kiosk.domain.events import TicketCalled
from kiosk.domain.ids import CounterId, ServiceId, StaffRef, TicketId, VisitId
from kiosk.domain.ticketcommands import (
    OpenTicketAt,
    ParkTicket,
    ReturnTicket,
    TransferTicket,
)
from kiosk.flow.receipt import Receipt
from kiosk.flow.state import ticket_state
from kiosk.flow.verbs import VERBS
from kiosk.shapes.hall import CounterJson, TicketNowJson
from kiosk.shapes.objects import counter_json
from kiosk.web.answers import Body, idempotency_key, json_answer, read_body
from kiosk.web.callers import Caller
from kiosk.web.consoles import HEADER as CONSOLE
from kiosk.web.context import WebContext
from kiosk.web.guard import caller_of, token_of
from kiosk.web.handling import NoFields, ParkBody, TransferBody
from kiosk.web.refusals import InvalidRequest
from kiosk.web.tickets import receipt_ticket, shown_ticket
from kiosk.web.traces import trace_of

HERE = "here"
"""Work from this page from now on: no command, the hall doesn't hear of it."""

CounterVerb = CounterCommand | ParkTicket | ReturnTicket | TransferTicket


class FinishBody(Body):
    """What was done, and what came of it."""

    services: tuple[str, ...] = ()
    result: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,32}$")] | None = None


class ServeBody(Body):
    """For which service; the counter's first one unless told."""

    service: str | None = None


class PaperBody(ServeBody):
    """Which number of the paper roll."""

    number: Annotated[int, Field(ge=0, le=999_999)]


class StatusBody(Body):
    """Ready, not ready, or on which break."""

    status: str


COUNTER_BODIES: Mapping[str, type[Body]] = dict.fromkeys([*VERBS, "return", HERE], NoFields) | {
    "finish": FinishBody,
    "park": ParkBody,
    "transfer": TransferBody,
    "serve": ServeBody,
    "paper": PaperBody,
    "status": StatusBody,
}
"""What each verb at a counter is asked with."""


class CounterAnswer(TypedDict):
    """The counter as it now is, and the ticket that the verb was about."""

    counter: CounterJson
    ticket: TicketNowJson | None


class CounterRoutes:
    """``/counters/{id}/{verb}``"""

    def __init__(self, context: WebContext) -> None:
        self._context = context

    def routes(self) -> list[Route]:
        """With their names in the role table."""
        path = "/api/v1/counters/{counter}/{verb}"
        return [Route(path, self.work, methods=["POST"], name="counter-verb")]

    async def work(self, request: Request) -> Response:
        """Carry a verb out for the teller who is signed in."""
        caller = caller_of(request)
        counter = CounterId(request.path_params["counter"])
        teller = StaffRef(caller.actor.user or "")
        if request.path_params["verb"] == HERE:
            return await self._here(request, counter, teller)
        self._context.consoles.check(request, teller)
        verb = request.path_params["verb"]
        if verb not in COUNTER_BODIES:
            raise HTTPException(404)
        asked = await read_body(request, COUNTER_BODIES[verb])
        command = self._command(asked, verb, counter, teller)
        receipt = await self._context.desk.submit(
            command,
            caller.actor,
            key=idempotency_key(request, asked),
            correlation=trace_of(request),
        )
        await self._lock_on_break(request, counter)
        return json_answer(await self._outcome(counter, command, receipt, caller))

    async def _lock_on_break(self, request: Request, at: CounterId) -> None:
        """A page whose teller goes on a break is locked (OPR-23)."""
        rests = (await self._context.desk.branch()).counter(at).state is CounterState.PAUSED
        if rests and CONSOLE in request.headers and self._context.settings.console.lock_on_break:
            self._context.locks.lock(token_of(request.scope) or "")

    async def _here(self, request: Request, counter: CounterId, teller: StaffRef) -> Response:
        """Work at the counter from the page that asks, and no longer from another."""
        await read_body(request, NoFields)
        page = request.headers.get(CONSOLE)
        if page is None:
            raise InvalidRequest([(CONSOLE, "should name the page")])
        self._context.consoles.take_over((counter, teller), page)
        branch = await self._context.desk.branch()
        answer: CounterAnswer = {"counter": counter_json(branch.counter(counter)), "ticket": None}
        return json_answer(answer)

    def _command(self, asked: Body, verb: str, counter: CounterId, teller: StaffRef) -> CounterVerb:
        here = OpenTicketAt(counter)
        match asked:
            case FinishBody():
                services = tuple(ServiceId(service) for service in asked.services)
                return FinishServing(counter, teller, services, asked.result)
            case ParkBody():
                return ParkTicket(here, asked.reason, asked.until, teller)
            case TransferBody():
                return TransferTicket(here, asked.target(), asked.come_back, teller)
            case StatusBody(status=status):
                return SetStatus(counter, teller, status)
            case ServeBody():
                return self._unticketed(asked, counter, teller)
            case _:
                plain = VERBS.get(verb)
                return plain(counter, teller) if plain else ReturnTicket(here, teller)

    def _unticketed(
        self, asked: ServeBody, counter: CounterId, teller: StaffRef
    ) -> CallPaperNumber | ServeWithoutTicket:
        new_id = self._context.clock.new_id
        ticket, visit = TicketId(new_id()), VisitId(new_id())
        service = None if asked.service is None else ServiceId(asked.service)
        if isinstance(asked, PaperBody):
            return CallPaperNumber(counter, teller, ticket, visit, asked.number, service)
        return ServeWithoutTicket(counter, teller, ticket, visit, service)

    async def _outcome(
        self, at: CounterId, command: CounterVerb, receipt: Receipt, caller: Caller
    ) -> CounterAnswer:
        branch = await self._context.desk.branch()
        counter, foretold = counter_json(branch.counter(at)), self._context.foretold
        ticket: TicketNowJson | None = None
        if not receipt.facts:  # nothing changed: the ticket is the one that is open anyway
            if present := branch.open_ticket(at):
                state = ticket_state(branch, present, self._context.clock.now())
                ticket = shown_ticket(state, caller, foretold)
        elif receipt.ticket is not None and _is_about_it(command, receipt):
            ticket = receipt_ticket(receipt, caller, foretold)
        return {"counter": counter, "ticket": ticket}


def _is_about_it(command: CounterVerb, receipt: Receipt) -> bool:
    """*Next* is about the ticket that it called, not about the one that it finished."""
    if not isinstance(command, CallNext):
        return True
    return any(isinstance(fact.event, TicketCalled) for fact in receipt.facts)
