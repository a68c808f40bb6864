"""The web application: API, feed and pages behind one guard."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

from kiosk.domain.refusals import Refused
from kiosk.flow.attempts import TooManyAttempts
from kiosk.ports import KioskError
from kiosk.settings import Settings
from kiosk.settings.listeners import is_loopback
from kiosk.web.api import api_routes
from kiosk.web.context import WebContext
from kiosk.web.doors import Doors, security_headers
from kiosk.web.guard import Guard
from kiosk.web.locks import Locks
from kiosk.web.padcheck import OtherBranch, PadRefused
from kiosk.web.pages.languages import page_languages
from kiosk.web.passwordcheck import CodeMissing, CodeNeeded, WrongCode, WrongPassword
from kiosk.web.problems import Problem, language_of
from kiosk.web.refusals import HeadersTooLarge, RequestRefused, of_error
from kiosk.web.sessions import Sessions


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages, and how they say that something was refused."""

    routes: Sequence[BaseRoute] = ()
    refuse: Callable[[HTTPConnection, Problem], Response] | None = None


NO_PAGES = Pages()

_EXPECTED = (
    Refused,
    RequestRefused,
    WrongPassword,
    TooManyAttempts,
    CodeNeeded,
    WrongCode,
    CodeMissing,
    PadRefused,
    OtherBranch,
    KioskError,
    HTTPException,
)


def build(context: WebContext, pages: Pages = NO_PAGES) -> Starlette:
    """The application. A route without a row in the role table is an error here."""

    def refuse(connection: HTTPConnection, error: Exception) -> Response:
        language = language_of(connection)
        problem = of_error(error, language)
        if pages.refuse and not connection.url.path.startswith("/api/"):
            return pages.refuse(connection, problem)
        return problem.response(language)

    async def refused(connection: Any, error: Exception) -> Any:
        response = refuse(connection, error)
        if isinstance(connection, WebSocket):
            await connection.send_denial_response(response)
            return None
        return response

    async def failed(request: Request, error: Exception) -> Response:
        response = refuse(request, error)
        response.raw_headers += security_headers(request.url.path)  # it doesn't pass the doors
        return response

    async def gone(request: Request, error: Exception) -> Response:
        """Hung up in the middle of a request: nobody reads this."""
        return Response(status_code=400)

    routes = [*api_routes(context), *pages.routes]
    _guard(routes, context.sessions, context.locks)
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Doors, refuse=refuse, hosts=own_names(context.settings))],
        exception_handlers={
            **{kind: refused for kind in _EXPECTED},
            ClientDisconnect: gone,
            Exception: failed,
        },
    )
    app.router.redirect_slashes = False
    app.state.languages = context.plan.languages
    app.state.closing = asyncio.Event()
    app.state.farewells = _farewells(page_languages(context.plan.languages)[0])
    return app


def _farewells(language: str) -> dict[int, Response]:
    """What whoever speaks no HTTP is told before the server hangs up; nobody knows their language."""
    errors = (HTTPException(400), HeadersTooLarge())
    problems = [of_error(error, language) for error in errors]
    return {problem.status: problem.response(language) for problem in problems}


def own_names(settings: Settings) -> frozenset[str]:
    """The names that the machine answers to; any while it serves other machines (empty).

    On loopback a page of another site could otherwise reach the bench by a name that it resolves
    to this machine.
    """
    if not is_loopback(settings.http.listen):
        return frozenset()
    listening = settings.http.listen.rpartition(":")[0]
    public = urlsplit(settings.http.public_url).hostname or listening
    return frozenset({"localhost", "127.0.0.1", "[::1]", listening, public})


def _guard(routes: Iterable[BaseRoute], sessions: Sessions, locks: Locks) -> None:
    for route in routes:
        if not isinstance(route, Route | WebSocketRoute | Mount):
            raise TypeError(f"{route!r} can't be guarded")
        app = route.app
        route.app = Guard(app, route.name or "", sessions, locks)
