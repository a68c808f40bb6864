"""Who is served without a number of the machine: from the paper roll, or without any."""

from kiosk.domain.commands import (
    CallPaperNumber,
    FinishServing,
    OpenCounter,
    ServeWithoutTicket,
)
from kiosk.domain.events import TicketIssued
from kiosk.domain.ids import TicketId, VisitId
from kiosk.domain.refusals import (
    NumberTaken,
    TicketIs,
)
from kiosk.domain.ticket import TicketState
from tests.domain.day import LI, ONE, THREE, Day
from tests.support.branch import ACCOUNT, CASH

T1, NEW = TicketId("t1"), TicketId("new")


def test_a_number_of_the_paper_roll_is_called_once() -> None:
    day = Day()
    day.do(OpenCounter(ONE, LI))
    paper = CallPaperNumber(ONE, LI, T1, VisitId("v1"), 57)
    day.do(paper)
    assert (day["t1"].number, day["t1"].state) == ("57", TicketState.CALLED)
    assert day.branch.calls[-1].number == "57"
    day.do(FinishServing(ONE, LI))
    taken = day.refusal(CallPaperNumber(ONE, LI, NEW, VisitId("v2"), 57))
    assert isinstance(taken, NumberTaken)
    assert (taken.ticket, taken.state) == ("t1", TicketState.SERVED)
    assert day.issue("t2").number == "A001"


def test_somebody_without_a_number_is_served_and_not_called() -> None:
    day = Day()
    day.do(OpenCounter(THREE, LI), ServeWithoutTicket(THREE, LI, T1, VisitId("v1")))
    assert (day["t1"].state, day["t1"].service) == (TicketState.SERVING, ACCOUNT)
    assert not day.branch.calls
    busy = day.refusal(ServeWithoutTicket(THREE, LI, NEW, VisitId("v2")))
    assert isinstance(busy, TicketIs)
    day.do(FinishServing(THREE, LI))
    (issued, _) = day.do(ServeWithoutTicket(THREE, LI, NEW, VisitId("v2"), CASH))
    assert isinstance(issued, TicketIssued)
    assert (issued.ticket.serial, issued.ticket.service) == (2, CASH)
