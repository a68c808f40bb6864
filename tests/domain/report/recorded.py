"""A day of the small branch that keeps its facts, for reports to be folded from."""

from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta

from kiosk.domain.apply import apply
from kiosk.domain.events import SYSTEM, Event, Fact
from kiosk.domain.report.figures import Figures
from kiosk.domain.report.fold import ReportFold
from kiosk.domain.report.period import Period
from kiosk.domain.report.report import Report
from tests.domain.day import MONDAY, MORNING, Day


@dataclass
class RecordedDay(Day):
    """Facts stand in ``facts``; the clock may be set back for one of them."""

    facts: list[Fact] = field(default_factory=list)

    def apply(self, event: Event) -> None:
        number = self.branch.sequence + 1
        day = self.branch.day or MONDAY
        fact = Fact(number, f"f{number}", self.now, day, event, SYSTEM, number)
        apply(self.branch, fact)
        self.facts.append(fact)

    def at(self, minutes: float) -> None:
        """So many minutes after nine."""
        self.now = MORNING + timedelta(minutes=minutes)

    def report(self, until: datetime | None = None, last: int = 0) -> Report:
        fold = ReportFold(self.plan, Period(MONDAY, MONDAY + timedelta(days=last)))
        for fact in self.facts:
            fold.take(fact)
        return fold.report(until)

    @property
    def overall(self) -> Figures:
        return self.report().overall


def counts(figures: Figures) -> dict[str, int]:
    """Whatever isn't 0 of the counts."""
    names = [field.name for field in fields(figures)]
    found = {name: getattr(figures, name) for name in names}
    return {name: value for name, value in found.items() if isinstance(value, int) and value}
