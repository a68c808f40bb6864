"""The page ``/t/{code}`` on which a customer follows a ticket: no sign-in, nothing personal."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from kiosk.display.screen import spoken
from kiosk.domain.branch import Branch
from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.ids import TicketId
from kiosk.domain.ticket import Ticket
from kiosk.flow.desk import Desk
from kiosk.flow.publiccode import PublicCode
from kiosk.ports import Clock
from kiosk.web.context import Foretold
from kiosk.web.pages.languages import page_language, page_languages
from kiosk.web.pages.templates import draw
from kiosk.web.public.document import ASK_AGAIN, Document
from kiosk.web.public.progress import Progress, gone, progress, too_many


@dataclass(frozen=True, slots=True)
class PublicContext:
    """What the public listener needs of the machine, and all that it can reach."""

    plan: BranchPlan
    fallback: str
    """The language instead of one that has no texts."""
    desk: Desk
    clock: Clock
    ticket: Callable[[str], TicketId | None]
    """Whose code it is; None: nobody's today."""
    code: PublicCode
    foretold: Foretold


class OwnPage:
    """Answers whoever has a code, and everyone else alike."""

    def __init__(self, context: PublicContext, document: Document) -> None:
        self._context = context
        self._document = document
        self._offered = page_languages(context.plan.languages)

    async def show(self, request: Request) -> Response:
        """The page, or with ``live`` the part of it that changes (304: nothing has)."""
        branch = await self._context.desk.branch()
        known = self._context.ticket(request.path_params["code"])
        ticket = branch.tickets.get(known) if known else None
        if ticket is None:
            language = self._language(request, request.headers.get("accept-language", ""))
            return self._answer(request, gone(language), language, status=404)
        language = self._language(request, spoken(ticket.language, self._context.fallback))
        foretold = self._context.foretold(ticket.id)
        told = progress(branch, ticket, foretold, language, self._context.clock.now())
        return self._answer(request, told, language, onward=self._onward(branch, ticket))

    def too_often(self, request: Request) -> Response:
        """The answer to somebody who asks too often, or shares an address with too many."""
        language = self._language(request, request.headers.get("accept-language", ""))
        answer = self._answer(request, too_many(language), language, status=429)
        answer.headers["retry-after"] = str(ASK_AGAIN)
        return answer

    def _language(self, request: Request, otherwise: str) -> str:
        return page_language(self._offered, request.query_params, {}, otherwise)

    def _onward(self, branch: Branch, ticket: Ticket) -> str | None:
        """The page of the number that replaced this one."""
        if ticket.moved_to is None or branch.day is None:
            return None
        return self._context.code(branch.day, ticket.moved_to)

    def _answer(
        self,
        request: Request,
        told: Progress,
        language: str,
        *,
        onward: str | None = None,
        status: int = 200,
    ) -> Response:
        tag = _tag(told)
        headers = {"etag": tag, "content-language": language}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        part = draw("public/progress.html", language, told=told, onward=onward)
        if "live" in request.query_params:
            return HTMLResponse(part, status, headers)
        page = self._document.draw(
            language,
            part,
            title=told.title,
            at=self._context.clock.now(),
            tag=tag,
            lasting=told.lasting,
            onward=onward,
        )
        return HTMLResponse(page, status, headers)


def _tag(told: Progress) -> str:
    return f'"{hashlib.blake2b(repr(told).encode(), digest_size=9).hexdigest()}"'
