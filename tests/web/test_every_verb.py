"""Every verb on tickets in every state, by everybody."""

from typing import Any

import pytest

from kiosk.access import TICKET_VERBS
from kiosk.domain.commands import (
    Command,
    FinishServing,
    MarkNoShow,
    OpenCounter,
    StartServing,
)
from kiosk.domain.events import Actor
from kiosk.domain.ids import CounterId, QueueId, StaffRef, TicketId
from kiosk.domain.role import Role
from kiosk.domain.ticket import TicketState
from kiosk.domain.ticketcommands import (
    CallTicket,
    ClearHall,
    DropTicket,
    MoveTicket,
    ParkTicket,
)
from tests.web.conftest import House

BODIES: dict[str, dict[str, Any]] = {
    "call": {"counter": "2"},
    "move": {"queue": "B"},
    "drop": {"reason": "left"},
    "reinstate": {},
    "return": {},
    "park": {"reason": "documents"},
    "priority": {"class": "vip", "reason": "elderly"},
    "reprint": {},
    "transfer": {"queue": "B"},
    "reroute": {"service": "account"},
}


WAYS: dict[TicketState, tuple[str, ...]] = {
    TicketState.WAITING: (),
    TicketState.CALLED: ("next",),
    TicketState.SERVING: ("next", "start"),
    TicketState.PARKED: ("next", "park"),
    TicketState.NO_SHOW: ("next", "no-show"),
    TicketState.SERVED: ("next", "finish"),
    TicketState.DROPPED: ("drop",),
    TicketState.MOVED: ("move",),
    TicketState.EXPIRED: ("clear",),
}


async def ticket_in(house: House, state: TicketState) -> dict[str, Any]:
    """A new ticket in this state, called at counter 1 where a colleague sits if at all."""
    colleague, lobby = StaffRef("colleague"), Actor("lobby-manager")
    ticket = await house.issue()
    here, wanted = CounterId("1"), TicketId(ticket["id"])
    steps: dict[str, Command] = {
        "next": CallTicket(wanted, here),
        "start": StartServing(here, colleague),
        "park": ParkTicket(wanted, "documents"),
        "no-show": MarkNoShow(here, colleague),
        "finish": FinishServing(here, colleague),
        "drop": DropTicket(wanted, "left"),
        "move": MoveTicket(wanted, QueueId("B"), TicketId(f"{wanted}-b")),
        "clear": ClearHall("evacuation"),
    }
    await house.desk.submit(OpenCounter(here, colleague))
    for step in WAYS[state]:
        await house.desk.submit(steps[step], lobby)
    branch = await house.desk.branch()
    assert branch.tickets[wanted].state is state
    return ticket


async def tidy(house: House) -> None:
    """Whoever is at a counter is served."""
    branch = await house.desk.branch()
    for counter in list(branch.counters.values()):
        if counter.ticket and counter.teller:
            await house.desk.submit(FinishServing(counter.id, counter.teller))


def test_no_verb_is_forgotten() -> None:
    assert set(BODIES) == set(TICKET_VERBS)
    assert set(WAYS) == set(TicketState)


@pytest.mark.parametrize("role", Role)
async def test_any_verb_on_any_ticket_by_any_role_is_done_or_refused_with_its_state(
    house: House, role: Role
) -> None:
    if role is Role.TELLER:
        await house.work("open", "2")
    else:
        await house.desk.submit(OpenCounter(CounterId("2"), StaffRef("another")))
    for verb, body in BODIES.items():
        for state in TicketState if role in TICKET_VERBS[verb] else [TicketState.WAITING]:
            ticket = await ticket_in(house, state)
            answer = await house.post(role, f"/tickets/{ticket['id']}/{verb}", body)
            told = answer.json()
            now = (await house.desk.branch()).tickets[TicketId(ticket["id"])].state
            if answer.status_code == 200:
                assert now is not state or verb in {"priority", "reprint", "transfer", "reroute"}
            elif answer.status_code == 409:
                assert (told["type"], told["state"]) == ("/problems/ticket-is", state), verb
            else:
                assert answer.status_code == 403, (verb, state, told)
                kind = "not-yours" if role in TICKET_VERBS[verb] else "not-allowed"
                assert told["type"] == f"/problems/{kind}"
                assert now is state
            await tidy(house)
