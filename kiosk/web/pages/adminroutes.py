"""The administrator's own addresses: trials, an examination, and slips to look at."""

import asyncio
from dataclasses import dataclass
from typing import Self, assert_never

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kiosk.display.buttons import ENDONYMS
from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.commands import RecordDeviceTrial
from kiosk.domain.device import DeviceTrial, TrialOutcome
from kiosk.domain.ids import DeviceId
from kiosk.finding import Verdict
from kiosk.flow.state import named
from kiosk.machine.typefaces import FontMissing
from kiosk.printer.preview import UnknownChoice, preview
from kiosk.settings import Settings
from kiosk.web.context import WebContext
from kiosk.web.guard import caller_of
from kiosk.web.pages.admin import Workshop
from kiosk.web.problems import language_of
from kiosk.web.refusals import InvalidRequest

Option = tuple[str, str]
"""A value and what it is called."""


@dataclass(frozen=True, slots=True)
class SlipChoice:
    """What a slip to look at can be of."""

    language: str
    """Which it is of at first."""
    languages: list[Option]
    services: list[Option]
    classes: list[str]
    printers: list[str]

    @classmethod
    def of(cls, settings: Settings, plan: BranchPlan, language: str) -> Self:
        """Everything that the branch has, named in the reader's language."""
        return cls(
            language if language in plan.languages else plan.languages[0],
            [(one, ENDONYMS.get(one, one)) for one in plan.languages],
            [(one.id, named(one.names, language)) for one in plan.services.values()],
            list(plan.classes),
            [one.id for one in settings.printer],
        )


class AdminRoutes:
    """Hands of the administrator over HTTP. Devices are reached by the drivers that run."""

    def __init__(self, context: WebContext, workshop: Workshop) -> None:
        self._context = context
        self._workshop = workshop

    def routes(self) -> list[BaseRoute]:
        """With their names in the role table."""
        trial, examination = "/admin/device/{device}/trial", "/admin/examination"
        return [
            Route("/admin/slip.png", self.slip, name="page-admin"),
            Route(trial, self.try_out, methods=["POST"], name="page-admin"),
            Route(examination, self.examine, methods=["POST"], name="page-admin"),
        ]

    async def try_out(self, request: Request) -> Response:
        """A device does what it is there for, and that is put on record; the page tells how it goes."""
        fitting = self._workshop.fittings.get(DeviceId(request.path_params["device"]))
        if fitting is None or not fitting.can_be_tried:
            raise HTTPException(404)
        found = await self._workshop.try_out(fitting.device, language_of(request))
        if found is not None:
            trial = DeviceTrial(fitting.device, _outcome(found.status))
            await self._context.desk.submit(RecordDeviceTrial(trial), caller_of(request).actor)
        return Response(status_code=204)

    async def examine(self, request: Request) -> Response:
        """Everything is looked at; the page shows what was found."""
        await self._workshop.examine(language_of(request))
        return Response(status_code=204)

    async def slip(self, request: Request) -> Response:
        """A slip as it would be printed now, of what the query says."""
        wish = {name: value for name, value in request.query_params.items() if value}
        try:
            picture = await asyncio.to_thread(
                preview,
                self._context.settings,
                language=wish.get("slip"),
                service=wish.get("service"),
                priority_class=wish.get("class"),
                printer=wish.get("printer"),
            )
        except (UnknownChoice, FontMissing) as error:
            raise InvalidRequest([("query", str(error))]) from None
        return Response(picture, media_type="image/png")


def _outcome(verdict: Verdict) -> TrialOutcome:
    match verdict:
        case Verdict.OK:
            return TrialOutcome.PASSED
        case Verdict.WARN | Verdict.WRONG:
            return TrialOutcome.FAILED
        case Verdict.UNKNOWN:
            return TrialOutcome.UNTOLD
        case _:
            assert_never(verdict)
