"""The figures on top of a report's page, and its whole tables."""

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.domain.report.tally import Scope
from kiosk.locale import say
from kiosk.reports.columns import Column, Kind, columns, groupings
from kiosk.reports.shapes import ReportShape
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
