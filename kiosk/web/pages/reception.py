"""The reception: what there is on this machine, signing in and out."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

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
from kiosk.web.passwordcheck import CodeMissing, CodeNeeded, WrongCode, WrongPassword
from kiosk.web.problems import language_of
from kiosk.web.refusals import of_error
from kiosk.web.signin import (
    keep_known,
    keep_signed_in,
    keep_signed_in_no_longer,
    origin_of,
)


@dataclass(frozen=True, slots=True)
class SignInForm:
    """What the page of signing in keeps while somebody tries."""

    following: str
    """Where to go afterwards."""
    name: str = ""
    half: str = ""
    """Stands for a password that was right, while the code is asked for; empty: it isn't yet."""


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
            "audit": caller is not None and may(caller.role, "page-audit"),
        }
        return self._page(request, "chooser.html", values)

    async def sign_in_form(self, request: Request) -> Response:
        """User and password, please."""
        following = local_address(request.query_params.get("next", ""))
        return self._form(request, SignInForm(following))

    async def sign_in(self, request: Request) -> Response:
        """Begin a session and go on to where the person wanted to be."""
        sent = await request.form()
        form = SignInForm(
            local_address(str(sent.get("next", ""))),
            str(sent.get("user", "")),
            str(sent.get("half", "")),
        )
        sessions, origin = self._context.sessions, origin_of(request)
        try:
            if form.half:
                code = re.sub(r"\s", "", str(sent.get("code", "")))
                signed_in = await sessions.sign_in_by_code(form.half, code, origin)
            else:
                password = str(sent.get("password", ""))
                signed_in = await sessions.sign_in(form.name, password, origin)
        except CodeNeeded as half:
            return self._form(request, replace(form, half=half.token))
        except (WrongPassword, WrongCode, CodeMissing, TooManyAttempts) as error:
            return self._refused(request, form, error)
        answer = RedirectResponse(form.following, 303)
        secure = request.url.scheme == "https"
        keep_signed_in(answer, signed_in, secure)
        keep_known(answer, await sessions.remember(origin, signed_in), secure)
        return answer

    def _refused(self, request: Request, form: "SignInForm", error: Exception) -> Response:
        """The form once more, with what was wrong; whoever waited too long begins anew."""
        language = language_of(request)
        match error:
            case WrongPassword() if form.half:
                sentence, status = say(language, "That took too long: sign in again."), 403
                form = replace(form, half="")
            case WrongPassword():
                sentence, status = say(language, "User name and password don't fit together."), 403
            case TooManyAttempts(retry_after=seconds):
                answer = self._form(request, form, _too_many(seconds, language), 429)
                answer.headers["retry-after"] = str(seconds)
                return answer
            case _:
                problem = of_error(error, language)
                sentence, status = problem.detail, 403
        return self._form(request, form, sentence, status)

    def _form(
        self, request: Request, form: "SignInForm", sentence: str | None = None, status: int = 200
    ) -> Response:
        values = {"next": form.following, "name": form.name, "half": form.half}
        return self._page(request, "login.html", {**values, "sentence": sentence}, status)

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
