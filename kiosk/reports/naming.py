"""Names for what reports tell of: from the report of the domain to its shape, for people to read."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel

from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.ids import CounterId, QueueId, ServiceId
from kiosk.domain.report.report import Report
from kiosk.domain.report.tally import NO_SEGMENT, Scope
from kiosk.domain.rules import NOT_READY
from kiosk.flow.state import named
from kiosk.locale import say
from kiosk.reports.shapes import (
    AccuracyShape,
    FiguresShape,
    GroupShape,
    QueueLengthShape,
    ReactionsShape,
    ReportShape,
    StatusTimeShape,
    TellerTimeShape,
)

StaffNames = Mapping[str, str]
"""Of tellers, by their opaque reference; events know none, so only who may ask is told them."""


class Naming:
    """Names in one language. What has left the settings since is called by its id."""

    def __init__(self, plan: BranchPlan, language: str, staff: StaffNames) -> None:
        self._plan = plan
        self._language = language
        self._of: Mapping[Scope, Callable[[str], str]] = {
            Scope.SERVICE: self._service,
            Scope.QUEUE: self._queue,
            Scope.CLASS: str,
            Scope.SEGMENT: self._segment,
            Scope.HOUR: lambda hour: f"{hour}:00",
            Scope.COUNTER: self._counter,
            Scope.TELLER: lambda teller: staff.get(teller, teller),
        }

    def shape(self, report: Report, compared: Report | None = None) -> ReportShape:
        """The report with names, beside another one when asked for."""
        return ReportShape(
            branch=self._plan.id,
            timezone=str(self._plan.zone),
            first=report.period.first,
            last=report.period.last,
            days=report.days,
            until=report.until,
            overall=FiguresShape.model_validate(report.overall),
            groups={
                scope: tuple(
                    GroupShape(key=key, name=self._of[scope](key), **_fields(FiguresShape, figures))
                    for key, figures in groups.items()
                )
                for scope, groups in report.groups.items()
            },
            queue_lengths=self._lengths(report),
            tellers=self._tellers(report),
            alerts=tuple(ReactionsShape.model_validate(one) for one in report.alerts),
            estimates=AccuracyShape.model_validate(report.estimates),
            seal=report.seal,
            compared=self.shape(compared) if compared else None,
        )

    def _lengths(self, report: Report) -> tuple[QueueLengthShape, ...]:
        return tuple(
            QueueLengthShape(
                name=self._queue(one.queue) if one.queue else say(self._language, "The hall"),
                **_fields(QueueLengthShape, one),
            )
            for one in report.lengths
        )

    def _tellers(self, report: Report) -> tuple[TellerTimeShape, ...]:
        return tuple(
            TellerTimeShape(
                name=self._of[Scope.TELLER](one.teller),
                statuses=tuple(
                    StatusTimeShape(
                        name=self._status(status.status), **_fields(StatusTimeShape, status)
                    )
                    for status in one.statuses
                ),
                **_fields(TellerTimeShape, one),
            )
            for one in report.tellers
        )

    def _service(self, service: str) -> str:
        known = self._plan.services.get(ServiceId(service))
        return (known and named(known.names, self._language)) or service

    def _queue(self, queue: str) -> str:
        known = self._plan.queues.get(QueueId(queue))
        return (known and named(known.names, self._language)) or queue

    def _counter(self, counter: str) -> str:
        known = self._plan.counters.get(CounterId(counter))
        return (known and named(known.names, self._language)) or counter

    def _segment(self, segment: str) -> str:
        return say(self._language, "Without a segment") if segment == NO_SEGMENT else segment

    def _status(self, status: str) -> str:
        if status == NOT_READY:
            return say(self._language, "Not ready")
        known = self._plan.breaks.get(status)
        return (known and named(known.names, self._language)) or status


def _fields(shape: type[BaseModel], of: object) -> dict[str, Any]:
    """What the shape takes from an object of the domain as it is: all but names and statuses."""
    return {
        field: getattr(of, field)
        for field in shape.model_fields
        if field not in ("name", "statuses")
    }
