"""Verbs on tickets over HTTP: what is asked for, and the command that it is."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from typing_extensions import TypedDict

from kiosk.access import TICKET_VERBS
from kiosk.domain.branch import Branch
from kiosk.domain.events import HallCleared
from kiosk.domain.ids import (
    ClassId,
    CounterId,
    JobId,
    QueueId,
    ServiceId,
    StaffRef,
    TicketId,
)
from kiosk.domain.refusals import KeyUsed
from kiosk.domain.role import Role
from kiosk.domain.slip import SlipRequest
from kiosk.domain.ticketcommands import (
    CallTicket,
    ChangePriority,
    ClearHall,
    CounterTarget,
    DropTicket,
    MoveTicket,
    ParkTicket,
    ReinstateTicket,
    ReprintTicket,
    RerouteTicket,
    ReturnTicket,
    Target,
    TellerTarget,
    TicketCommand,
    TransferTicket,
)
from kiosk.flow.state import ticket_state
from kiosk.web.answers import Body, idempotency_key, json_answer, read_body
from kiosk.web.callers import Caller
from kiosk.web.context import WebContext
from kiosk.web.guard import caller_of
from kiosk.web.refusals import InvalidRequest, NoPrinter, NotAllowed
from kiosk.web.tickets import receipt_ticket, shown_ticket
from kiosk.web.traces import trace_of

Moment = Annotated[AwareDatetime, AfterValidator(lambda one: one.replace(microsecond=0))]


class NoFields(Body):
    """A verb that needs nothing said."""


class CallBody(Body):
    """Where to; a teller's own counter unless told."""

    counter: str | None = None


class ReasonBody(Body):
    """Why."""

    reason: str | None = None


class ParkBody(ReasonBody):
    """Why, and when it returns by itself."""

    until: Moment | None = None


class PriorityBody(ReasonBody):
    """Which class, and why."""

    class_: str

    model_config = Body.model_config | {"alias_generator": lambda name: name.rstrip("_")}


class MoveBody(Body):
    """To which queue."""

    queue: str


class RerouteBody(Body):
    """To which service."""

    service: str


class TransferBody(Body):
    """To which queue, counter or teller: one of them."""

    queue: str | None = None
    counter: str | None = None
    teller: str | None = None
    """An opaque reference."""
    come_back: bool = False
    """Whether it waits in its present queue again once it was served there."""

    def target(self) -> Target:
        """Where to. Raises InvalidRequest for none or more than one."""
        if sum(one is not None for one in (self.queue, self.counter, self.teller)) != 1:
            raise InvalidRequest([("queue", "should be given, or counter, or teller: one of them")])
        if self.counter is not None:
            return CounterTarget(CounterId(self.counter))
        if self.teller is not None:
            return TellerTarget(StaffRef(self.teller))
        return QueueId(self.queue or "")


TICKET_BODIES: Mapping[str, type[Body]] = {
    "call": CallBody,
    "move": MoveBody,
    "drop": ReasonBody,
    "reinstate": NoFields,
    "return": NoFields,
    "park": ParkBody,
    "priority": PriorityBody,
    "reprint": NoFields,
    "transfer": TransferBody,
    "reroute": RerouteBody,
}
"""What each verb on a ticket is asked with."""


class ClearedAnswer(TypedDict):
    """How many tickets expired."""

    expired: int
    sequence: int


class HandlingRoutes:
    """``/tickets/{id}/{verb}`` and ``/hall/clear``"""

    def __init__(self, context: WebContext) -> None:
        self._context = context

    def routes(self) -> list[Route]:
        """With their names in the role table."""
        verb = "/api/v1/tickets/{ticket}/{verb}"
        return [
            Route(verb, self.handle, methods=["POST"], name="ticket-verb"),
            Route("/api/v1/hall/clear", self.clear, methods=["POST"], name="hall-clear"),
        ]

    async def handle(self, request: Request) -> Response:
        """Carry a verb out; answers the ticket as it now is, after a move the new one."""
        caller, verb = caller_of(request), request.path_params["verb"]
        if verb not in TICKET_VERBS:
            raise HTTPException(404)
        if caller.role not in TICKET_VERBS[verb]:
            raise NotAllowed(caller.role)
        self._context.consoles.check(request, _teller(caller))
        ticket = TicketId(request.path_params["ticket"])
        asked = await read_body(request, TICKET_BODIES[verb])
        command = await self._command(asked, caller, verb, ticket)
        desk = self._context.desk
        receipt = await desk.submit(
            command,
            caller.actor,
            key=idempotency_key(request, asked),
            correlation=trace_of(request),
        )
        if receipt.ticket is not None:
            return json_answer(receipt_ticket(receipt, caller, self._context.foretold))
        branch = await desk.branch()
        state = ticket_state(branch, branch.tickets[ticket], self._context.clock.now())
        return json_answer(shown_ticket(state, caller, self._context.foretold))

    async def clear(self, request: Request) -> Response:
        """Every waiting ticket expires; answers how many."""
        asked = await read_body(request, ReasonBody)
        receipt = await self._context.desk.submit(
            ClearHall(asked.reason),
            caller_of(request).actor,
            key=idempotency_key(request, asked),
            correlation=trace_of(request),
        )
        cleared = receipt.facts[0].event
        if not isinstance(cleared, HallCleared):
            raise KeyUsed
        answer: ClearedAnswer = {"expired": cleared.tickets, "sequence": receipt.sequence}
        return json_answer(answer)

    async def _command(
        self, asked: Body, caller: Caller, verb: str, ticket: TicketId
    ) -> TicketCommand:
        teller = _teller(caller)
        match asked:
            case CallBody(counter=counter):
                return CallTicket(ticket, await self._counter(counter, teller), teller)
            case MoveBody(queue=queue):
                moved = TicketId(self._context.clock.new_id())
                return MoveTicket(ticket, QueueId(queue), moved)
            case ParkBody():
                return ParkTicket(ticket, asked.reason, asked.until, teller)
            case PriorityBody():
                return ChangePriority(ticket, ClassId(asked.class_), asked.reason)
            case ReasonBody(reason=reason):
                return DropTicket(ticket, reason)
            case TransferBody():
                return TransferTicket(ticket, asked.target(), asked.come_back, teller)
            case RerouteBody(service=service):
                return RerouteTicket(ticket, ServiceId(service))
            case _:
                return self._plain_command(verb, ticket, teller)

    async def _counter(self, asked: str | None, teller: StaffRef | None) -> CounterId:
        """Where to; a teller's own counter unless told. Raises InvalidRequest."""
        if asked is not None:
            return CounterId(asked)
        own = teller and own_counter(await self._context.desk.branch(), teller)
        if not own:
            raise InvalidRequest([("counter", "should be given")])
        return own

    def _plain_command(self, verb: str, ticket: TicketId, teller: StaffRef | None) -> TicketCommand:
        match verb:
            case "reinstate":
                return ReinstateTicket(ticket, teller)
            case "return":
                return ReturnTicket(ticket, teller)
            case _:
                return self._reprint(ticket, teller)

    def _reprint(self, ticket: TicketId, teller: StaffRef | None) -> ReprintTicket:
        """Raises NoPrinter."""
        printer = self._context.printer_for_slips
        if printer is None:
            raise NoPrinter
        slip = SlipRequest(JobId(self._context.clock.new_id()), printer)
        return ReprintTicket(ticket, slip, teller)


def own_counter(branch: Branch, teller: StaffRef) -> CounterId | None:
    """The counter that this teller has open."""
    own = (one.id for one in branch.counters.values() if one.teller == teller)
    return next(own, None)


def _teller(caller: Caller) -> StaffRef | None:
    """Whose own tickets are meant; None: a lobby manager, to whom the whole hall is open."""
    return StaffRef(caller.actor.user or "") if caller.role is Role.TELLER else None
