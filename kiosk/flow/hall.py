"""The hall as the desk keeps it: the branch's state, and how its events become numbered facts."""

from datetime import date, datetime

from kiosk.domain.branch import Branch, BranchPlan, apply
from kiosk.domain.businessday import business_day
from kiosk.domain.commands import Command, OpenDay
from kiosk.domain.decide import decide
from kiosk.domain.events import SYSTEM, Actor, Event, Fact
from kiosk.ports import Clock, EventLog
from kiosk.wire import family_of


class Hall:
    """The fold of the log's open day, one step ahead of the log while a commit is under way."""

    def __init__(self, plan: BranchPlan, log: EventLog, clock: Clock) -> None:
        self._plan = plan
        self._log = log
        self._clock = clock
        self.rebuild()

    def rebuild(self) -> None:
        """Read the open day from the log again: nothing else is known to have happened."""
        self.branch = Branch(self._plan)
        for fact in self._log.open_day():
            apply(self.branch, fact)
        self._latest = self._log.latest_by_family()

    def now(self) -> datetime:
        """The clock in whole milliseconds, never behind the latest fact."""
        now = self._clock.now()
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        return max(now, self.branch.time or now)

    def today(self) -> date:
        """The business day that the clock is in, never behind the open one."""
        day = business_day(self.now(), self._plan.zone, self._plan.day_starts)
        return max(day, self.branch.day or day)

    def turn_day(self) -> list[Fact]:
        """The facts with which a new business day begins; none while the open one lasts."""
        today = self.today()
        if self.branch.day == today:
            return []
        return self.carry_out(OpenDay(today))

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
                id=self._clock.new_id(),
                time=now,
                day=command.day if isinstance(command, OpenDay) else self.today(),
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

    def _prev(self, event: Event, sequence: int) -> int | None:
        """The sequence of the family's fact before this one."""
        family = family_of(event)
        before = self._latest.get(family)
        self._latest[family] = sequence
        return before
