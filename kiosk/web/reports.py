"""Reports over HTTP: a business day or several, as JSON or as a file."""

from collections.abc import Callable
from functools import partial
from typing import Literal

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kiosk.domain.report.period import Period
from kiosk.reports.shapes import ReportShape
from kiosk.reports.wanted import PeriodFault, compared_with, period_of
from kiosk.web.answers import read_query
from kiosk.web.context import WebContext
from kiosk.web.problems import language_of
from kiosk.web.refusals import InvalidRequest


class ReportWanted(BaseModel):
    """The query of ``GET /reports/{day}``; ``compare``: ``day``, ``week`` or a day."""

    model_config = ConfigDict(frozen=True)

    format: Literal["json"] = "json"
    compare: str | None = None
    language: str | None = None


class ReportRoutes:
    """``/reports/{day}``, ``/reports/{from}..{to}``"""

    def __init__(self, context: WebContext) -> None:
        self._context = context

    def routes(self) -> list[Route]:
        """With their names in the role table."""
        return [Route("/api/v1/reports/{period}", self.report, name="report")]

    async def report(self, request: Request) -> Response:
        """The shape of :mod:`kiosk.reports.shapes`. Raises NothingRecorded for days without events."""
        wanted = read_query(request, ReportWanted)
        period = _in_field("day", partial(period_of, request.path_params["period"]))
        compared = None
        if wanted.compare is not None:
            compared = _in_field("compare", partial(compared_with, wanted.compare, period))
        language = language_of(request)
        text = await self._context.bookkeeper.report(period, compared, language, _json)
        return Response(text, media_type="application/json")


def _json(report: ReportShape) -> bytes:
    return report.model_dump_json().encode()


def _in_field(field: str, read: Callable[[], Period]) -> Period:
    try:
        return read()
    except PeriodFault as fault:
        raise InvalidRequest([(field, str(fault))]) from None
