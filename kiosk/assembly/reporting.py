"""Reporting: what a running branch makes its reports with, and the files of each day."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kiosk.domain.branchplan import BranchPlan
from kiosk.locale import complete_languages
from kiosk.ports import Clock, ReportCondition
from kiosk.reports.bookkeeper import Bookkeeper
from kiosk.reports.dayfiles import DayFiles
from kiosk.reports.formats import Format
from kiosk.settings import Settings
from kiosk.store.accounts import Accounts
from kiosk.store.dayrecords import SqliteDayRecords


@contextmanager
def bookkeeping(
    log: Path, plan: BranchPlan, clock: Clock, accounts: Accounts
) -> Iterator[Bookkeeper]:
    """A bookkeeper with a connection of its own to the log."""
    with (
        closing(SqliteDayRecords(log)) as records,
        closing(Bookkeeper(records, plan, clock, accounts.staff_names)) as bookkeeper,
    ):
        yield bookkeeper


def day_files(
    settings: Settings, var: Path, bookkeeper: Bookkeeper, report: ReportCondition
) -> DayFiles | None:
    """Whoever drops each day's files; None when the settings name no folder."""
    section = settings.reports
    if not section.folder:
        return None
    own = settings.branch.languages[0]
    return DayFiles(
        bookkeeper,
        folder=Path(section.folder),
        formats=[Format(name) for name in section.formats],
        language=own if own in complete_languages() else settings.fallback_language,
        cursor=var / "reports.cursor",
        report=report,
    )
