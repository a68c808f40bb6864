"""Reports over HTTP: a business day or several, as JSON or as a file."""

from collections.abc import Callable
from functools import partial

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kiosk.domain.report.period import Period
from kiosk.reports.formats import Format, file_name, written
from kiosk.reports.shapes import ReportShape
from kiosk.reports.wanted import PeriodFault, compared_with, period_of
from kiosk.web.answers import read_query
from kiosk.web.context import WebContext
from kiosk.web.problems import language_of
from kiosk.web.refusals import InvalidRequest


class ReportWanted(BaseModel):
    """The query of ``GET /reports/{day}``; ``compare``: ``day``, ``week`` or a day."""

    model_config = ConfigDict(frozen=True)

    format: Format = Format.JSON
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
        name, body = await self._context.bookkeeper.report(
            period, compared, language, partial(_file, wanted.format, language)
        )
        headers = {"content-language": language}
        if wanted.format is not Format.JSON:
            headers["content-disposition"] = f'attachment; filename="{name}"'
        return Response(body, headers=headers, media_type=wanted.format.media_type)


def _file(as_: Format, language: str, report: ReportShape) -> tuple[str, bytes]:
    return file_name(report, as_), written(report, as_, language)


def _in_field(field: str, read: Callable[[], Period]) -> Period:
    try:
        return read()
    except PeriodFault as fault:
        raise InvalidRequest([(field, str(fault))]) from None
