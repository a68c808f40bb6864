"""The script of a day with every verb in it: who does what, and when.

What it comes to stands in the table of handwritten.py.
"""

from datetime import date

from kiosk.domain.commands import (
    CallNext,
    CallPaperNumber,
    CloseCounter,
    FinishServing,
    IssueTicket,
    MarkNoShow,
    OpenCounter,
    OpenDay,
    PauseCounter,
    RecallTicket,
    RecogniseTicket,
    Recognition,
    RecordEstimates,
    ServeWithoutTicket,
    SetStatus,
    StartServing,
)
from kiosk.domain.counter import CounterState
from kiosk.domain.estimate import EstimatedWait
from kiosk.domain.ids import (
    ClassId,
    ClientRef,
    CounterId,
    JobId,
    Language,
    QueueId,
    ServiceId,
    StaffRef,
    TicketId,
    VisitId,
)
from kiosk.domain.rules import READY
from kiosk.domain.slip import SlipRequest
from kiosk.domain.ticket import TicketState
from kiosk.domain.ticketcommands import (
    CallTicket,
    ChangePriority,
    ClearHall,
    CounterTarget,
    DropTicket,
    MoveTicket,
    OpenTicketAt,
    ParkTicket,
    ReinstateTicket,
    ReprintTicket,
    RerouteTicket,
    ReturnTicket,
    TellerTarget,
    TransferTicket,
)
from tests.day.wholeday import PRINTER, WholeDay
from tests.support.eventually import until

TUESDAY = date(2026, 3, 3)
ONE, TWO = CounterId("1"), CounterId("2")
LI, WANG = StaffRef("li"), StaffRef("wang")
A, B = QueueId("A"), QueueId("B")
CASH, ACCOUNT = ServiceId("cash"), ServiceId("account")
EN = Language("en")


async def live_through_it(day: WholeDay) -> None:
    """From nine in the morning until the next day begins."""
    day.at("09:00:00")
    await day.do(OpenCounter(ONE, LI))
    await day.do(OpenCounter(TWO, WANG))
    await first_tickets(day)
    await one_ticket_from_counter_to_counter(day)
    await one_is_moved_and_parked(day)
    await two_services_of_one_visit(day)
    await around_the_machine(day)
    await breaks(day)
    await the_hall_is_cleared(day)
    day.at("10:30:00")
    await day.do(CloseCounter(ONE, LI))
    await day.do(CloseCounter(TWO, WANG))
    day.at("04:00:00")
    await day.do(OpenDay(TUESDAY), "system", "")


async def first_tickets(day: WholeDay) -> None:
    """A card at the kiosk, two walk-ins; the second touched the wrong service."""
    day.at("09:01:00")
    assert await day.swipe_and_choose("cash") == "V001"
    day.at("09:02:00")
    assert await day.touch_and_choose("cash") == "A001"
    await estimate(day, "A001", A, "09:02", (2, 3, 4, 5))
    day.at("09:03:00")
    await day.do(CallNext(ONE, LI))
    day.at("09:03:30")
    await day.do(StartServing(ONE, LI))
    day.at("09:04:00")
    assert await day.touch_and_choose("account") == "B001"
    day.at("09:04:30")
    await day.do(RerouteTicket((await day.ticket("B001")).id, CASH), "terminal", "touch")
    day.at("09:05:00")
    await day.do(FinishServing(ONE, LI, (CASH,)))


async def one_ticket_from_counter_to_counter(day: WholeDay) -> None:
    """A001 doesn't come, turns up, and is sent to a queue, a counter and a teller."""
    ticket = (await day.ticket("A001")).id
    day.at("09:06:00")
    await day.do(CallNext(ONE, LI))
    for time in ("09:06:20", "09:06:40"):
        day.at(time)
        await day.do(RecallTicket(ONE, LI))
    day.at("09:07:00")
    await day.do(MarkNoShow(ONE, LI))
    day.at("09:08:00")
    await day.do(ReinstateTicket(ticket), "lobby-manager", "chen")
    day.at("09:09:00")
    await day.do(CallNext(ONE, LI))
    day.at("09:09:30")
    await day.do(StartServing(ONE, LI))
    day.at("09:12:30")
    await day.do(TransferTicket(OpenTicketAt(ONE), B, teller=LI))
    day.at("09:13:00")
    await day.do(CallNext(TWO, WANG))
    day.at("09:13:30")
    await day.do(StartServing(TWO, WANG))
    day.at("09:15:00")
    await day.do(TransferTicket(OpenTicketAt(TWO), CounterTarget(ONE), True, WANG))
    day.at("09:16:00")
    await day.do(CallNext(ONE, LI))
    day.at("09:18:00")
    await day.do(FinishServing(ONE, LI))
    day.at("09:18:30")
    await day.do(CallNext(TWO, WANG))
    day.at("09:19:00")
    await day.do(StartServing(TWO, WANG))
    day.at("09:20:00")
    await day.do(TransferTicket(ticket, TellerTarget(LI), teller=WANG))
    day.at("09:21:00")
    await day.do(CallTicket(ticket, ONE), "lobby-manager", "chen")
    day.at("09:23:00")
    await day.do(FinishServing(ONE, LI))
    assert (await day.ticket("A001")).state is TicketState.SERVED


async def one_is_moved_and_parked(day: WholeDay) -> None:
    """B001 becomes B002, whose person fetches documents until 9:40."""
    day.at("09:24:00")
    await day.do(MoveTicket((await day.ticket("B001")).id, B, TicketId("moved")), "lobby-manager")
    day.at("09:25:00")
    await day.do(CallNext(TWO, WANG))
    day.at("09:26:00")
    await day.do(StartServing(TWO, WANG))
    day.at("09:30:30")
    await day.do(ParkTicket(OpenTicketAt(TWO), "documents", day.moment("09:40"), WANG))
    day.at("09:40:00")
    hall = await day.desk.branch()
    await until(lambda: hall.tickets[TicketId("moved")].state is TicketState.WAITING)
    day.at("09:41:00")
    await day.do(CallNext(TWO, WANG))
    day.at("09:43:00")
    await day.do(FinishServing(TWO, WANG))
    assert (await day.ticket("B002")).state is TicketState.SERVED


async def two_services_of_one_visit(day: WholeDay) -> None:
    """Staff give one person two numbers; she is recognised late, returned, and let before others."""
    day.at("09:44:00")
    await issue(day, "cash", "A002", visit="both", paper=True)
    await issue(day, "account", "B003", visit="both", paper=True)
    await estimate(day, "B003", B, "09:44", (0, 1, 2, 2))
    known = Recognition(ClientRef("60e3c9d18a74fb25"))
    await day.do(RecogniseTicket((await day.ticket("A002")).id, known), "terminal", "touch")
    day.at("09:45:00")
    await day.do(CallNext(ONE, LI))
    day.at("09:46:00")
    await day.do(CallNext(ONE, LI))  # finishes her, and nobody else waits
    assert (await day.ticket("A002")).state is TicketState.SERVED
    day.at("09:47:00")
    await day.do(CallNext(TWO, WANG))
    day.at("09:47:30")
    await day.do(ReturnTicket(OpenTicketAt(TWO), WANG))
    day.at("09:48:00")
    b003 = (await day.ticket("B003")).id
    await day.do(ChangePriority(b003, ClassId("vip"), "elderly"), "lobby-manager")
    day.at("09:48:30")
    await day.do(CallNext(TWO, WANG))
    day.at("09:50:30")
    await day.do(FinishServing(TWO, WANG))


async def around_the_machine(day: WholeDay) -> None:
    """A copy of a slip; a number deleted; somebody without one; one of the paper roll."""
    day.at("09:51:00")
    await issue(day, "cash", "A003", paper=True)
    a003 = (await day.ticket("A003")).id
    day.at("09:51:30")
    await day.do(ReprintTicket(a003, SlipRequest(JobId("copy"), PRINTER)), "lobby-manager")
    slips = await day.slips_are(7)
    assert [number for slip in slips for number in set(NUMBERS) if number in slip] == NUMBERS
    assert [any("copy" in line.lower() for line in slip) for slip in slips] == [False] * 6 + [True]
    day.at("09:52:00")
    await day.do(DropTicket(a003, "left"), "lobby-manager")
    day.at("09:53:00")
    await day.do(ServeWithoutTicket(ONE, LI, TicketId("nobody"), VisitId("v-nobody"), CASH))
    day.at("09:56:00")
    await day.do(FinishServing(ONE, LI))
    day.at("09:56:30")
    await day.do(CallPaperNumber(ONE, LI, TicketId("paper"), VisitId("v-paper"), 17, CASH))
    day.at("09:57:15")
    await day.do(StartServing(ONE, LI))
    day.at("09:59:00")
    await day.do(FinishServing(ONE, LI))


NUMBERS = ["V001", "A001", "B001", "A002", "B003", "A003", "A003"]
"""Of the slips on paper, in order."""


async def breaks(day: WholeDay) -> None:
    """Li isn't ready for three minutes; Wang's break of five takes seven."""
    day.at("10:00:00")
    await day.do(PauseCounter(ONE, LI))
    await day.do(SetStatus(TWO, WANG, "short_break"))
    day.at("10:03:00")
    await day.do(OpenCounter(ONE, LI))
    day.at("10:06:00")
    hall = await day.desk.branch()
    await until(lambda: hall.counter(TWO).overrun)
    day.at("10:07:00")
    await day.do(SetStatus(TWO, WANG, READY))
    assert (await day.desk.branch()).counter(TWO).state is CounterState.OPEN


async def the_hall_is_cleared(day: WholeDay) -> None:
    """Two are sent home; one more doesn't come; one waits until the night."""
    day.at("10:10:00")
    await issue(day, "account", "B004")
    day.at("10:10:30")
    await issue(day, "cash", "A004")
    b004 = (await day.ticket("B004")).id
    day.at("10:11:00")
    await day.do(ParkTicket(b004, "documents"), "lobby-manager")
    day.at("10:12:00")
    await day.do(ReturnTicket(b004), "lobby-manager")
    day.at("10:15:00")
    await day.do(ClearHall("evacuation"), "lobby-manager")
    day.at("10:16:00")
    await issue(day, "cash", "A005")
    day.at("10:16:30")
    await day.do(CallNext(ONE, LI))
    for time in ("10:16:50", "10:17:10"):
        day.at(time)
        await day.do(RecallTicket(ONE, LI))
    day.at("10:17:30")
    await day.do(MarkNoShow(ONE, LI))
    day.at("10:20:00")
    await issue(day, "account", "B005")


async def issue(
    day: WholeDay, service: str, number: str, *, visit: str = "", paper: bool = False
) -> None:
    """Staff give a number, on paper or told."""
    slip = SlipRequest(JobId(f"j-{number}"), PRINTER) if paper else None
    command = IssueTicket(
        TicketId(f"t-{number}"),
        VisitId(visit or f"v-{number}"),
        ServiceId(service),
        EN,
        slip=slip,
    )
    await day.do(command, "lobby-manager")
    assert (await day.ticket(number)).id == command.ticket


async def estimate(
    day: WholeDay, number: str, queue: QueueId, as_of: str, told: tuple[int, int, int, int]
) -> None:
    """What a ticket was foretold, in minutes: p10, p50, p70, p90."""
    ticket = (await day.ticket(number)).id
    wait = EstimatedWait(ticket, queue, day.moment(as_of), *told)
    await day.do(RecordEstimates((wait,)), "system", "")
