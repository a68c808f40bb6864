"""What every page has around it: the branch's name, the languages, who is signed in."""

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kiosk.display.buttons import ENDONYMS
from kiosk.domain.branchplan import BranchPlan
from kiosk.flow.state import named
from kiosk.web.guard import visitor
from kiosk.web.pages.languages import COOKIE, page_languages
from kiosk.web.pages.templates import draw
from kiosk.web.problems import Problem, language_of

ONE_YEAR = 365 * 24 * 3600


def page(
    request: HTTPConnection,
    plan: BranchPlan,
    template: str,
    values: Mapping[str, object],
    status: int = 200,
) -> Response:
    """The template in its frame, in the reader's language; a language just chosen is remembered."""
    language = language_of(request)
    caller = visitor(request) if "caller" in request.scope else None
    frame = {
        "branch": named(plan.names, language),
        "languages": [(one, ENDONYMS.get(one, one)) for one in page_languages(plan.languages)],
        "user": caller.name if caller else None,
        "next": None,
        "kept": _kept(request),
    }
    html = draw(template, language, **{**frame, **values})
    answer = HTMLResponse(html, status)
    if request.query_params.get(COOKIE) == language:
        answer.set_cookie(COOKIE, language, ONE_YEAR, httponly=True, samesite="lax")
    return answer


def _kept(request: HTTPConnection) -> str:
    """The query without the language: a page in another language is still of the same."""
    asked = request.query_params.multi_items()
    return urlencode([(name, value) for name, value in asked if name != COOKIE])


def refusal(connection: HTTPConnection, plan: BranchPlan, problem: Problem) -> Response:
    """What a person sees instead of a page that is refused: the way to sign in, or why."""
    path = connection.url.path
    if connection.scope["type"] == "websocket" or path.startswith(("/bench/", "/admin/")):
        return problem.response(language_of(connection))
    if problem.status == 401:
        return RedirectResponse(f"/login?{urlencode({'next': path})}", 303)
    answer = page(connection, plan, "problem.html", {"problem": problem}, problem.status)
    answer.headers.update(problem.headers)
    return answer
