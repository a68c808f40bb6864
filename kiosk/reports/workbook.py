"""A report as a workbook for spreadsheets (Office Open XML): one sheet for each grouping, no macros.

Times are true durations, shares true percentages: they can be added up and drawn.
"""

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from kiosk.domain.report.tally import Scope
from kiosk.locale import say
from kiosk.reports.columns import Column, Kind, Value, columns, groupings
from kiosk.reports.shapes import ReportShape

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_FORMATS = {
    Kind.COUNT: "#,##0",
    Kind.PEOPLE: "0.0",
    Kind.TIME: "[h]:mm:ss",
    Kind.SHARE: "0.0%",
}
_SECONDS_A_DAY = 86_400
_WIDTH = 11

Cell = tuple[Kind, Value] | str


class Writer:
    """Writes sheets of a workbook, each with a frozen head and widths that fit."""

    def __init__(self, book: "Workbook") -> None:
        self._book = book
        self._kinds = {kind: book.add_format({"num_format": one}) for kind, one in _FORMATS.items()}
        self._head = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#EEF2F6"}
        )

    def sheet(self, name: str, heads: Sequence[str], lines: Iterable[Sequence[Cell]]) -> None:
        """One sheet; the first column is what its lines are about."""
        sheet = self._book.add_worksheet(name)
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, self._head)
        sheet.freeze_panes(1, 1)
        widest = len(heads[0])
        for number, line in enumerate(lines, 1):
            for column, cell in enumerate(line):
                self._write(sheet, number, column, cell)
            widest = max(widest, *(_columns(cell) for cell in line[:1] if isinstance(cell, str)))
        sheet.set_column(0, 0, min(widest + 2, 48))
        sheet.set_column(1, max(len(heads) - 1, 1), _WIDTH)

    def _write(self, sheet: Any, row: int, column: int, cell: Cell) -> None:
        """Texts stay texts, whatever they begin with."""
        if isinstance(cell, str):
            sheet.write_string(row, column, cell)
            return
        kind, value = cell
        if value is not None:
            number = value / _SECONDS_A_DAY if kind is Kind.TIME else value
            sheet.write_number(row, column, number, self._kinds[kind])


def xlsx_bytes(report: ReportShape, language: str) -> bytes:
    """The whole file. Another period stands on the first sheet, and below each group."""
    from xlsxwriter import Workbook

    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"title": _title(report, language)})
        writer = Writer(book)
        _overview(writer, report, language)
        for scope, heading in groupings(language):
            _groups(writer, report, scope, heading, language)
        _lengths(writer, report, language)
        _tellers(writer, report, language)
    return file.getvalue()


def period(report: ReportShape) -> str:
    """``2026-11-20`` or ``2026-11-20..2026-11-26``."""
    return f"{report.first}" if report.first == report.last else f"{report.first}..{report.last}"


def _title(report: ReportShape, language: str) -> str:
    return say(language, "Branch {branch}, {period}", branch=report.branch, period=period(report))


def _beside(report: ReportShape) -> list[ReportShape]:
    return [report] if report.compared is None else [report, report.compared]


def _overview(writer: Writer, report: ReportShape, language: str) -> None:
    told = _beside(report)
    heads = [_title(report, language), *(period(one) for one in told)]
    lines: list[list[Cell]] = [
        [column.heading, *((column.kind, column.of(one.overall)) for one in told)]
        for column in columns(language)
    ]
    estimates = (
        (say(language, "Estimates"), Kind.COUNT, "count"),
        (say(language, "Estimates, mean error"), Kind.TIME, "mean_absolute_error"),
        (say(language, "Estimates, within the range"), Kind.SHARE, "coverage"),
    )
    lines += [
        [heading, *((kind, getattr(one.estimates, name)) for one in told)]
        for heading, kind, name in estimates
    ]
    # A time below zero can't be shown as one: minutes.
    bias = [one.estimates.bias for one in told]
    heading = say(language, "Estimates, too long by (minutes)")
    lines.append([heading, *((Kind.PEOPLE, None if one is None else one / 60) for one in bias)])
    lines.append([say(language, "Seal of the log"), *(one.seal or "" for one in told)])
    writer.sheet(say(language, "Overview"), heads, lines)


def _groups(writer: Writer, report: ReportShape, scope: Scope, heading: str, language: str) -> None:
    all_columns = list(columns(language))
    two = report.compared is not None
    heads = [heading, *([say(language, "Period")] if two else []), *_headings(all_columns)]
    lines: list[list[Cell]] = []
    names = {one.key: one.name for told in reversed(_beside(report)) for one in told.groups[scope]}
    for key, name in names.items():
        for told in _beside(report):
            for group in told.groups[scope]:
                if group.key == key:
                    cells: list[Cell] = [(one.kind, one.of(group)) for one in all_columns]
                    lines.append([name, *([period(told)] if two else []), *cells])
    writer.sheet(heading, heads, lines)


def _headings(all_columns: Iterable[Column]) -> list[str]:
    return [column.heading for column in all_columns]


def _lengths(writer: Writer, report: ReportShape, language: str) -> None:
    """Local times down, lines across: how many waited on average, and at most."""
    heads = [say(language, "Time")]
    for line in report.queue_lengths:
        name = f"{line.queue} {line.name}" if line.queue else line.name
        heads.append(say(language, "{queue}, mean", queue=name))
        heads.append(say(language, "{queue}, most", queue=name))
    by_time: dict[str, list[Cell]] = {}
    for number, line in enumerate(report.queue_lengths):
        for quarter in line.quarters:
            empty: list[Cell] = [(Kind.COUNT, None)] * (2 * len(report.queue_lengths))
            cells = by_time.setdefault(quarter.at, empty)
            cells[2 * number] = (Kind.PEOPLE, quarter.mean)
            cells[2 * number + 1] = (Kind.COUNT, quarter.most)
    writer.sheet(
        say(language, "Queue lengths"), heads, [[at, *cells] for at, cells in by_time.items()]
    )


def _tellers(writer: Writer, report: ReportShape, language: str) -> None:
    heads = [
        say(language, "Teller"),
        say(language, "Present"),
        say(language, "Ready"),
        say(language, "Serving"),
        say(language, "Utilisation"),
    ]
    lines: list[list[Cell]] = [
        [
            one.name,
            (Kind.TIME, one.present),
            (Kind.TIME, one.ready),
            (Kind.TIME, one.serving),
            (Kind.SHARE, one.utilisation),
        ]
        for one in report.tellers
    ]
    writer.sheet(say(language, "Teller times"), heads, lines)
    heads = [
        say(language, "Teller"),
        say(language, "Status"),
        say(language, "Times"),
        say(language, "In total"),
        say(language, "Longest"),
        say(language, "Limit"),
        say(language, "Over the limit"),
    ]
    lines = [
        [
            one.name,
            status.name,
            (Kind.COUNT, status.count),
            (Kind.TIME, status.total),
            (Kind.TIME, status.longest),
            (Kind.TIME, status.limit),
            (Kind.COUNT, status.overruns),
        ]
        for one in report.tellers
        for status in one.statuses
    ]
    writer.sheet(say(language, "Breaks"), heads, lines)


def _columns(text: str) -> int:
    """Wide characters take two."""
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in text)
