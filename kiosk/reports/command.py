"""``kiosk report``: a report on standard output."""

import sys
from datetime import datetime

from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.businessday import business_day
from kiosk.domain.report.period import Period
from kiosk.locale import SOURCE
from kiosk.ports import DayRecords, KioskError
from kiosk.reports.bookkeeper import beside, make_report
from kiosk.reports.formats import Format, file_name, written
from kiosk.reports.naming import Naming, StaffNames
from kiosk.reports.shapes import ReportShape
from kiosk.reports.table import table
from kiosk.reports.wanted import compared_with, period_of


class FileWanted(KioskError):
    """The format is no text for a terminal."""

    exit_code = 2


def print_report(
    records: DayRecords,
    plan: BranchPlan,
    now: datetime,
    *,
    period: str | None,
    as_: str,
    compare: str | None,
    staff: StaffNames,
) -> None:
    """Print it; ``period`` None: today. ``as_``: ``table`` or a format of files.

    Raises PeriodFault, FileWanted, NothingRecorded, LogUnavailable.
    """
    today = business_day(now, plan.zone, plan.day_starts)
    wanted = Period(today, today) if period is None else period_of(period)
    other = compared_with(compare, wanted) if compare is not None else None
    report = make_report(records, plan, wanted, now)
    compared = beside(records, plan, other, now)
    if other and compared is None:
        print(f"the log knows nothing of {other}: nothing stands beside it", file=sys.stderr)
    shape = Naming(plan, SOURCE, staff).shape(report, compared)
    if as_ == "table":
        print("\n".join(table(shape)))
    else:
        _write(shape, Format(as_))


def _write(shape: ReportShape, as_: Format) -> None:
    if as_ is Format.XLSX and sys.stdout.isatty():
        raise FileWanted(f"a workbook is no text: add > {file_name(shape, as_)}")
    sys.stdout.buffer.write(written(shape, as_, SOURCE))
    sys.stdout.flush()
