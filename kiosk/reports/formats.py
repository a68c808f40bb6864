"""The formats of reports, for every way out: HTTP, the command line, files."""

from enum import StrEnum
from typing import assert_never

from kiosk.reports.csvtext import csv_bytes
from kiosk.reports.shapes import ReportShape
from kiosk.reports.workbook import period, xlsx_bytes


class Format(StrEnum):
    """Of a file; also its name's ending."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"

    @property
    def media_type(self) -> str:
        """As IANA registers it."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    Format.JSON: "application/json",
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def written(report: ReportShape, as_: Format, language: str) -> bytes:
    """The report in this format; headings, where it has any, in this language."""
    match as_:
        case Format.JSON:
            return report.model_dump_json().encode()
        case Format.CSV:
            return csv_bytes(report)
        case Format.XLSX:
            return xlsx_bytes(report, language)
        case _:
            assert_never(as_)


def file_name(report: ReportShape, as_: Format) -> str:
    """``report-0755-2026-11-20.csv``"""
    return f"report-{report.branch}-{period(report).replace('..', '_')}.{as_}"
