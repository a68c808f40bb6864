"""A day with a ticket in each state that there is."""

from kiosk.domain.commands import (
    CallNext,
    Command,
    FinishServing,
    MarkNoShow,
    OpenCounter,
    StartServing,
)
from kiosk.domain.ids import TicketId
from kiosk.domain.ticket import TicketState
from kiosk.domain.ticketcommands import (
    ClearHall,
    DropTicket,
    MoveTicket,
    ParkTicket,
)
from tests.domain.day import LI, ONE, TWO, WANG, Day
from tests.support.branch import B

T1, NEW = TicketId("t1"), TicketId("new")
CALL: list[Command] = [OpenCounter(ONE, LI), CallNext(ONE, LI)]
PARK = ParkTicket(T1, "documents")
STATES: dict[TicketState, list[Command]] = {
    TicketState.WAITING: [],
    TicketState.CALLED: [*CALL],
    TicketState.SERVING: [*CALL, StartServing(ONE, LI)],
    TicketState.PARKED: [PARK],
    TicketState.NO_SHOW: [*CALL, MarkNoShow(ONE, LI)],
    TicketState.SERVED: [*CALL, FinishServing(ONE, LI)],
    TicketState.DROPPED: [DropTicket(T1, "left")],
    TicketState.MOVED: [MoveTicket(T1, B, NEW)],
    TicketState.EXPIRED: [ClearHall("evacuation")],
}


def day_with(state: TicketState) -> Day:
    """Ticket t1 is in this state; Wang sits at counter 2 with nobody."""
    day = Day()
    day.issue("t1")
    day.do(OpenCounter(TWO, WANG), *STATES[state])
    assert day["t1"].state is state
    day.wait(seconds=1)
    return day
