"""Live pages: a socket over which a page gets all of its fragments, then those that change.

A view is drawn once for all who look at it, whenever the hall moves and at every beat.
"""

import asyncio
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from starlette.websockets import WebSocket, WebSocketDisconnect

from kiosk.domain.branch import Branch
from kiosk.flow.desk import Desk
from kiosk.flow.feed import Feed, Follower
from kiosk.ports import Clock
from kiosk.shapes.writing import instant

BEAT = 0.6
"""Seconds between signs of life; a page that misses two says that it is stale."""

REDRAWN = 5.0
"""Seconds after which a view is drawn anew though nothing happened: time has passed."""

BREATH = 0.02
"""Seconds between two messages to a page: a burst of facts is drawn once."""

AFTERWARDS = 0.05
"""Seconds by which pages that nobody waits for come after those that somebody waits for."""

SIGNED_OUT = 4401
"""Close code of a page whose session has ended."""

Fragments = dict[str, str]
"""HTML by the id of the element that it replaces."""


@dataclass(frozen=True, slots=True)
class View:
    """What a page shows to everyone who sees it in the same language and role."""

    key: tuple[Hashable, ...]
    """Equal keys are drawn once."""
    draw: Callable[[Branch, datetime], Fragments]
    mark: Callable[[], Hashable] = lambda: None
    """Of everything besides the hall that it is drawn from: another mark, another picture."""
    period: float = BEAT
    """Seconds after which it looks whether the mark has changed."""
    core: Callable[[Branch], object] | None = None
    """What somebody at the page waits for: where it hasn't changed, other pages go first.

    Without one it is always drawn at once.
    """


class Live:
    """Keeps live pages up to date."""

    def __init__(self, desk: Desk, feed: Feed, clock: Clock) -> None:
        self._desk = desk
        self._feed = feed
        self._clock = clock
        self._followers: set[Follower] = set()
        self._drawn: dict[tuple[Hashable, ...], tuple[Hashable, Fragments]] = {}
        self._unhurried = asyncio.Lock()

    async def fragments(self, view: View) -> Fragments:
        """All of the view as it is now."""
        branch = await self._desk.shown()
        beat = int(asyncio.get_running_loop().time() / REDRAWN)
        mark = (branch.sequence, branch.outage, beat, view.mark())
        known = self._drawn.get(view.key)
        if known and known[0] == mark:
            return known[1]
        fragments = view.draw(branch, self._clock.now())
        self._drawn[view.key] = (mark, fragments)
        return fragments

    async def serve(
        self,
        socket: WebSocket,
        view: Callable[[], View],
        signed_in: Callable[[], bool],
        used: Callable[[], None],
    ) -> None:
        """Keep one page up to date until it goes away or its session ends.

        ``view`` is what it shows now: another one once :meth:`look_again` was called. ``used`` is
        called when the page says that somebody does something there.
        """
        await socket.accept()
        writer = asyncio.create_task(self._write(socket, view, signed_in), name="live page")
        reader = asyncio.create_task(_gone(socket, used), name="live page's end")
        tasks = {writer, reader}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
        await asyncio.wait(tasks)
        if not writer.cancelled():
            with suppress(WebSocketDisconnect):
                writer.result()

    def look_again(self) -> None:
        """Something besides the hall has changed what pages show."""
        for follower in self._followers:
            follower.take(())

    async def _write(
        self, socket: WebSocket, view: Callable[[], View], signed_in: Callable[[], bool]
    ) -> None:
        sent: Fragments = {}
        seen: object = None
        beaten = 0.0
        now = asyncio.get_running_loop().time
        with self._feed.follow() as follower, self._looking(follower):
            while signed_in():
                shown, core = await self._turn(view, seen, follower)
                waited = _waited_for(core, seen)
                drawn = await (self.fragments(shown) if waited else self._afterwards(shown))
                seen = core
                news = _changed(drawn, sent)
                if news or now() - beaten >= BEAT:
                    await socket.send_text("".join([*news, self._beat()]))
                    sent, beaten = drawn, now()
                    await asyncio.sleep(BREATH)
                await _wait(follower, shown.period)
        await socket.close(SIGNED_OUT)

    async def _turn(
        self, view: Callable[[], View], seen: object, follower: Follower
    ) -> tuple[View, object]:
        """Let other pages go first, but not once it is waited for here: the view, and its core."""
        now = asyncio.get_running_loop().time
        until = now() + AFTERWARDS
        while True:
            shown = view()
            core = shown.core and (shown.key, shown.core(await self._desk.shown()))
            if _waited_for(core, seen) or now() >= until:
                return shown, core
            await _wait(follower, until - now())

    async def _afterwards(self, view: View) -> Fragments:
        """A view that nobody waits for: one at a time, and whatever else is to be done in between."""
        async with self._unhurried:
            await asyncio.sleep(0)
            return await self.fragments(view)

    @contextmanager
    def _looking(self, follower: Follower) -> Iterator[None]:
        self._followers.add(follower)
        try:
            yield
        finally:
            self._followers.discard(follower)

    def _beat(self) -> str:
        return f'<span id="beat" data-now="{instant(self._clock.now())}" hidden></span>'


def _waited_for(core: object, seen: object) -> bool:
    """Whether somebody at the page waits for what it shows now."""
    return core is None or core != seen


def _changed(drawn: Fragments, sent: Fragments) -> list[str]:
    return [html for name, html in drawn.items() if sent.get(name) != html]


async def _wait(follower: Follower, seconds: float) -> None:
    await follower.next(seconds)
    follower.missed = False  # a view is drawn from the hall itself


async def _gone(socket: WebSocket, used: Callable[[], None]) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        used()
