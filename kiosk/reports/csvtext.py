"""A report as comma-separated values (RFC 4180), in UTF-8 with a byte order mark: Excel asks for it."""

import csv
import io
from collections.abc import Sequence

from kiosk.reports.rows import Value, rows
from kiosk.reports.shapes import ReportShape

COLUMNS = ("scope", "key", "figure", "value", "unit")
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def csv_bytes(report: ReportShape) -> bytes:
    """One line for each figure; beside another period a sixth column, ``compared``."""
    text = io.StringIO()
    writer = csv.writer(text)
    if report.compared is None:
        writer.writerow(COLUMNS)
        writer.writerows(
            (guarded(row.scope), guarded(row.key), row.figure, _number(row.value), row.unit)
            for row in rows(report)
        )
    else:
        writer.writerow((*COLUMNS, "compared"))
        writer.writerows(_side_by_side(report, report.compared))
    return text.getvalue().encode("utf-8-sig")


def _side_by_side(report: ReportShape, other: ReportShape) -> list[Sequence[str]]:
    """Figures of either period; what only one of them has stands alone."""
    here = {(row.scope, row.key, row.figure): row for row in rows(report)}
    there = {(row.scope, row.key, row.figure): row for row in rows(other)}
    lines: list[Sequence[str]] = []
    for name in {**here, **there}:
        values = [_number(table[name].value) if name in table else "" for table in (here, there)]
        scope, key, figure = name
        unit = (here.get(name) or there[name]).unit
        lines.append((guarded(scope), guarded(key), figure, values[0], unit, values[1]))
    return lines


def guarded(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if len(text) > 1 and text.startswith(_FORMULA_SIGNS) else text


def _number(value: Value) -> str:
    return "" if value is None else f"{value}"
