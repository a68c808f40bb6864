"""Who is signed in: passwords and tokens in, callers out."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.events import Actor
from kiosk.domain.role import Role
from kiosk.flow.attempts import Attempts, TooManyAttempts
from kiosk.ports import Clock
from kiosk.store.accounts import Accounts
from kiosk.store.accountsfile import AccountsUnavailable
from kiosk.store.staff import StaffUser
from kiosk.store.staffsessions import SignedIn
from kiosk.store.tokens import digest

WRONG_PASSWORDS = 10
WITHIN = 60.0
"""Seconds in which so many wrong passwords for one user are too many."""
SIGNING_IN_AT_ONCE = 50
KNOWN_FOR = 60.0
"""Seconds after which a caller is looked up again, so that it is marked as seen."""
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


class WrongPassword(Exception):
    """User and password don't go together, or the user is disabled."""


class Sessions:
    """Signs in and out, and tells callers by their tokens.

    Verified tokens are remembered; what was changed by another process counts within a second.
    ``broker_hash`` makes of a token what the broker's password file holds; None: nobody who signs
    in has business at the broker.
    """

    def __init__(
        self,
        accounts: Accounts,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
        broker_hash: Callable[[str], str] | None = None,
    ) -> None:
        self._accounts = accounts
        self._clock = clock
        self._monotonic = monotonic
        self._broker_hash = broker_hash
        self._listeners: list[Callable[[], None]] = []
        self._known: dict[str, tuple[Caller, float]] = {}
        self._version = accounts.version()
        self._looked = monotonic()
        self._attempts = Attempts(WRONG_PASSWORDS, WITHIN, monotonic)
        self._signing_in = asyncio.Semaphore(1)
        self._waiting = 0

    def listen(self, listener: Callable[[], None]) -> None:
        """Tell ``listener`` whenever a session or a program's token begins or ends, by whatever cause.

        What is done in this process is told at once, what another one does within a second.
        """
        self._listeners.append(listener)

    async def watch(self) -> None:
        """Look every second whether sessions are over, though nobody calls."""
        while True:
            with suppress(AccountsUnavailable):  # who calls is told
                self._look()
            await asyncio.sleep(LOOKED_EVERY)

    def caller(self, token: str) -> Caller | None:
        """Whose token this is; None when it is nobody's, revoked or over."""
        if self._monotonic() - self._looked >= LOOKED_EVERY:
            self._look()
        mark = digest(token)
        caller, until = self._known.get(mark, (None, 0.0))
        if caller is None or until < self._monotonic():
            caller = self._look_up(mark)
        if caller and caller.expires_at and caller.expires_at <= self._clock.now():
            return None
        return caller

    async def sign_in(self, user: str, password: str, device: str | None = None) -> SignedIn:
        """Begin a session. Raises WrongPassword or TooManyAttempts."""
        return await self._begin(await self._check(user, password), device)

    async def check_again(self, token: str, password: str) -> None:
        """Whether it is still the same person. Raises WrongPassword or TooManyAttempts."""
        session = self._accounts.sessions.session(digest(token), self._clock.now())
        if session is None:
            raise WrongPassword
        await self._check(session.user.name, password)

    async def _check(self, user: str, password: str) -> StaffUser:
        self._attempts.count(user)
        if self._waiting >= SIGNING_IN_AT_ONCE:
            raise TooManyAttempts(1)
        self._waiting += 1
        try:
            async with self._signing_in:
                staff = await asyncio.to_thread(self._accounts.check_password, user, password)
        finally:
            self._waiting -= 1
        if staff is None:
            raise WrongPassword
        self._attempts.clear(user)
        return staff

    async def sign_out(self, token: str) -> None:
        """End the session of this token."""
        await asyncio.to_thread(self._accounts.sessions.end, token)
        self._look()

    async def _begin(self, staff: StaffUser, device: str | None) -> SignedIn:
        signed_in = await asyncio.to_thread(
            self._accounts.sessions.begin,
            staff,
            device,
            self._clock.now(),
            broker_hash=self._broker_hash,
        )
        self._look()
        return signed_in

    def _look(self) -> None:
        """Forget what has changed, and tell of it."""
        self._looked = self._monotonic()
        try:
            self._accounts.sessions.expire(self._clock.now())
        except AccountsUnavailable:  # a disk that is full: over they are all the same
            self._known.clear()
        if (version := self._accounts.version()) == self._version:
            return
        self._version = version
        self._known.clear()
        for listener in self._listeners:
            listener()

    def _look_up(self, mark: str) -> Caller | None:
        self._known.pop(mark, None)
        caller = self._staff(mark) or self._program(mark)
        if caller:
            self._known[mark] = (caller, self._monotonic() + KNOWN_FOR)
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
