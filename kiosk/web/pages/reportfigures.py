"""The figures on top of a report's page, and its whole tables."""

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.domain.report.tally import Scope
from kiosk.locale import say
from kiosk.reports.columns import Column, Kind, columns, groupings
from kiosk.reports.shapes import ReportShape
from kiosk.web.alertwords import alert_name
from kiosk.web.pages.charts import written


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its name, and what it was in the other period."""

    name: str
    text: str
    before: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """Every figure of the groups of one scope."""

    id: str
    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def figures(report: ReportShape, language: str) -> Iterator[Figure]:
    """What a manager looks at first."""
    for column in _first(language):
        before = _text(column, report.compared) if report.compared else None
        yield Figure(column.heading, _text(column, report), before)


def estimates(report: ReportShape, language: str) -> Iterator[Figure]:
    """How right the waits were that people were told first."""
    for name, kind, field in (
        (say(language, "Estimates"), Kind.COUNT, "count"),
        (say(language, "Off by, on average"), Kind.TIME, "mean_absolute_error"),
        (say(language, "Too long by, on average"), Kind.TIME, "bias"),
        (say(language, "Within the range that was told"), Kind.SHARE, "coverage"),
    ):
        told = [
            written(kind, getattr(one.estimates, field)) for one in (report, report.compared) if one
        ]
        yield Figure(name, told[0], told[1] if report.compared else None)


def tables(report: ReportShape, language: str) -> Iterator[Table]:
    """By service, queue and so on, without those of which there is nothing."""
    shown = tuple(columns(language))
    for scope, heading in groupings(language):
        if rows := tuple(_rows(report, scope, shown)):
            yield Table(scope, heading, tuple(column.heading for column in shown), rows)
    if report.alerts:
        yield _alerts(report, language)


def _alerts(report: ReportShape, language: str) -> Table:
    """How soon somebody looked at what the branch told of."""
    headings = (
        say(language, "Raised"),
        say(language, "Escalated"),
        say(language, "Acknowledged"),
        say(language, "Until then, median"),
        say(language, "Until then, 90 %"),
    )
    rows = tuple(
        (
            alert_name(one.kind, language),
            (
                written(Kind.COUNT, one.raised),
                written(Kind.COUNT, one.escalated),
                written(Kind.COUNT, one.reaction.count),
                written(Kind.TIME, one.reaction.p50),
                written(Kind.TIME, one.reaction.p90),
            ),
        )
        for one in report.alerts
    )
    return Table("alerts", say(language, "Alerts"), headings, rows)


def _first(language: str) -> Iterator[Column]:
    wanted = {
        say(language, "Tickets"),
        say(language, "Served"),
        say(language, "Abandoned"),
        say(language, "Served within the target"),
        say(language, "Wait, median"),
        say(language, "Wait, 90 %"),
        say(language, "Wait, longest"),
    }
    return (column for column in columns(language) if column.heading in wanted)


def _text(column: Column, report: ReportShape) -> str:
    return written(column.kind, column.of(report.overall))


def _rows(
    report: ReportShape, scope: Scope, shown: tuple[Column, ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for group in report.groups[scope]:
        yield group.name, tuple(written(column.kind, column.of(group)) for column in shown)
