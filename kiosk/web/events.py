"""Events over HTTP: what happened after a sequence, waiting for it when asked to."""

import asyncio
from typing import Annotated

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kiosk.access import sees_family
from kiosk.domain.events import Fact
from kiosk.domain.role import Role
from kiosk.flow.feed import Follower
from kiosk.web.answers import read_query
from kiosk.web.context import WebContext
from kiosk.web.eventtext import EventTexts
from kiosk.web.guard import caller_of, token_of
from kiosk.web.refusals import EventsGone, NotSignedIn
from kiosk.wire import family_of


class EventsWanted(BaseModel):
    """``GET /events``; ``wait`` in seconds."""

    after: Annotated[int, Field(ge=0, lt=2**63)] = 0
    """The last sequence that the caller has: what comes after it is answered."""
    limit: Annotated[int, Field(ge=1, le=1000)] = 100
    """How many events are looked at; the caller may not see all of them."""
    wait: Annotated[float, Field(ge=0, le=60)] = 0
    """Seconds to wait for something to happen when there is nothing yet."""


class EventRoutes:
    """``/events``"""

    def __init__(self, context: WebContext, texts: EventTexts) -> None:
        self._context = context
        self._texts = texts

    def routes(self) -> list[Route]:
        """With their names in the role table."""
        return [Route("/api/v1/events", self.events, name="events")]

    async def events(self, request: Request) -> Response:
        """Events above ``after`` that this role may see; ``next`` is the following ``after``.

        Raises EventsGone when some that follow ``after`` aren't kept any more, and NotSignedIn when
        the session ends meanwhile.
        """
        wanted = read_query(request, EventsWanted)
        role = caller_of(request).role
        closing: asyncio.Event = request.app.state.closing
        time = asyncio.get_running_loop().time
        until = time() + wanted.wait
        looked = wanted.after
        if looked + 1 < (oldest := await asyncio.to_thread(self._context.log.oldest_sequence)):
            raise EventsGone(oldest)
        with self._context.feed.follow() as follower:
            while self._context.sessions.callers.of(token_of(request.scope) or ""):
                page = await asyncio.to_thread(self._context.log.read, looked, wanted.limit)
                looked = page[-1].sequence if page else looked
                seen = [fact for fact in page if sees_family(role, family_of(fact.event))]
                if seen or (not page and (time() >= until or closing.is_set())):
                    return self._answer(seen, looked, role)
                if not page:
                    await _something(follower, closing, until - time())
        raise NotSignedIn

    def _answer(self, facts: list[Fact], looked: int, role: Role) -> Response:
        events = ",".join(self._texts.text(fact, role) for fact in facts)
        return Response(f'{{"events":[{events}],"next":{looked}}}', media_type="application/json")


async def _something(follower: Follower, closing: asyncio.Event, seconds: float) -> None:
    """Wait until facts come, the machine stops or the time is over."""
    waiting = {asyncio.ensure_future(follower.next()), asyncio.ensure_future(closing.wait())}
    try:
        await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waiting:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    follower.missed = False  # the log is read again
