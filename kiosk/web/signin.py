"""Signing in and out (LOB-09), for programs by bearer token and for pages by cookie."""

from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from typing_extensions import TypedDict

from kiosk.domain.ids import CounterId
from kiosk.domain.role import Role
from kiosk.shapes.hall import InstantText
from kiosk.shapes.writing import instant
from kiosk.store.staffsessions import SignedIn
from kiosk.web.addresses import network_of
from kiosk.web.answers import Body, json_answer, read_body
from kiosk.web.callers import Caller
from kiosk.web.context import BrokerSignIn, WebContext
from kiosk.web.guard import caller_of, cookie_name, token_of
from kiosk.web.origin import Origin
from kiosk.web.padcheck import PadClaim
from kiosk.web.passwordcheck import WrongPassword
from kiosk.web.refusals import StillLocked

DeviceName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")]
DeviceSecret = Annotated[str, Field(min_length=16, max_length=128)]


class Login(Body):
    """``POST /login``"""

    user: str
    password: str
    code: Annotated[str, Field(pattern=r"^[0-9]{6}$")] | None = None
    device: DeviceName | None = None
    """The PAD's id; null for who doesn't sign in at one."""
    device_secret: DeviceSecret | None = None
    """Made by the PAD itself, and sent each time: it proves that it is the one that was approved."""
    branch: Annotated[str, Field(max_length=32)] | None = None
    """The branch that the PAD is set up for."""


class Logout(Body):
    """``POST /logout``"""

    everywhere: bool = False


class Unlock(Body):
    """``POST /unlock``"""

    password: str


class SignedInAnswer(TypedDict):
    """A new session; its token is told this once. ``mqtt`` is null for who isn't at a PAD."""

    token: str
    expires_at: InstantText
    role: Role
    name: str
    user: str
    mqtt: BrokerSignIn | None


class CallerAnswer(TypedDict):
    """Who is signed in; ``expires_at`` is null for a program's token, ``counter`` the open one."""

    role: Role
    name: str
    user: str | None
    device: str | None
    expires_at: InstantText | None
    counter: CounterId | None


class SignInRoutes:
    """``/login``, ``/logout``, ``/me``, ``/lock``, ``/unlock``"""

    def __init__(self, context: WebContext) -> None:
        self._context = context
        self._sessions = context.sessions

    def routes(self) -> list[Route]:
        """With their names in the role table."""
        return [
            Route("/api/v1/login", self.login, methods=["POST"], name="login"),
            Route("/api/v1/logout", self.logout, methods=["POST"], name="logout"),
            Route("/api/v1/me", self.me, name="me"),
            Route("/api/v1/lock", self.lock, methods=["POST"], name="lock"),
            Route("/api/v1/unlock", self.unlock, methods=["POST"], name="unlock"),
        ]

    async def login(self, request: Request) -> Response:
        """Begin a session; from a PAD that is approved, and set up for this branch (LOB-10, LOB-99)."""
        asked = await read_body(request, Login)
        signed_in = await self._sessions.sign_in(
            asked.user,
            asked.password,
            origin_of(request),
            PadClaim(asked.device, asked.device_secret, asked.branch),
            asked.code,
        )
        session = signed_in.session
        told: SignedInAnswer = {
            "token": signed_in.token,
            "expires_at": instant(session.expires_at),
            "role": session.user.role,
            "name": session.user.display_name,
            "user": session.user.reference,
            "mqtt": await self._at_broker(signed_in, request),
        }
        answer = json_answer(told)
        keep_signed_in(answer, signed_in, request.url.scheme == "https")
        return answer

    async def _at_broker(self, signed_in: SignedIn, request: Request) -> BrokerSignIn | None:
        if self._context.broker is None or request.client is None:
            return None
        host = request.url.hostname or ""
        return await self._context.broker.sign_in(signed_in, request.client.host, host)

    async def logout(self, request: Request) -> Response:
        """End the session, or all of this person's; a program's token stays good."""
        asked = await read_body(request, Logout)
        token = token_of(request.scope) or ""
        if asked.everywhere:
            await self._sessions.sign_out_everywhere(token)
        else:
            await self._sessions.sign_out(token)
        answer = Response(status_code=204)
        keep_signed_in_no_longer(answer, request.url.scheme == "https")
        return answer

    async def me(self, request: Request) -> Response:
        """Who is signed in."""
        caller = caller_of(request)
        return json_answer(_caller_json(caller, await self._counter(caller)))

    async def lock(self, request: Request) -> Response:
        """The teller leaves the workplace; nothing else changes (OPR-23)."""
        self._context.locks.lock(token_of(request.scope) or "")
        return Response(status_code=204)

    async def unlock(self, request: Request) -> Response:
        """The teller is back. Raises StillLocked."""
        asked = await read_body(request, Unlock)
        try:
            await self._sessions.check_again(origin_of(request), asked.password)
        except WrongPassword:
            raise StillLocked from None
        self._context.locks.unlock(token_of(request.scope) or "")
        return Response(status_code=204)

    async def _counter(self, caller: Caller) -> CounterId | None:
        """The counter that this teller has open."""
        branch = await self._context.desk.branch()
        teller = caller.actor.user
        mine = (one.id for one in branch.counters.values() if teller and one.teller == teller)
        return next(mine, None)


KNOWN_COOKIE = "kiosk_known"
"""Kept by a browser from which somebody has signed in, for a year."""
ONE_YEAR = 365 * 24 * 3600


def origin_of(request: Request) -> Origin:
    """Where this request comes from."""
    peer = request.client.host if request.client else ""
    return Origin(network_of(peer), request.cookies.get(KNOWN_COOKIE), token_of(request.scope))


def keep_known(answer: Response, token: str, secure: bool) -> None:
    """Set the cookie of a browser from which somebody has signed in; it lets nobody in."""
    answer.set_cookie(
        KNOWN_COOKIE, token, ONE_YEAR, secure=secure, httponly=True, samesite="strict"
    )


def keep_signed_in(answer: Response, signed_in: SignedIn, secure: bool) -> None:
    """Set the pages' cookie; scripts can't read it and other sites can't send it."""
    expires = signed_in.session.expires_at
    name, token = cookie_name(secure=secure), signed_in.token
    answer.set_cookie(name, token, expires=expires, secure=secure, httponly=True, samesite="strict")


def keep_signed_in_no_longer(answer: Response, secure: bool) -> None:
    """Have the browser throw the cookie away."""
    name = cookie_name(secure=secure)
    answer.delete_cookie(name, secure=secure, httponly=True, samesite="strict")


def _caller_json(caller: Caller, counter: CounterId | None) -> CallerAnswer:
    return {
        "role": caller.role,
        "name": caller.name,
        "user": caller.actor.user,
        "device": caller.actor.device,
        "expires_at": instant(caller.expires_at) if caller.expires_at else None,
        "counter": counter,
    }
