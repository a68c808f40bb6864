"""The doors: what every request passes before any route, and every answer on its way out."""

from collections.abc import Callable, Iterable

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kiosk.web.guard import shows_token
from kiosk.web.refusals import (
    BodyTooLarge,
    CrossSite,
    HeadersTooLarge,
    RequestRefused,
    WrongHost,
)

LARGEST_BODY = 1_000_000
LARGEST_HEADERS = 32_000

_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    b" font-src 'self'; media-src 'self'; connect-src 'self'; manifest-src 'self';"
    b" form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_ALWAYS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (
        b"permissions-policy",
        b"camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=(),"
        b" display-capture=(), clipboard-read=()",
    ),
]
_NOT_KEPT = (b"cache-control", b"no-store")
_PAGE = [
    *_ALWAYS,
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"content-security-policy", _POLICY),
]
_ANSWER = [
    *_ALWAYS,
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    _NOT_KEPT,
]

Refuse = Callable[[HTTPConnection, Exception], ASGIApp]


class Doors:
    """Limits what comes in, turns other sites away, and puts the security headers on every answer.

    ``hosts`` are the names that the machine answers to; empty: any.
    """

    def __init__(self, app: ASGIApp, refuse: Refuse, hosts: Iterable[str]) -> None:
        self._app = app
        self._refuse = refuse
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        outward = with_headers(send, security_headers(scope["path"]))
        try:
            body = self._inspect(scope)
        except RequestRefused as refusal:
            await self._refuse(HTTPConnection(scope), refusal)(scope, receive, outward)
            return
        inward = _limited(receive) if body else receive
        await self._app(scope, inward, outward)

    def _inspect(self, scope: Scope) -> bool:
        """Whether the request has a body. Raises RequestRefused."""
        size = len(scope["raw_path"]) + len(scope["query_string"])
        body, found = False, dict[bytes, bytes]()
        for name, value in scope["headers"]:
            size += len(name) + len(value) + 4
            if name in _WANTED:
                if name == b"host" and name in found:
                    raise WrongHost
                found[name] = value
        if size > LARGEST_HEADERS:
            raise HeadersTooLarge
        if length := found.get(b"content-length"):
            body = length != b"0"
            if int(length) > LARGEST_BODY:
                raise BodyTooLarge
        host = found.get(b"host", b"").decode("latin-1")
        if self._hosts and _name(host) not in self._hosts:
            raise WrongHost
        if _from_elsewhere(scope, found, host):
            raise CrossSite
        return body or b"transfer-encoding" in found


def security_headers(path: str) -> list[tuple[bytes, bytes]]:
    """Of every answer at this address."""
    if path.startswith("/api/"):
        return _ANSWER
    return _PAGE if path.startswith("/static/") else [*_PAGE, _NOT_KEPT]


_WANTED = frozenset(
    {
        b"authorization",
        b"content-length",
        b"cookie",
        b"host",
        b"origin",
        b"sec-fetch-site",
        b"transfer-encoding",
    }
)


def _name(host: str) -> str:
    """Without the port."""
    return host.rpartition(":")[0] if ":" in host.rpartition("]")[2] else host


def _from_elsewhere(scope: Scope, found: dict[bytes, bytes], host: str) -> bool:
    """Whether a page of another site sent this: by Sec-Fetch-Site, else by Origin.

    A bearer token isn't sent by browsers of themselves, so who shows one needs neither.
    """
    origin = found.get(b"origin")
    if scope["type"] == "websocket":
        return b"cookie" in found if origin is None else not _same(origin, scope, host)
    if scope["method"] in _SAFE or shows_token(found.get(b"authorization", b"")):
        return False
    if site := found.get(b"sec-fetch-site"):
        return site not in (b"same-origin", b"none")
    if origin is None:
        return b"cookie" in found  # every browser tells one of the two
    return not _same(origin, scope, host)


def _same(origin: bytes, scope: Scope, host: str) -> bool:
    """Whether the origin is this machine's. A proxy on it may speak TLS where it doesn't."""
    scheme, _, authority = origin.decode("latin-1").partition("://")
    return authority == host and (scheme == "https" or scope["scheme"] not in ("https", "wss"))


_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def with_headers(send: Send, headers: list[tuple[bytes, bytes]]) -> Send:
    """``send`` for an answer that has these headers besides its own."""

    async def outward(message: Message) -> None:
        if message["type"] in _STARTS:
            message["headers"] = [*message.get("headers", []), *headers]
        await send(message)

    return outward


_STARTS = frozenset({"http.response.start", "websocket.http.response.start"})


def _limited(receive: Receive) -> Receive:
    left = LARGEST_BODY

    async def inward() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise BodyTooLarge
        return message

    return inward
