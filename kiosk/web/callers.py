"""Who is calling: tokens in, callers out."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from math import inf

from kiosk.domain.events import Actor
from kiosk.domain.role import Role
from kiosk.ports import Clock
from kiosk.store.accounts import Accounts
from kiosk.store.accountsfile import AccountsUnavailable
from kiosk.store.staffsessions import SEEN_EVERY
from kiosk.store.tokens import digest

LOOKED_EVERY = 1.0
"""Seconds after which it is looked whether sessions are over, or another process has changed them."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody whose session or token is good. ``name`` is for showing."""

    role: Role
    name: str
    actor: Actor
    expires_at: datetime | None = None
    """None: a program's token, good until revoked."""


class Callers:
    """Tells callers by their tokens, and whoever hangs on it when that changes.

    Verified tokens are remembered; what was changed by another process counts within a second.
    """

    def __init__(
        self, accounts: Accounts, clock: Clock, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._accounts = accounts
        self._clock = clock
        self._monotonic = monotonic
        self._listeners: list[Callable[[], None]] = []
        self._known: dict[str, Caller] = {}
        self._marked: dict[str, float] = {}
        """When it was last written down that a session is used."""
        self._used: set[str] = set()
        self._version = accounts.version()
        self._looked = monotonic()

    def listen(self, listener: Callable[[], None]) -> None:
        """Tell ``listener`` whenever a session or a program's token begins or ends, by whatever cause.

        What is done in this process is told at once, what another one does within a second.
        """
        self._listeners.append(listener)

    async def watch(self) -> None:
        """Look every second whether sessions are over, though nobody calls."""
        while True:
            with suppress(AccountsUnavailable):  # who calls is told
                await self._mark_used()
                self.look()
            await asyncio.sleep(LOOKED_EVERY)

    def of(self, token: str) -> Caller | None:
        """Whose token this is; None when it is nobody's, revoked or over."""
        if self._monotonic() - self._looked >= LOOKED_EVERY:
            self.look()
        mark = digest(token)
        caller = self._known.get(mark) or self._look_up(mark)
        if caller and caller.expires_at and caller.expires_at <= self._clock.now():
            return None
        return caller

    def used(self, token: str) -> None:
        """Whoever has this token has just done something."""
        mark, now = digest(token), self._monotonic()
        if now - self._marked.get(mark, -inf) >= SEEN_EVERY:
            self._marked[mark] = now
            self._used.add(mark)

    def look(self) -> None:
        """Forget at once what has changed, and tell of it."""
        self._looked = self._monotonic()
        try:
            self._accounts.sessions.expire(self._clock.now())
        except AccountsUnavailable:  # a disk that is full: over they are all the same
            self._known.clear()
        if (version := self._accounts.version()) == self._version:
            return
        self._version = version
        self._known.clear()
        self._marked.clear()
        for listener in self._listeners:
            listener()

    async def _mark_used(self) -> None:
        if used := tuple(self._used):
            self._used.clear()
            await asyncio.to_thread(self._accounts.sessions.mark_used, used, self._clock.now())

    def _look_up(self, mark: str) -> Caller | None:
        caller = self._staff(mark) or self._program(mark)
        if caller:
            self._known[mark] = caller
        return caller

    def _staff(self, mark: str) -> Caller | None:
        session = self._accounts.sessions.session(mark, self._clock.now())
        if session is None:
            return None
        user = session.user
        actor = Actor(user.role, user.reference, session.device)
        return Caller(user.role, user.display_name, actor, session.expires_at)

    def _program(self, mark: str) -> Caller | None:
        program = self._accounts.program(mark)
        if program is None:
            return None
        return Caller(program.role, program.name, Actor(program.role, device=program.name))
