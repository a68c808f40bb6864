"""The touch screen of a kiosk, seen from the visit: stages go out, touches come in.

Windows and the hardware bench draw its present screen and hand in what was touched on it.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from kiosk.display.buttons import repeat_within, touch_of
from kiosk.display.outage import lost_screen
from kiosk.display.screen import touch_screen
from kiosk.domain.accessibility import USUAL, Accessibility
from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.visit import Idle, Stage, Touch
from kiosk.machine.correlation import correlation
from kiosk.ports import Clock

Json = dict[str, Any]


class TouchScreen:
    """A :class:`kiosk.ports.Display`. Its finished screens are numbered from 1, without gaps.

    Each has the ``visit`` that it is of (None: nobody's), for its window's journal.
    """

    def __init__(self, plan: BranchPlan, fallback: str, clock: Clock) -> None:
        """``fallback`` is read by those whose language has no texts."""
        self._plan = plan
        self._fallback = fallback
        self._clock = clock
        self._number = 0
        self._same_kind_since = 0
        self._screen: Json = lost_screen(plan.languages, staff_hint=False)
        self._screen |= {"number": 0, "visit": None}
        self._changed = asyncio.Event()
        self._listeners: set[asyncio.Queue[Touch]] = set()
        self._last: tuple[str, float] = ("", float("-inf"))

    @property
    def screen(self) -> Json:
        """The present finished screen with its ``number``; 0 asks to wait for the first stage."""
        return self._screen

    def show(self, stage: Stage, accessibility: Accessibility = USUAL) -> None:
        """Draw this stage instead of the present one; the same picture again is no new screen."""
        screen = touch_screen(
            stage,
            accessibility,
            branch_names=self._plan.names,
            languages=self._plan.languages,
            fallback=self._fallback,
            clock=self._clock.now().astimezone(self._plan.zone),
        )
        screen["visit"] = None if isinstance(stage, Idle) else correlation()
        if screen | {"number": self._number} == self._screen:
            return
        self._number += 1
        if screen["kind"] != self._screen["kind"]:
            self._same_kind_since = self._number
        self._screen = screen | {"number": self._number}
        self._changed.set()
        self._changed = asyncio.Event()

    async def next_screen(self, after: int) -> Json:
        """The present screen, as soon as its number is above ``after``."""
        while self._number <= after:
            await self._changed.wait()
        return self._screen

    def touch(self, action: str, number: int) -> None:
        """A button of screen ``number`` was touched. Raises ValueError when no button means that.

        Dropped when a screen of another kind has come since, when the present one doesn't offer it,
        and when it is the same press again. A screen that only counts on doesn't undo a touch.
        """
        touched = touch_of(action)
        current = self._same_kind_since <= number <= self._number
        if not current or action not in self._offered() or self._bounced(action):
            return
        for listener in self._listeners:
            listener.put_nowait(touched)

    async def touches(self) -> AsyncIterator[Touch]:
        """Every touch from now on, for ever."""
        listener: asyncio.Queue[Touch] = asyncio.Queue()
        self._listeners.add(listener)
        try:
            while True:
                yield await listener.get()
        finally:
            self._listeners.discard(listener)

    def _offered(self) -> set[str]:
        return {button["action"] for button in self._screen["buttons"] if button["enabled"]}

    def _bounced(self, action: str) -> bool:
        now = asyncio.get_running_loop().time()
        before, self._last = self._last, (action, now)
        return action == before[0] and now - before[1] < repeat_within(action)
