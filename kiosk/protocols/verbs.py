"""The verbs of a counter and of a ticket: one route, and each an operation of its own."""

from collections.abc import Iterator, Mapping
from typing import Any

from kiosk.domain.commands import CallPaperNumber, FinishServing, ServeWithoutTicket, SetStatus
from kiosk.domain.ticketcommands import (
    CallTicket,
    ChangePriority,
    DropTicket,
    MoveTicket,
    ParkTicket,
    ReinstateTicket,
    ReprintTicket,
    RerouteTicket,
    ReturnTicket,
    TransferTicket,
)
from kiosk.flow.verbs import VERBS
from kiosk.protocols.operations import Operation, Tag
from kiosk.shapes.hall import TicketNowJson
from kiosk.web.counters import COUNTER_BODIES, HERE, CounterAnswer
from kiosk.web.handling import TICKET_BODIES
from kiosk.web.refusals import ConsoleElsewhere, NoPrinter

_COUNTER_COMMANDS: Mapping[str, Any] = {
    **VERBS,
    "finish": FinishServing,
    "park": ParkTicket,
    "return": ReturnTicket,
    "transfer": TransferTicket,
    "serve": ServeWithoutTicket,
    "paper": CallPaperNumber,
    "status": SetStatus,
}


_TICKET_COMMANDS: Mapping[str, type] = {
    "call": CallTicket,
    "move": MoveTicket,
    "drop": DropTicket,
    "reinstate": ReinstateTicket,
    "return": ReturnTicket,
    "park": ParkTicket,
    "priority": ChangePriority,
    "reprint": ReprintTicket,
    "transfer": TransferTicket,
    "reroute": RerouteTicket,
}


_EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "call": {"to a counter": {"counter": "1"}},
    "move": {"to another queue": {"queue": "B"}},
    "drop": {"nobody is there any more": {"reason": "left"}},
    "park": {"papers are missing": {"reason": "documents", "until": "2026-11-23T02:00:00Z"}},
    "priority": {"somebody old": {"class": "vip", "reason": "elderly"}},
    "reroute": {"to another service": {"service": "account"}},
    "transfer": {
        "to a queue, and back": {"queue": "B", "come_back": True},
        "to a counter": {"counter": "2"},
    },
    "finish": {"done": {"services": ["cash"], "result": "done"}},
    "serve": {"nobody had a number": {"service": "cash"}},
    "paper": {"a number of the paper roll": {"number": 17}},
    "status": {"a break": {"status": "short_break"}},
}


def verbs_of(name: str) -> Iterator[tuple[str, Operation]]:
    """Of a route whose path ends in ``{verb}``: each verb with what it is."""
    if name == "counter-verb":
        yield from ((verb, _at_a_counter(verb)) for verb in COUNTER_BODIES)
    else:
        yield from ((verb, _with_a_ticket(verb)) for verb in TICKET_BODIES)


def _at_a_counter(verb: str) -> Operation:
    told = "Work at the counter from the page that asks, and no longer from another."
    return Operation(
        Tag.COUNTERS,
        {200: CounterAnswer},
        COUNTER_BODIES[verb],
        refusals=(ConsoleElsewhere,),
        commands=verb != HERE,
        examples=_EXAMPLES.get(verb, {}),
        told=told if verb == HERE else _COUNTER_COMMANDS[verb].__doc__,
    )


def _with_a_ticket(verb: str) -> Operation:
    no_printer = (NoPrinter,) if verb == "reprint" else ()
    return Operation(
        Tag.TICKETS,
        {200: TicketNowJson},
        TICKET_BODIES[verb],
        refusals=(ConsoleElsewhere, *no_printer),
        commands=True,
        examples=_EXAMPLES.get(verb, {}),
        told=_TICKET_COMMANDS[verb].__doc__ or "",
    )
