"""What of a report is drawn as charts, beside another period where there is one."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.queue import REGULAR
from kiosk.domain.report.clockface import Clockface
from kiosk.domain.report.tally import Scope
from kiosk.locale import say
from kiosk.reports.columns import Kind, Value
from kiosk.reports.shapes import ReportShape, TellerTimeShape
from kiosk.reports.workbook import period
from kiosk.web.pages.charts import Chart, Series

MINUTE, HOUR = 60.0, 3600.0
PERCENT = 0.01

Told = list[tuple[ReportShape, Mapping[str, Any]]]
"""Each period with what is told of it, by key."""


@dataclass(frozen=True, slots=True)
class Read:
    """A figure to read off each group, and how it is drawn."""

    name: str
    of: Callable[[Any], Value]
    look: str = "bar"


class ReportCharts:
    """The charts of one report."""

    def __init__(self, report: ReportShape, plan: BranchPlan, language: str) -> None:
        self._report = report
        self._periods = [report] if report.compared is None else [report, report.compared]
        self._plan = plan
        self._clock = Clockface(plan.zone, plan.day_starts)
        self._language = language

    def all(self) -> Iterator[Chart]:
        """In the order of the page; those without anything to draw are empty."""
        yield self._queue_length()
        yield self._numbers()
        yield self._waits()
        yield self._levels()
        yield self._counters()
        yield self._teller_times()
        yield self._utilisation()

    def _queue_length(self) -> Chart:
        told: Told = [(one, _hall(one)) for one in self._periods]
        times = self._in_order(at for _, quarters in told for at in quarters)
        reads = [
            Read(say(self._language, "On average"), lambda quarter: quarter.mean, "area"),
            Read(say(self._language, "At most"), lambda quarter: quarter.most, "line"),
        ]
        return Chart(
            "queue-length",
            say(self._language, "People who waited"),
            say(self._language, "Time"),
            Kind.PEOPLE,
            tuple(times),
            self._series(told, times, reads),
        )

    def _numbers(self) -> Chart:
        reads = [
            Read(say(self._language, "Tickets"), lambda one: one.issued),
            Read(say(self._language, "Served"), lambda one: one.served),
            Read(say(self._language, "Abandoned"), lambda one: one.abandoned),
        ]
        title = say(self._language, "Tickets by the hour of their issue")
        return self._grouped("numbers", title, Scope.HOUR, Kind.COUNT, reads)

    def _waits(self) -> Chart:
        reads = [
            Read(say(self._language, "Wait, median"), lambda one: one.wait.p50, "line"),
            Read(say(self._language, "Wait, 90 %"), lambda one: one.wait.p90, "line"),
        ]
        return self._grouped(
            "waits",
            say(self._language, "Wait by the hour of issue"),
            Scope.HOUR,
            Kind.TIME,
            reads,
            axis=say(self._language, "min"),
            scale=MINUTE,
            mark=(
                say(self._language, "Target"),
                self._plan.classes[REGULAR].target_wait * MINUTE,
            ),
        )

    def _levels(self) -> Chart:
        level = say(self._language, "Served within the target")
        title = say(self._language, "Served within the target, by service")
        reads = [Read(level, lambda one: one.service_level)]
        style = {"axis": "%", "scale": PERCENT, "lying": True}
        return self._grouped("levels", title, Scope.SERVICE, Kind.SHARE, reads, **style)

    def _counters(self) -> Chart:
        reads = [
            Read(say(self._language, "Served"), lambda one: one.served),
            Read(say(self._language, "No-show"), lambda one: one.no_show),
        ]
        title = say(self._language, "Tickets by counter")
        return self._grouped("counters", title, Scope.COUNTER, Kind.COUNT, reads, lying=True)

    def _teller_times(self) -> Chart:
        """Where tellers' time went: of this period alone, for they are stacked."""
        tellers = self._report.tellers
        names = {status.status: status.name for one in tellers for status in one.statuses}
        series = [
            Series(say(self._language, "With a client"), tuple(one.serving for one in tellers)),
            Series(say(self._language, "Ready"), tuple(one.ready - one.serving for one in tellers)),
        ]
        for status, name in names.items():
            series.append(Series(name, tuple(_spent(one, status) for one in tellers)))
        return Chart(
            "teller-times",
            say(self._language, "Tellers' time"),
            say(self._language, "Teller"),
            Kind.TIME,
            tuple(one.name for one in tellers),
            tuple(series),
            axis=say(self._language, "h"),
            scale=HOUR,
            lying=True,
            stacked=True,
        )

    def _utilisation(self) -> Chart:
        told: Told = [(one, {each.teller: each for each in one.tellers}) for one in self._periods]
        names = _names(told)
        reads = [Read(say(self._language, "Utilisation"), lambda one: one.utilisation)]
        return Chart(
            "utilisation",
            say(self._language, "Ready time with a client, by teller"),
            say(self._language, "Teller"),
            Kind.SHARE,
            tuple(names.values()),
            self._series(told, list(names), reads),
            axis="%",
            scale=PERCENT,
            lying=True,
        )

    def _grouped(
        self, id_: str, title: str, scope: Scope, kind: Kind, reads: Iterable[Read], **style: Any
    ) -> Chart:
        told: Told = [
            (one, {each.key: each for each in one.groups[scope]}) for one in self._periods
        ]
        names = _names(told)
        keys = self._in_order(names) if scope is Scope.HOUR else list(names)
        categories = tuple(names[key] for key in keys)
        series = self._series(told, keys, reads)
        return Chart(id_, title, self._heading(scope), kind, categories, series, **style)

    def _heading(self, scope: Scope) -> str:
        match scope:
            case Scope.HOUR:
                return say(self._language, "Hour")
            case Scope.SERVICE:
                return say(self._language, "Service")
            case _:
                return say(self._language, "Counter")

    def _series(self, told: Told, keys: Sequence[str], reads: Iterable[Read]) -> tuple[Series, ...]:
        """This period's first, then those of the other."""
        return tuple(
            Series(
                read.name if one is self._report else f"{read.name} ({period(one)})",
                tuple(read.of(groups[key]) if key in groups else None for key in keys),
                read.look,
                before=one is not self._report,
            )
            for one, groups in told
            for read in reads
        )

    def _in_order(self, times: Iterable[str]) -> list[str]:
        """Hours or quarters, in the order of the business day."""
        return sorted(set(times), key=self._clock.place)


def _hall(report: ReportShape) -> dict[str, Any]:
    lines = [line for line in report.queue_lengths if line.queue is None]
    return {quarter.at: quarter for line in lines for quarter in line.quarters}


def _names(told: Told) -> dict[str, str]:
    return {key: one.name for _, groups in told for key, one in groups.items()}


def _spent(teller: TellerTimeShape, status: str) -> float:
    return sum(one.total for one in teller.statuses if one.status == status)
