"""The hall as the desk keeps it: the branch's state, and how its events become numbered facts."""

import logging
from datetime import date, datetime

from kiosk.domain.apply import apply
from kiosk.domain.branch import Branch
from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.businessday import business_day
from kiosk.domain.commands import Command, OpenDay, ReportDevice
from kiosk.domain.decide import decide
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus
from kiosk.domain.events import SYSTEM, Actor, DayOpened, Event, Fact
from kiosk.domain.ids import DeviceId
from kiosk.flow.hallclock import HallClock
from kiosk.ports import Clock, EventLog, LogUnavailable
from kiosk.shapes.writing import instant
from kiosk.wire import family_of

logger = logging.getLogger(__name__)

LOG = DeviceId("log")
"""The log among the devices that can have a fault."""


class Hall:
    """The fold of the log's open day, one step ahead of the log while a commit is under way."""

    def __init__(self, plan: BranchPlan, log: EventLog, clock: Clock) -> None:
        self._plan = plan
        self._log = log
        self.clock = HallClock(clock, self._day_at)
        self._outage: DeviceCondition | None = None
        self.astray = False
        """Nobody can say what of it is on disk, until it is rebuilt."""
        self.rebuild()

    def rebuild(self) -> None:
        """Read the open day from the log again: nothing else is known to have happened."""
        branch = Branch(self._plan)
        for fact in self._log.open_day():
            apply(branch, fact)
        self._latest = self._log.latest_by_family()
        self.branch = branch
        branch.outage = self._outage
        self.astray = False
        if branch.time is not None:
            self.clock.begin_after(branch.time)

    def unknown(self) -> Branch:
        """A hall of which nothing is known but why."""
        return Branch(self._plan, outage=self._outage)

    @property
    def outage(self) -> DeviceCondition | None:
        """Why nothing can be written; None while all is well."""
        return self._outage

    def begin_outage(self, error: LogUnavailable) -> bool:
        """Nothing can be written any more; False when that is known already."""
        if self._outage is not None:
            return False
        logger.error("nothing can be written, commands are refused: %s", error)
        detail = f"since {instant(self.now())}: {error}"
        fault = DeviceStatus.HARDWARE_ERROR, error.fault
        self._outage = DeviceCondition(LOG, DeviceKind.LOG, *fault, detail)
        self.branch.outage = self._outage
        return True

    def end_outage(self) -> None:
        """Something was written, if it was that which couldn't."""
        if self._outage is not None:
            logger.info("the log can be written again")
            self._outage = self.branch.outage = None

    def now(self) -> datetime:
        """The hall's time, never behind the latest fact."""
        return self.clock.now()

    def today(self) -> date:
        """The business day that the clock is in, never behind the open one."""
        day = self._day_at(self.now())
        return max(day, self.branch.day or day)

    def _day_at(self, moment: datetime) -> date:
        return business_day(moment, self._plan.zone, self._plan.day_starts)

    def turn_day(self) -> list[Fact]:
        """The facts with which a new business day begins; none while the open one lasts."""
        today = self.today()
        if self.branch.day == today:
            return []
        return self.carry_out(OpenDay(today))

    def tell_outage(self) -> list[Fact]:
        """The facts of an outage, which can only be told once it is over: it began, it ended."""
        if self._outage is None:
            return []
        well = DeviceCondition(self._outage.device, self._outage.kind)
        return [*self.carry_out(ReportDevice(self._outage)), *self.carry_out(ReportDevice(well))]

    def carry_out(
        self,
        command: Command,
        by: Actor = SYSTEM,
        key: str | None = None,
        correlation: str | None = None,
    ) -> list[Fact]:
        """Decide a command and apply what it causes. Raises Refused; nothing has changed then."""
        now = self.now()
        events = decide(self.branch, command, now)
        first = self.branch.sequence + 1
        facts = []
        for sequence, event in enumerate(events, first):
            fact = Fact(
                sequence=sequence,
                id=self.clock.new_id(),
                time=now,
                day=self._day_of(event),
                event=event,
                by=by,
                command=first,
                key=key if sequence == first else None,
                correlation=correlation,
                prev=self._prev(event, sequence),
            )
            apply(self.branch, fact)
            facts.append(fact)
        return facts

    def _day_of(self, event: Event) -> date:
        """The day that is open: numbers are unique in it, whatever the clock says by now."""
        if isinstance(event, DayOpened):
            return event.day
        return self.branch.day or self.today()

    def _prev(self, event: Event, sequence: int) -> int | None:
        """The sequence of the family's fact before this one."""
        family = family_of(event)
        before = self._latest.get(family)
        self._latest[family] = sequence
        return before
