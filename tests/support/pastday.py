"""Days that a branch has behind it: people come, tellers call them, take lunch and go home."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random

from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.commands import (
    CallNext,
    CloseCounter,
    Command,
    FinishServing,
    IssueTicket,
    MarkNoShow,
    OpenCounter,
    OpenDay,
    RecordEstimates,
    SetStatus,
    StartServing,
)
from kiosk.domain.estimate import EstimatedWait
from kiosk.domain.events import Fact
from kiosk.domain.ids import CounterId, Language, StaffRef, TicketId, VisitId
from kiosk.domain.rules import CallingRules
from kiosk.flow.hall import Hall
from kiosk.store.log import SqliteLog
from tests.flow.clock import HandClock

OPENS, CLOSES = 9 * 60, 17 * 60
"""Minutes of the day."""
CROWD = (0.25, 0.6, 0.75, 0.45, 0.35, 0.55, 0.5, 0.25)
"""People a minute, hour by hour."""


@dataclass
class _Counter:
    """What a counter does until when."""

    teller: StaffRef
    lunch: int
    busy_until: float = 0
    away: bool = False


def live_through(
    log: Path, plan: BranchPlan, days: list[date], tellers: Mapping[CounterId, StaffRef]
) -> None:
    """Write these days, in order, into a log that nobody has open. The same again each time."""
    store = SqliteLog(log)
    try:
        for day in days:
            _PastDay(store, plan, day, tellers).live()
    finally:
        store.close()


class _PastDay:
    def __init__(
        self, log: SqliteLog, plan: BranchPlan, day: date, tellers: Mapping[CounterId, StaffRef]
    ) -> None:
        self._log = log
        self._plan = replace(plan, calling=CallingRules())
        self._day = day
        self._clock = HandClock(self._at(OPENS))
        self._facts: list[Fact] = []
        self._random = Random(f"{day}")
        self._hall = Hall(self._plan, log, self._clock)
        self._counters = {
            counter: _Counter(teller, 11 * 60 + 30 + 45 * number)
            for number, (counter, teller) in enumerate(tellers.items())
        }
        self._issued = 0

    def live(self) -> None:
        """From nine to five, minute by minute, until the last one is served."""
        self._do(OpenDay(self._day))
        for counter, work in self._counters.items():
            self._do(OpenCounter(counter, work.teller))
        minute = OPENS
        while minute < CLOSES or self._anybody():
            self._clock.time = self._at(minute)
            if minute < CLOSES:
                self._let_in(CROWD[(minute - OPENS) // 60])
            for counter, work in self._counters.items():
                self._work(counter, work, minute)
            minute += 1
        for counter, work in self._counters.items():
            self._do(CloseCounter(counter, work.teller))
        self._log.append(self._facts)

    def _anybody(self) -> bool:
        lines = self._hall.branch.lines
        open_tickets = any(self._hall.branch.counter(one).ticket for one in self._counters)
        return open_tickets or any(lines.count(queue) for queue in self._plan.queues)

    def _at(self, minute: float) -> datetime:
        midnight = datetime.combine(self._day, time(), self._plan.zone)
        return (midnight + timedelta(minutes=minute)).astimezone(UTC)

    def _let_in(self, people: float) -> None:
        services = list(self._plan.services)
        for _ in range(int(people + self._random.random())):
            self._issued += 1
            ticket = TicketId(f"{self._day}-{self._issued}")
            service = self._random.choices(services, range(len(services), 0, -1))[0]
            self._do(IssueTicket(ticket, VisitId(f"v-{ticket}"), service, Language("zh")))
            self._foretell(ticket)

    def _foretell(self, ticket: TicketId) -> None:
        issued = self._hall.branch.tickets.get(ticket)
        if issued is None:
            return
        ahead = self._hall.branch.people_ahead(issued, self._clock.now()) or 0
        likely = round(ahead * 1.5)
        wait = EstimatedWait(
            ticket,
            issued.queue,
            self._clock.now(),
            likely // 2,
            likely,
            likely + likely // 4,
            likely * 2,
        )
        self._do(RecordEstimates((wait,)))

    def _work(self, counter: CounterId, work: _Counter, minute: int) -> None:
        if minute < work.busy_until:
            return
        if work.away:
            work.away = False
            self._do(OpenCounter(counter, work.teller))
        if self._hall.branch.counter(counter).ticket:
            self._do(FinishServing(counter, work.teller))
        if 0 <= minute - work.lunch < 60:
            work.lunch, work.away = -1000, True
            work.busy_until = minute + self._random.randint(25, 48)
            self._do(SetStatus(counter, work.teller, "lunch"))
            return
        self._do(CallNext(counter, work.teller))
        if self._hall.branch.counter(counter).ticket is None:
            return
        if self._random.random() < 0.06:
            self._do(MarkNoShow(counter, work.teller))
            work.busy_until = minute + 1
            return
        self._do(StartServing(counter, work.teller))
        work.busy_until = minute + max(2, self._random.lognormvariate(1.55, 0.55))

    def _do(self, command: Command) -> None:
        self._facts += self._hall.carry_out(command)
