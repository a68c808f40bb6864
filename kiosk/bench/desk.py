"""P4: tickets at the desk, in this process, with grouped commits on a real log."""

import asyncio
import time

from kiosk.bench.figure import Branch, Run
from kiosk.bench.site import site
from kiosk.bench.steps import DESK_STEPS, Steps, with_steps
from kiosk.clock import SystemClock
from kiosk.domain.commands import IssueTicket
from kiosk.domain.ids import Language, ServiceId, TicketId, VisitId
from kiosk.flow.desk import LARGEST_COMMIT, Desk
from kiosk.flow.hall import Hall
from kiosk.settings.file import load
from kiosk.settings.plan import branch_plan
from kiosk.store.log import SqliteLog

_WARMING = 2
"""Tickets for each customer."""


async def issued(branch: Branch, count: int) -> Run:
    """As many customers at once as share one commit; ``count`` tickets for each of them.

    Nothing listens to the desk: neither screens nor printers nor a broker.
    """
    return await with_steps(_at_the_desk, count, DESK_STEPS)


async def _at_the_desk(count: int, steps: Steps) -> Run:
    with site() as place:
        clock = SystemClock()
        log = SqliteLog(place.var / "log.db")
        desk = Desk(Hall(branch_plan(load(place.config)), log, clock), log)
        working = asyncio.create_task(desk.run())
        try:
            await _customers(desk, clock, _WARMING)
            steps.forget()
            began = time.perf_counter()
            times = await _customers(desk, clock, count)
            lasted = time.perf_counter() - began
        finally:
            working.cancel()
            await asyncio.wait([working])
            log.close()
    return Run(times, lasted, steps=steps.for_each(len(times), lasted / len(times)))


async def _customers(desk: Desk, clock: SystemClock, each: int) -> list[float]:
    times: list[float] = []

    async def customer() -> None:
        for _ in range(each):
            began = time.perf_counter()
            await desk.submit(_command(clock))
            times.append(time.perf_counter() - began)

    await asyncio.gather(*(customer() for _ in range(LARGEST_COMMIT)))
    return times


def _command(clock: SystemClock) -> IssueTicket:
    visit = VisitId(clock.new_id())
    return IssueTicket(TicketId(clock.new_id()), visit, ServiceId("cash"), Language("zh"))
