"""The reception: what there is on this machine, signing in and out."""

import math
import re
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kiosk.access import may
from kiosk.domain.branch import Branch
from kiosk.domain.ids import CounterId
from kiosk.flow.attempts import TooManyAttempts
from kiosk.flow.state import counter_name
from kiosk.locale import say, say_count
from kiosk.web.context import WebContext
from kiosk.web.guard import token_of, visitor
from kiosk.web.pages.console import state_name
from kiosk.web.pages.frame import page
from kiosk.web.passwordcheck import WrongPassword
from kiosk.web.problems import language_of
from kiosk.web.signin import (
    keep_known,
    keep_signed_in,
    keep_signed_in_no_longer,
    origin_of,
)


class Reception:
    """Answers whoever comes to the door."""

    def __init__(self, context: WebContext) -> None:
        self._context = context

    async def chooser(self, request: Request) -> Response:
        """Which pages there are."""
        language = language_of(request)
        branch = await self._context.desk.branch()
        counters = [_door(branch, counter, language) for counter in branch.plan.counters]
        caller = visitor(request)
        values = {
            "counters": counters,
            "bench": self._context.bench is not None,
            "maintenance": self._context.maintenance is not None
            and caller is not None
            and may(caller.role, "page-admin"),
            "reports": caller is not None and may(caller.role, "page-reports"),
        }
        return self._page(request, "chooser.html", values)

    async def sign_in_form(self, request: Request) -> Response:
        """User and password, please."""
        following = local_address(request.query_params.get("next", ""))
        return self._page(request, "login.html", {"next": following, "sentence": None, "name": ""})

    async def sign_in(self, request: Request) -> Response:
        """Begin a session and go on to where the person wanted to be."""
        form = await request.form()
        name, password = str(form.get("user", "")), str(form.get("password", ""))
        following = local_address(str(form.get("next", "")))
        language = language_of(request)
        sessions, origin, headers = self._context.sessions, origin_of(request), {}
        try:
            signed_in = await sessions.sign_in(name, password, origin)
        except WrongPassword:
            sentence, status = say(language, "User name and password don't fit together."), 403
        except TooManyAttempts as error:
            sentence, status = _too_many(error.retry_after, language), 429
            headers = {"retry-after": str(error.retry_after)}
        else:
            answer = RedirectResponse(following, 303)
            secure = request.url.scheme == "https"
            keep_signed_in(answer, signed_in, secure)
            keep_known(answer, await sessions.remember(origin, signed_in), secure)
            return answer
        values = {"next": following, "sentence": sentence, "name": name}
        refused = self._page(request, "login.html", values, status)
        refused.headers.update(headers)
        return refused

    async def sign_out(self, request: Request) -> Response:
        """End the session, or all of this person's."""
        token = token_of(request.scope) or ""
        if (await request.form()).get("everywhere"):
            await self._context.sessions.sign_out_everywhere(token)
        else:
            await self._context.sessions.sign_out(token)
        answer = RedirectResponse("/", 303)
        keep_signed_in_no_longer(answer, request.url.scheme == "https")
        return answer

    def _page(
        self, request: Request, template: str, values: Mapping[str, object], status: int = 200
    ) -> Response:
        return page(request, self._context.plan, template, values, status)


def _too_many(seconds: int, language: str) -> str:
    minutes = math.ceil(seconds / 60)
    return say_count(
        language,
        "Too many attempts: please wait {minutes} minute.",
        "Too many attempts: please wait {minutes} minutes.",
        minutes,
        minutes=minutes,
    )


def local_address(wish: str) -> str:
    """Where to go after signing in: the page asked for when it is one of ours, else the chooser."""
    ours = re.fullmatch(r"/(?![/\\])[!-~]*", wish)
    return wish if ours else "/"


def _door(branch: Branch, counter: CounterId, language: str) -> dict[str, object]:
    state = branch.counter(counter).state
    ticket = branch.open_ticket(counter)
    return {
        "id": counter,
        "name": counter_name(branch, counter, language),
        "state": state.value,
        "state_name": state_name(state, language),
        "number": ticket.number if ticket else None,
    }
