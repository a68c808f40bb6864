"""Visits over HTTP: who it is, as far as the caller may know, and what can be had.

Whoever is told of a client stands in the log with it, first.
"""

import re
import time
from typing import Annotated

from pydantic import Field, model_validator
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from typing_extensions import TypedDict

from kiosk.access import SEES_CLIENTS
from kiosk.domain.auditevents import AuditEvent, ClientNotFound, ClientOpened, KnownBy
from kiosk.domain.commands import PutOnRecord
from kiosk.domain.events import Actor
from kiosk.domain.ids import CardToken, ClientRef, Language, SegmentId, ServiceId, VisitId
from kiosk.domain.queue import REGULAR
from kiosk.domain.refusals import CodeVoid
from kiosk.domain.visitcode import LONGEST, CodeFault
from kiosk.flow.attempts import Attempts
from kiosk.flow.state import service_states
from kiosk.flow.stay import Visit
from kiosk.identities import Document, DocumentToken, Identity, Phone
from kiosk.shapes.hall import InstantText, ServiceState
from kiosk.shapes.writing import instant
from kiosk.web.answers import Body, json_answer, known_language, read_body, without_clients
from kiosk.web.context import WebContext
from kiosk.web.guard import caller_of

INQUIRIES_A_MINUTE = 60
"""Of one caller: a terminal that asks more often is trying numbers out."""


_TOKEN = re.compile("^[0-9a-f]{64}$")


class WhoIsIt(Body):
    """``POST /visits``: at most one of them; none: a walk-in."""

    card: Annotated[str, Field(pattern=_TOKEN.pattern)] | None = None
    phone: Annotated[str, Field(pattern=r"^\+?[0-9 -]{3,24}$")] | None = None
    # As typed, or the token that a reader makes of it: no document has such a number.
    document: Annotated[str, Field(min_length=3, max_length=64)] | None = None
    code: Annotated[str, Field(min_length=1, max_length=LONGEST)] | None = None
    """What a customer shows on a phone: ``docs/visit-codes.md``."""
    language: str | None = None

    @model_validator(mode="after")
    def _one_identity(self) -> "WhoIsIt":
        if sum(one is not None for one in (self.card, self.phone, self.document, self.code)) > 1:
            raise ValueError("give one of card, phone, document and code")
        return self

    @property
    def shows_something(self) -> bool:
        """Whether the machine is asked to recognise somebody."""
        return self.code is not None or self.identity is not None

    @property
    def known_by(self) -> KnownBy:
        """As what it is shown."""
        given = {KnownBy.CARD: self.card, KnownBy.PHONE: self.phone, KnownBy.CODE: self.code}
        return next((kind for kind, value in given.items() if value), KnownBy.DOCUMENT)

    @property
    def identity(self) -> Identity | None:
        """What to ask the directory for."""
        if self.card is not None:
            return CardToken(self.card)
        if self.phone is not None:
            return Phone("".join(sign for sign in self.phone if sign.isdigit()))
        if self.document is None:
            return None
        token = _TOKEN.fullmatch(self.document)
        return DocumentToken(self.document) if token else Document(self.document)


class VisitAnswer(TypedDict):
    """Who it is, as far as the caller may know, and what can be had.

    ``client`` is an opaque reference; ``pending``: the directory hasn't answered yet. ``service`` and
    ``booked`` are what a code is for.
    """

    id: VisitId
    client: ClientRef | None
    pending: bool
    greeting: str
    language: Language
    segment: SegmentId | None
    service: ServiceId | None
    booked: InstantText | None
    services: list[ServiceState]


class VisitRoutes:
    """``/visits``"""

    def __init__(self, context: WebContext) -> None:
        self._context = context
        self._inquiries = Attempts(INQUIRIES_A_MINUTE, 60, time.monotonic)

    def routes(self) -> list[Route]:
        """With their names in the role table."""
        return [Route("/api/v1/visits", self.begin, methods=["POST"], name="visits")]

    async def begin(self, request: Request) -> Response:
        """Begin a visit and find out within the directory's budget who it is."""
        caller = caller_of(request)
        asked = await read_body(request, WhoIsIt)
        language = known_language(asked.language, self._context.plan.languages)
        visits = self._context.visits
        if asked.shows_something:
            self._inquiries.count(caller.actor.caller)
        visit = await self._opened(asked.code, language) if asked.code else visits.begin(language)
        identity = asked.identity or visit.identity
        if identity and await visits.identify(visit, identity):
            await self._record(visit, asked.known_by, caller.actor)
        answer = await self._shown(visit)
        shown = answer if caller.role in SEES_CLIENTS else without_clients(answer)
        return json_answer(shown, 201)

    async def _record(self, visit: Visit, known_by: KnownBy, by: Actor) -> None:
        """Raises LogUnavailable: nobody is told of a client while that can't be written down."""
        told: AuditEvent = ClientNotFound(visit.id, known_by)
        if visit.client:
            told = ClientOpened(visit.client.reference, visit.id, known_by)
        await self._context.desk.submit(PutOnRecord(told), by, correlation=visit.id)

    async def _opened(self, text: str, language: Language | None) -> Visit:
        """Raises CodeVoid or CodeUsed."""
        code = self._context.read_code(text)
        if code is None:
            raise CodeVoid(CodeFault.INVALID)
        return self._context.visits.open(code, await self._context.desk.branch(), language)

    async def _shown(self, visit: Visit) -> VisitAnswer:
        branch = await self._context.desk.branch()
        known = visit.recognition
        booked = visit.code and visit.code.booked
        return {
            "id": visit.id,
            "client": known.client if known else None,
            "pending": visit.pending,
            "greeting": self._context.greeting(visit.client, visit.language),
            "language": visit.language,
            "segment": known.segment if known else None,
            "service": visit.code.service if visit.code else None,
            "booked": instant(booked) if booked else None,
            "services": service_states(
                branch,
                self._context.clock.now(),
                visit.language,
                self._context.book,
                (known and known.priority_class) or REGULAR,
            ),
        }
