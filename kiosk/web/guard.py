"""The guard before every route: who is calling, and may they."""

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from kiosk.access import ANYBODY, BEFORE_THE_LOCK, BY_THEMSELVES, WHO_MAY
from kiosk.domain.role import Role
from kiosk.web.callers import Caller
from kiosk.web.locks import Locks
from kiosk.web.refusals import ConsoleLocked, NotAllowed, NotSignedIn
from kiosk.web.sessions import Sessions

COOKIE = "kiosk_session"
SECURE_COOKIE = f"__Host-{COOKIE}"
"""Its name over TLS: browsers take it from this very host only, and send it nowhere else."""


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
        caller = self._sessions.callers.of(token) if token else None
        admit(caller, self._allowed)
        if self._behind_the_lock and self._locks.is_locked(token):
            raise ConsoleLocked
        if caller and token and self._used:
            self._sessions.callers.used(token)
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
    start = cookie_name(secure=scope["scheme"] in ("https", "wss")).encode() + b"="
    cookie = None
    for name, value in scope["headers"]:
        if name == b"authorization" and shows_token(value):
            return str(value[7:].decode("latin-1"))
        if name == b"cookie":
            cookie = _session_cookie(value, start) or cookie
    return cookie


def shows_token(authorization: bytes) -> bool:
    """Whether a header of this value is a program's, which counts before any cookie."""
    return authorization[:7].lower() == b"bearer "


def cookie_name(*, secure: bool) -> str:
    """How the cookie of a session is called."""
    return SECURE_COOKIE if secure else COOKIE


def _session_cookie(header: bytes, start: bytes) -> str | None:
    for part in header.split(b";"):
        if (cookie := part.strip()).startswith(start):
            return cookie[len(start) :].decode("latin-1")
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
