"""The page of reports: figures, charts and tables of a day or several, beside another period."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from kiosk.access import may
from kiosk.domain.businessday import business_day
from kiosk.domain.report.period import Period
from kiosk.locale import say
from kiosk.reports.bookkeeper import NothingRecorded
from kiosk.reports.formats import Format
from kiosk.reports.shapes import ReportShape
from kiosk.reports.wanted import MOST_DAYS, PeriodFault, compared_with, period_of
from kiosk.reports.workbook import period
from kiosk.web.context import WebContext
from kiosk.web.guard import caller_of
from kiosk.web.pages.frame import page
from kiosk.web.pages.reportcharts import ReportCharts
from kiosk.web.pages.reportfigures import estimates, figures, tables
from kiosk.web.problems import language_of


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says, as it was typed."""

    first: str
    last: str
    compare: str

    def periods(self) -> tuple[Period, Period | None]:
        """Which report, beside which. Raises PeriodFault."""
        wanted = period_of(f"{self.first}..{self.last}")
        return wanted, compared_with(self.compare, wanted) if self.compare else None


class ReportPage:
    """Answers ``/reports?from=2026-11-20&to=2026-11-20&compare=week``."""

    def __init__(self, context: WebContext) -> None:
        self._context = context

    async def show(self, request: Request) -> Response:
        """The page; of today when nothing else is asked for."""
        language = language_of(request)
        plan = self._context.plan
        today = business_day(self._context.clock.now(), plan.zone, plan.day_starts)
        asked = _asked(request, today)
        values = {
            "asked": asked,
            "today": today,
            "shortcuts": list(_shortcuts(today, language)),
            "sentence": None,
            "report": None,
            "audit": may(caller_of(request).role, "page-audit"),
        }
        try:
            wanted, compared = asked.periods()
        except PeriodFault:
            ask = say(
                language,
                "Please choose a first and a last day, at most {days} days.",
                days=MOST_DAYS,
            )
            return page(request, plan, "reports.html", {**values, "sentence": ask}, 400)
        try:
            found = await self._context.bookkeeper.report(
                wanted, compared, language, lambda report: self._told(report, language)
            )
        except NothingRecorded:
            found = {}
        if compared and found and found["before"] is None:
            found["sentence"] = say(language, "Of {period} nothing is known.", period=compared)
        files = list(_files(wanted, asked.compare, language)) if found else []
        return page(request, plan, "reports.html", {**values, **found, "files": files})

    def _told(self, report: ReportShape, language: str) -> dict[str, object]:
        """All that the page shows of it, made in the bookkeeper's thread."""
        until = report.until and report.until.astimezone(self._context.plan.zone)
        return {
            "report": report,
            "period": period(report),
            "before": report.compared and period(report.compared),
            "until": until,
            "figures": list(figures(report, language)),
            "estimates": list(estimates(report, language)),
            "charts": list(ReportCharts(report, self._context.plan, language).all()),
            "tables": list(tables(report, language)),
        }


def _asked(request: Request, today: date) -> Asked:
    query = request.query_params
    first = query.get("from") or query.get("to") or f"{today}"
    return Asked(first, query.get("to") or first, query.get("compare", ""))


def _shortcuts(today: date, language: str) -> Iterator[tuple[str, str]]:
    """Periods that are often looked at: name and query."""
    yesterday, week_ago = today - timedelta(days=1), today - timedelta(days=7)
    for name, first, last, compare in (
        (say(language, "Today"), today, today, "week"),
        (say(language, "Yesterday"), yesterday, yesterday, "week"),
        (say(language, "The last seven days"), week_ago, yesterday, "week"),
    ):
        yield name, urlencode({"from": first, "to": last, "compare": compare})


def _files(wanted: Period, compare: str, language: str) -> Iterator[tuple[str, str]]:
    """The same report to take away: name and address."""
    query = {"language": language} | ({"compare": compare} if compare else {})
    for as_ in (Format.CSV, Format.XLSX):
        yield as_.upper(), f"/api/v1/reports/{wanted}?{urlencode({'format': as_.value, **query})}"
