"""A report as one long table of single figures, for programs and pivot tables.

Scope ``all`` is everybody; ``service``, ``queue``, ``class``, ``segment``, ``hour``, ``counter`` and
``teller`` are the groups, by id. ``line`` is a queue's length, ``quarter`` that of a quarter of an
hour (``A 09:15``), ``status`` a teller's break (``8f… lunch``), ``alert`` a kind of
alert. ``*`` is everybody or the hall.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.reports.shapes import FiguresShape, ReportShape, SpreadShape

ALL = "*"

Value = int | float | None


@dataclass(frozen=True, slots=True)
class Row:
    """One figure; ``value`` None: there is nothing to tell it of."""

    scope: str
    key: str
    figure: str
    value: Value
    unit: str


_UNITS: Mapping[str, str] = {
    "recalls": "times",
    "transfers": "times",
    "parks": "times",
    "service_level": "share",
    "present": "s",
    "ready": "s",
    "serving": "s",
    "utilisation": "share",
    "count": "times",
    "total": "s",
    "longest": "s",
    "overruns": "times",
    "limit": "s",
    "times": "times",
    "mean_absolute_error": "s",
    "bias": "s",
    "coverage": "share",
    "raised": "times",
    "escalated": "times",
    "mean": "people",
    "most": "people",
}
"""Of figures that don't count tickets."""


def rows(report: ReportShape) -> Iterator[Row]:
    """All figures, in a fixed order; those that the report is compared with are left out."""
    yield from _figures("all", ALL, report.overall)
    for scope, groups in report.groups.items():
        for group in groups:
            yield from _figures(scope, group.key, group)
    for line in report.queue_lengths:
        queue = line.queue or ALL
        yield _row("line", queue, "most", line.most)
        for quarter in line.quarters:
            told = quarter.model_dump(exclude={"at"})
            yield from _told("quarter", f"{queue} {quarter.at}", told)
    for teller in report.tellers:
        times = teller.model_dump(exclude={"teller", "name", "statuses"})
        yield from _told("teller", teller.teller, times)
        for status in teller.statuses:
            told = status.model_dump(exclude={"status", "name"})
            yield from _told("status", f"{teller.teller} {status.status}", told)
    for alerts in report.alerts:
        told = alerts.model_dump(exclude={"kind", "reaction"})
        yield from _told("alert", alerts.kind, told)
        yield from _spread("alert", alerts.kind, "reaction", alerts.reaction)
    yield from _told("estimates", ALL, report.estimates.model_dump())


def _figures(scope: str, key: str, figures: FiguresShape) -> Iterator[Row]:
    spreads = [name for name, value in figures if isinstance(value, SpreadShape)]
    told = figures.model_dump(exclude={"key", "name", *spreads})
    yield from _told(scope, key, told)
    for name in spreads:
        yield from _spread(scope, key, name, getattr(figures, name))


def _spread(scope: str, key: str, name: str, shape: SpreadShape) -> Iterator[Row]:
    spread = shape.model_dump()
    yield Row(scope, key, f"{name}_count", spread.pop("count"), "times")
    for figure, value in spread.items():
        yield Row(scope, key, f"{name}_{figure}", value, "s")


def _told(scope: str, key: str, figures: Mapping[str, Any]) -> Iterator[Row]:
    for figure, value in figures.items():
        yield _row(scope, key, figure, value)


def _row(scope: str, key: str, figure: str, value: Value) -> Row:
    return Row(scope, key, figure, value, _UNITS.get(figure, "tickets"))
