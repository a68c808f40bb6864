"""Addresses of WebSockets, and what plain HTTP is told there."""

from collections.abc import Callable
from typing import Any

from starlette.routing import Match, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from kiosk.web.refusals import UpgradeNeeded


class SocketRoute(WebSocketRoute):
    """A WebSocket. Whoever comes without an upgrade is told that this is one (RFC 9110, 15.5.22)."""

    def __init__(self, path: str, endpoint: Callable[..., Any], *, name: str) -> None:
        super().__init__(path, endpoint, name=name)
        self.app = _Upgraded(self.app)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Like any route's, for both protocols."""
        if scope["type"] == "http":
            scope = {**scope, "type": "websocket"}
        return super().matches(scope)


class _Upgraded:
    def __init__(self, socket: ASGIApp) -> None:
        self._socket = socket

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises UpgradeNeeded."""
        if scope["type"] == "http":
            raise UpgradeNeeded
        await self._socket(scope, receive, send)
