"""How the branch is: for load balancers, monitoring and Prometheus."""

from typing import Annotated, Literal, NotRequired

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from typing_extensions import TypedDict

from kiosk.access import SEES_DEGRADATIONS
from kiosk.domain.device import DeviceCondition
from kiosk.faultwords import fault_words
from kiosk.flow.state import degradations
from kiosk.shapes.objects import DeviceShape, device_json
from kiosk.shapes.writing import InShape, Instant, Json, instant
from kiosk.web.answers import json_answer
from kiosk.web.context import WebContext
from kiosk.web.guard import visitor
from kiosk.web.metrics import EXPOSITION, exposition
from kiosk.web.problems import language_of


class DegradationShape(DeviceShape):
    """What doesn't work, in words, and what to do; ``since`` null: nobody knows."""

    since: Instant | None
    says: str
    do: str


class HealthAnswer(TypedDict):
    """How the branch is; what doesn't work is told to monitoring and administrators."""

    status: Literal["starting", "ready", "degraded"]
    degradations: NotRequired[list[Annotated[Json, InShape(DegradationShape)]]]


class HealthRoutes:
    """``/health`` and ``/metrics``"""

    def __init__(self, context: WebContext) -> None:
        self._context = context

    def routes(self) -> list[Route]:
        """With their names in the role table."""
        return [
            Route("/api/v1/health", self.health, name="health"),
            Route("/api/v1/metrics", self.metrics, name="metrics"),
        ]

    async def health(self, request: Request) -> Response:
        """Ready, or degraded; 503 until the first business day is open."""
        branch = await self._context.desk.shown()
        if branch.day is None and not branch.outage:
            return json_answer({"status": "starting"}, 503)
        known = degradations(branch)
        answer: HealthAnswer = {"status": "degraded" if known else "ready"}
        caller = visitor(request)
        if caller and caller.role in SEES_DEGRADATIONS:
            language = language_of(request)
            answer["degradations"] = [self._shown(one, language) for one in known]
        return json_answer(answer)

    def _shown(self, condition: DeviceCondition, language: str) -> Json:
        says, advice = "", ""
        if fault := condition.fault:
            says, advice = fault_words(language, fault, condition.kind)
        told = {"since": self._since(condition), "says": says, "do": advice}
        return {**device_json(condition), **told}

    def _since(self, condition: DeviceCondition) -> str | None:
        maintenance = self._context.maintenance
        for past in maintenance.faults(condition.device) if maintenance else ():
            if past.ended is None and past.fault is condition.fault:
                return instant(past.began)
        return None

    async def metrics(self, request: Request) -> Response:
        """The hall in figures."""
        branch = await self._context.desk.branch()
        text = exposition(self._context, branch, self._context.clock.now())
        return Response(text, headers={"content-type": EXPOSITION})
