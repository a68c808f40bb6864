"""What happens by itself once its time has come."""

from dataclasses import replace
from datetime import timedelta

from kiosk.domain.commands import OpenCounter, SetStatus
from kiosk.domain.events import BreakOverrun
from kiosk.domain.ids import DeviceId, JobId, TicketId
from kiosk.domain.slip import SlipRequest
from kiosk.domain.slipevents import SlipPrepared
from kiosk.domain.ticket import TicketState
from kiosk.domain.ticketcommands import ParkTicket, ReprintTicket
from kiosk.flow.desk import Desk
from kiosk.flow.hall import Hall
from kiosk.flow.reactions import compose
from kiosk.flow.timekeeping import keep_times
from tests.domain.day import LI, ONE, TWO, WANG, issue
from tests.flow.clock import HandClock
from tests.flow.memorylog import MemoryLog
from tests.flow.work import at_work
from tests.support.branch import small_plan
from tests.support.eventually import until

T1 = TicketId("t1")


async def test_a_parked_ticket_returns_at_its_time_and_a_break_overruns_once(
    desk: Desk, clock: HandClock, log: MemoryLog
) -> None:
    due = clock.now() + timedelta(minutes=5)
    for command in (
        issue("t1"),
        ParkTicket(T1, "documents", due),
        OpenCounter(ONE, LI),
        SetStatus(ONE, LI, "short"),
    ):
        await desk.submit(command)
    written = log.last_sequence()
    branch = await desk.branch()
    async with at_work(keep_times(desk, clock, every=0.001)):
        clock.move(minutes=4)
        await desk.submit(issue("t2"))  # it has looked around at least once meanwhile
        assert log.last_sequence() == written + 1
        clock.move(minutes=1, seconds=1)
        await until(lambda: log.last_sequence() == written + 3)
        await desk.submit(issue("t3"))
    assert branch.tickets[T1].state is TicketState.WAITING
    assert branch.counter(ONE).overrun
    overruns = [fact for fact in log.read(0, 100) if isinstance(fact.event, BreakOverrun)]
    assert len(overruns) == 1
    assert log.last_sequence() == written + 4


async def test_every_free_counter_that_calls_by_itself_is_served_at_one_look(
    log: MemoryLog, clock: HandClock
) -> None:
    plan = small_plan()
    counters = {one: replace(each, calls_automatic=True) for one, each in plan.counters.items()}
    desk = Desk(Hall(replace(plan, counters=counters), log, clock), log)
    async with at_work(desk.run()):
        for name in ("t1", "t2"):
            await desk.submit(issue(name))
        await desk.submit(OpenCounter(ONE, LI))
        await desk.submit(OpenCounter(TWO, WANG))
        branch = await desk.branch()
        async with at_work(keep_times(desk, clock, every=3600)):
            await until(lambda: branch.open_ticket(ONE) and branch.open_ticket(TWO))


async def test_a_copy_of_a_slip_says_so(desk: Desk, clock: HandClock) -> None:
    await desk.submit(issue("t1"))
    receipt = await desk.submit(ReprintTicket(T1, SlipRequest(JobId("j2"), DeviceId("slip"))))
    prepared = receipt.facts[-1].event
    assert isinstance(prepared, SlipPrepared)
    slip = compose(await desk.branch(), prepared.job, clock.now(), lambda ticket: None)
    assert (slip.copy, slip.number) == (True, "A001")
