"""Questions about the hall as it is now."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from typing_extensions import TypedDict

from kiosk.access import SEES_CLIENTS
from kiosk.domain.ids import QueueId
from kiosk.domain.overdue import LONGEST_REMINDER, SHORTEST_REMINDER
from kiosk.domain.refusals import UnknownQueue
from kiosk.flow.state import counters_state, hall_state, overdue_state, queue_state
from kiosk.shapes.hall import HallCounterJson, QueueState
from kiosk.web.answers import json_answer, read_query, without_clients
from kiosk.web.context import WebContext
from kiosk.web.guard import caller_of


class Reminder(BaseModel):
    """The query of ``GET /overdue``: minutes, as each PAD keeps its own."""

    model_config = ConfigDict(frozen=True)

    reminder: int = Field(ge=SHORTEST_REMINDER, le=LONGEST_REMINDER)


class QueuesAnswer(TypedDict):
    """Every queue with who waits in it."""

    queues: list[QueueState]
    sequence: int


class CountersAnswer(TypedDict):
    """Every counter with its open ticket."""

    counters: list[HallCounterJson]
    sequence: int


class HallRoutes:
    """``/queues``, ``/overdue``, ``/counters``, ``/state``"""

    def __init__(self, context: WebContext) -> None:
        self._context = context

    def routes(self) -> list[Route]:
        """With their names in the role table."""
        return [
            Route("/api/v1/queues", self.queues, name="queues"),
            Route("/api/v1/overdue", self.overdue, name="overdue"),
            Route("/api/v1/queues/{queue}", self.queue, name="queue"),
            Route("/api/v1/counters", self.counters, name="counters"),
            Route("/api/v1/state", self.state, name="state"),
        ]

    async def queues(self, request: Request) -> Response:
        """Every queue with who waits in it."""
        branch = await self._context.desk.branch()
        now = self._context.clock.now()
        book = self._context.book
        queues = [queue_state(branch, queue, now, book) for queue in branch.plan.queues]
        answer: QueuesAnswer = {"queues": queues, "sequence": branch.sequence}
        return _answer(request, answer)

    async def queue(self, request: Request) -> Response:
        """One queue. Raises UnknownQueue."""
        branch = await self._context.desk.branch()
        queue = QueueId(request.path_params["queue"])
        if queue not in branch.plan.queues:
            raise UnknownQueue(queue)
        now = self._context.clock.now()
        return _answer(request, queue_state(branch, queue, now, self._context.book))

    async def overdue(self, request: Request) -> Response:
        """Who has waited longer than the caller's reminder. Raises InvalidRequest (LOB-21)."""
        wanted = read_query(request, Reminder)
        branch = await self._context.desk.branch()
        return json_answer(overdue_state(branch, wanted.reminder, self._context.clock.now()))

    async def counters(self, request: Request) -> Response:
        """Every counter with its open ticket."""
        branch = await self._context.desk.branch()
        counters = counters_state(branch, self._context.clock.now())
        answer: CountersAnswer = {"counters": counters, "sequence": branch.sequence}
        return _answer(request, answer)

    async def state(self, request: Request) -> Response:
        """All of the hall."""
        branch = await self._context.desk.branch()
        clock = self._context.clock
        state = hall_state(branch, clock.now(), self._context.book, clock.skew)
        return _answer(request, state)


def _answer(request: Request, state: Mapping[str, Any]) -> Response:
    if caller_of(request).role in SEES_CLIENTS:
        return json_answer(state)
    return json_answer(without_clients(state))
