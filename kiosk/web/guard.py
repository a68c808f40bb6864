"""The guard before every route: who is calling, and may they."""

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from kiosk.access import ANYBODY, BEFORE_THE_LOCK, BY_THEMSELVES, WHO_MAY
from kiosk.domain.role import Role
from kiosk.web.locks import Locks
from kiosk.web.refusals import ConsoleLocked, NotAllowed, NotSignedIn
from kiosk.web.sessions import Caller, Sessions

COOKIE = "kiosk_session"
_COOKIE_START = COOKIE.encode() + b"="


class Guard:
    """Lets callers in as the role table says: 401 without a session, 403 for the wrong role."""

    def __init__(self, app: ASGIApp, route: str, sessions: Sessions, locks: Locks) -> None:
        self._app = app
        self._allowed = WHO_MAY[route]
        self._locks = locks
        self._behind_the_lock = self._allowed is not None and route not in BEFORE_THE_LOCK
        self._used = route not in BY_THEMSELVES
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises NotSignedIn, NotAllowed or ConsoleLocked."""
        token = token_of(scope)
        caller = self._sessions.caller(token) if token else None
        admit(caller, self._allowed)
        if self._behind_the_lock and self._locks.is_locked(token):
            raise ConsoleLocked
        if caller and token and self._used:
            self._sessions.used(token)
        scope["caller"] = caller
        await self._app(scope, receive, send)


def admit(caller: Caller | None, allowed: frozenset[Role] | None) -> None:
    """Let a caller pass who may; None: anybody may. Raises NotSignedIn or NotAllowed."""
    if allowed is ANYBODY:
        return
    if caller is None:
        raise NotSignedIn
    if caller.role not in allowed:
        raise NotAllowed(caller.role)


def token_of(scope: Scope) -> str | None:
    """The bearer token (RFC 6750), else the page's cookie."""
    cookie = None
    for name, value in scope["headers"]:
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            return str(value[7:].decode("latin-1"))
        if name == b"cookie":
            cookie = _session_cookie(value) or cookie
    return cookie


def _session_cookie(header: bytes) -> str | None:
    for part in header.split(b";"):
        if (cookie := part.strip()).startswith(_COOKIE_START):
            return cookie[len(_COOKIE_START) :].decode("latin-1")
    return None


def visitor(connection: HTTPConnection) -> Caller | None:
    """Who is calling; None for somebody who isn't signed in."""
    caller: Caller | None = connection.scope["caller"]
    return caller


def caller_of(connection: HTTPConnection) -> Caller:
    """Who is calling, on a route that only those who are signed in may call."""
    caller = visitor(connection)
    assert caller is not None
    return caller
