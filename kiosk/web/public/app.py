"""The public application: a customer's own page, and nothing else of the machine."""

import asyncio
import time
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from kiosk.web.doors import with_headers
from kiosk.web.public.document import Document
from kiosk.web.public.ownpage import OwnPage, PublicContext
from kiosk.web.public.visitors import Visitors, address_of

_ALWAYS = [
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"x-robots-tag", b"noindex, nofollow, noarchive"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
]


def build_public(
    context: PublicContext, monotonic: Callable[[], float] = time.monotonic
) -> Starlette:
    """``/t/{code}``. Anything else is answered with a bare 404 or 405."""
    visitors = Visitors(monotonic)
    document = Document(context.plan)
    page = OwnPage(context, document)
    headers = [*_ALWAYS, (b"content-security-policy", document.policy.encode())]

    async def failed(request: Request, error: Exception) -> Response:
        response = Response(status_code=500)
        response.raw_headers += headers  # it doesn't pass the gate
        return response

    app = Starlette(
        # With slashes too: whatever isn't a good code is answered alike.
        routes=[Route("/t/{code:path}", page.show)],
        middleware=[Middleware(_Gate, headers, visitors, page.too_often)],
        exception_handlers={HTTPException: _refused, Exception: failed},
    )
    app.router.redirect_slashes = False
    app.state.closing = asyncio.Event()
    app.state.farewells = {}
    return app


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return Response(status_code=error.status_code, headers=error.headers)


class _Gate:
    """Holds every visitor to a measure and puts the security headers on every answer."""

    def __init__(
        self,
        app: ASGIApp,
        headers: list[tuple[bytes, bytes]],
        visitors: Visitors,
        too_often: Callable[[Request], Response],
    ) -> None:
        self._app = app
        self._visitors = visitors
        self._headers = headers
        self._too_often = too_often

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        outward = with_headers(send, self._headers)
        if self._visitors.welcome(address_of(scope)):
            await self._app(scope, receive, outward)
        else:
            await self._too_often(Request(scope))(scope, receive, outward)
