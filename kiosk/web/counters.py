"""Counters over HTTP: what a teller does at the own one."""

from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kiosk.domain.commands import (
    CallNext,
    CloseCounter,
    CounterCommand,
    FinishServing,
    MarkNoShow,
    OpenCounter,
    PauseCounter,
    RecallTicket,
    StartServing,
)
from kiosk.domain.events import TicketCalled
from kiosk.domain.ids import CounterId, StaffRef
from kiosk.flow.desk import Receipt
from kiosk.flow.state import ticket_state
from kiosk.shapes import counter_json
from kiosk.web.answers import Body, Json, idempotency_key, json_answer, read_body
from kiosk.web.context import WebContext
from kiosk.web.guard import caller_of
from kiosk.web.sessions import Caller
from kiosk.web.tickets import receipt_ticket, shown_ticket

VERBS: dict[str, Callable[[CounterId, StaffRef], CounterCommand]] = {
    "open": OpenCounter,
    "pause": PauseCounter,
    "close": CloseCounter,
    "next": CallNext,
    "recall": RecallTicket,
    "start": StartServing,
    "finish": FinishServing,
    "no-show": MarkNoShow,
}


class NoFields(Body):
    """A verb that needs nothing said."""


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
        verb = VERBS.get(request.path_params["verb"])
        if verb is None:
            raise HTTPException(404)
        await read_body(request, NoFields)
        counter = CounterId(request.path_params["counter"])
        command = verb(counter, StaffRef(caller.actor.user or ""))
        receipt = await self._context.desk.submit(
            command, caller.actor, key=idempotency_key(request)
        )
        return json_answer(await self._outcome(command, receipt, caller))

    async def _outcome(self, command: CounterCommand, receipt: Receipt, caller: Caller) -> Json:
        branch = await self._context.desk.branch()
        counter = counter_json(branch.counter(command.counter))
        if not receipt.facts:  # nothing changed: the ticket is the one that is open anyway
            ticket = branch.open_ticket(command.counter)
            state = ticket and ticket_state(branch, ticket, self._context.clock.now())
            return {"counter": counter, "ticket": shown_ticket(state, caller) if state else None}
        about = receipt.ticket is not None and _is_about_it(command, receipt)
        return {"counter": counter, "ticket": receipt_ticket(receipt, caller) if about else None}


def _is_about_it(command: CounterCommand, receipt: Receipt) -> bool:
    """*Next* is about the ticket that it called, not about the one that it finished."""
    if not isinstance(command, CallNext):
        return True
    return any(isinstance(fact.event, TicketCalled) for fact in receipt.facts)
