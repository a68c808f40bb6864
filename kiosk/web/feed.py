"""The feed: a snapshot of the hall, then every change with its sequence, over a WebSocket.

Estimates change without events: ``{"estimates": {"queues": {id: …}, "tickets": {id: …}}}`` are all of them.

A window of the branch, which says who it is by ``?display=NAME``, also gets its settings and
finished screens, and sends touches back.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any

from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.websockets import WebSocket, WebSocketDisconnect
from typing_extensions import TypedDict

from kiosk.access import SEES_CLIENTS, sees_family, window_token
from kiosk.domain.branch import Branch
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.domain.role import Role
from kiosk.flow.feed import Follower
from kiosk.flow.state import estimates_state, hall_state
from kiosk.settings.devices import DisplaySection
from kiosk.shapes.hall import Estimates, HallState
from kiosk.web.answers import Body, Json, decoded, without_clients
from kiosk.web.context import TouchPort, WebContext
from kiosk.web.eventtext import EventTexts
from kiosk.web.guard import caller_of, token_of
from kiosk.web.refusals import NotAllowed, RequestRefused
from kiosk.web.sockets import SocketRoute
from kiosk.wire import family_of

MOST_BEHIND = 1000
"""Facts; a slower reader is sent away and begins again from a snapshot."""

LOOK_AGAIN = 5.0
"""Seconds after which a quiet feed looks whether the session is still good."""

_ON_A_DESK = {"touch": [540, 960], "board": [960, 540]}
"""Window sizes of a branch with a hardware bench: whoever looks at that has other windows too."""

SESSION_OVER = 1008
TRY_AGAIN_LATER = 1013


class Touch(Body):
    """What a window sends: what was touched, and on which screen."""

    touch: str
    screen: int


class FeedSnapshot(TypedDict):
    """The hall as it is, first of all. The machine's own windows are told more."""

    snapshot: HallState
    sequence: int


class FeedEstimates(TypedDict):
    """All estimates, whenever they are new."""

    estimates: Estimates
    sequence: int


class FeedRoutes:
    """``/feed``"""

    def __init__(self, context: WebContext, texts: EventTexts) -> None:
        self._context = context
        self._texts = texts
        context.sessions.callers.listen(
            partial(context.feed.publish, ())
        )  # whoever waits looks again
        self._displays = {one.id: one for one in context.settings.display}
        self._windows: Counter[str] = Counter()
        self._written = 0, ""
        """The latest edition of estimates, and its text."""

    def routes(self) -> list[SocketRoute]:
        """With their names in the role table."""
        return [SocketRoute("/api/v1/feed", self.feed, name="feed")]

    async def feed(self, socket: WebSocket) -> None:
        """Keep one reader up to date until it goes away."""
        display = self._display(socket)
        await socket.accept()
        if display is None:
            await _until_one_ends(
                self._tell(socket, None), _listen(socket, lambda _: self._used(socket))
            )
            return
        self._window(display, 1)
        try:
            await self._serve_window(socket, display)
        finally:
            if not socket.app.state.closing.is_set():
                self._window(display, -1)

    def _display(self, socket: WebSocket) -> DisplaySection | None:
        """Which window of the settings this is. Raises NotAllowed."""
        name = socket.query_params.get("display")
        if name is None:
            return None
        caller = caller_of(socket)
        if caller.role is not Role.DISPLAY:
            raise NotAllowed(caller.role)
        if name not in self._displays:
            raise HTTPException(404)
        display = self._displays[name]
        if display.kind == "touch" and caller.name != window_token(name):
            raise NotAllowed(caller.role)  # who touches commands: no display of another maker does
        return display

    async def _serve_window(self, socket: WebSocket, display: DisplaySection) -> None:
        touchscreen = self._context.touchscreens.get(display.id)
        if touchscreen is None:
            await _until_one_ends(self._tell(socket, display), _listen(socket, _ignore))
            return
        await _until_one_ends(
            self._tell(socket, display),
            _show(socket, touchscreen),
            _listen(socket, lambda message: _touch(touchscreen, message)),
        )

    async def _tell(self, socket: WebSocket, display: DisplaySection | None) -> None:
        with self._context.feed.follow(MOST_BEHIND) as follower:
            desk = self._context.desk
            branch = await (desk.shown() if display else desk.branch())
            sequence, edition = branch.sequence, self._context.book.edition
            await socket.send_text(self._first(branch, caller_of(socket).role, display))
            while self._still_signed_in(socket):
                if not await self._pass_on(socket, follower, sequence, display):
                    await socket.close(TRY_AGAIN_LATER)
                    return
                if display is None and edition != self._context.book.edition:
                    edition = self._context.book.edition
                    await socket.send_text(await self._estimates())
        await socket.close(SESSION_OVER)

    def _first(self, branch: Branch, role: Role, display: DisplaySection | None) -> str:
        """The snapshot, and for a window how it is to be set up and what it shows."""
        clock = self._context.clock
        snapshot = hall_state(branch, clock.now(), self._context.book, clock.skew)
        shown = snapshot if role in SEES_CLIENTS else without_clients(snapshot)
        first: FeedSnapshot = {"snapshot": shown, "sequence": branch.sequence}
        message: Json = {**first}
        if display:
            window = display.model_dump(include={"kind", "output", "rotate"})
            if self._context.bench:
                window["size"] = _ON_A_DESK[display.kind]
            message |= {"window": window, "screen": self._screen(branch, display)}
        return to_json(message).decode()

    async def _estimates(self) -> str:
        """What is foretold now, written once for all readers."""
        book = self._context.book
        if self._written[0] != book.edition:
            branch = await self._context.desk.branch()
            told: FeedEstimates = {
                "estimates": estimates_state(branch, book),
                "sequence": branch.sequence,
            }
            self._written = book.edition, to_json(told).decode()
        return self._written[1]

    def _screen(self, branch: Branch, display: DisplaySection) -> Json:
        touchscreen = self._context.touchscreens.get(display.id)
        return touchscreen.screen if touchscreen else self._context.board_screen(branch)

    async def _pass_on(
        self, socket: WebSocket, follower: Follower, snapshot: int, display: DisplaySection | None
    ) -> bool:
        """Send what has happened since the snapshot; False when some of it was missed."""
        facts = await follower.next(LOOK_AGAIN)
        if follower.missed:
            return False
        role = caller_of(socket).role
        news = [fact for fact in facts if fact.sequence > snapshot]
        for fact in news:
            if sees_family(role, family_of(fact.event)):
                event = self._texts.text(fact, role)
                await socket.send_text(f'{{"event":{event},"sequence":{fact.sequence}}}')
        if (news or self._context.desk.outage) and display and display.kind == "board":
            branch = await self._context.desk.shown()
            await _send(socket, {"screen": self._context.board_screen(branch)})
        return True

    def _still_signed_in(self, socket: WebSocket) -> bool:
        return self._context.sessions.callers.of(token_of(socket.scope) or "") is not None

    def _used(self, socket: WebSocket) -> None:
        """A PAD says something when somebody touches it."""
        if token := token_of(socket.scope):
            self._context.sessions.callers.used(token)

    def _window(self, display: DisplaySection, change: int) -> None:
        """A window came or went: the branch is told when it was the only one of its name."""
        before = self._windows[display.id]
        self._windows[display.id] += change
        here = self._windows[display.id] > 0
        if here == (before > 0):
            return
        device, kind = DeviceId(display.id), DeviceKind.DISPLAY
        lost = DeviceCondition(device, kind, DeviceStatus.OFFLINE, Fault.CONNECTION_LOST)
        self._context.device_report(DeviceCondition(device, kind) if here else lost)


async def _show(socket: WebSocket, touchscreen: TouchPort) -> None:
    """Send every screen that is newer than the one of the first message."""
    number = touchscreen.screen["number"]
    while True:
        screen = await touchscreen.next_screen(number)
        number = screen["number"]
        await _send(socket, {"screen": screen})


def _touch(touchscreen: TouchPort, message: str) -> None:
    with suppress(RequestRefused, ValueError):  # not a touch of anything that is shown
        touch = decoded(message.encode(), Touch)
        touchscreen.touch(touch.touch, touch.screen)


def _ignore(message: str) -> None:
    """A board has nothing to say."""


async def _listen(socket: WebSocket, hear: Callable[[str], None]) -> None:
    """Take what comes in until the reader goes away."""
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        hear(message.get("text") or "")


async def _send(socket: WebSocket, message: Json) -> None:
    await socket.send_text(to_json(message).decode())


async def _until_one_ends(*parts: Coroutine[Any, Any, None]) -> None:
    """Run them side by side; when one ends, so do the others. To go away is no error."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception) and not isinstance(outcome, WebSocketDisconnect):
            raise outcome
