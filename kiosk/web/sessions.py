"""Who is signed in: passwords and tokens in, callers out."""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf

from kiosk.domain.events import Actor
from kiosk.domain.ids import BranchId
from kiosk.domain.role import Role
from kiosk.ports import Clock
from kiosk.settings.signin import SignInSection
from kiosk.store.accounts import Accounts
from kiosk.store.accountsfile import AccountsUnavailable
from kiosk.store.staff import StaffUser
from kiosk.store.staffsessions import SEEN_EVERY, Lifetime, SignedIn
from kiosk.store.tokens import digest
from kiosk.web.lockout import Place
from kiosk.web.origin import HERE, Origin
from kiosk.web.padcheck import NO_PAD, PadCheck, PadClaim
from kiosk.web.passwordcheck import PasswordCheck, WrongPassword

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


def lifetimes(rules: SignInSection) -> Mapping[Role, Lifetime]:
    """How long who stays signed in."""
    stays = {
        Role.TELLER: rules.teller,
        Role.LOBBY_MANAGER: rules.lobby_manager,
        Role.WEALTH_MANAGER: rules.wealth_manager,
        Role.ADMINISTRATOR: rules.administrator,
        Role.AUDITOR: rules.auditor,
    }
    return {
        role: Lifetime(timedelta(hours=stay.hours), timedelta(minutes=stay.idle))
        for role, stay in stays.items()
    }


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
        rules: SignInSection,
        branch: BranchId,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        broker_hash: Callable[[str], str] | None = None,
    ) -> None:
        self._accounts = accounts
        self._clock = clock
        self._monotonic = monotonic
        self._broker_hash = broker_hash
        self._lifetimes = lifetimes(rules)
        self._listeners: list[Callable[[], None]] = []
        self._known: dict[str, Caller] = {}
        self._marked: dict[str, float] = {}
        """When it was last written down that a session is used."""
        self._used: set[str] = set()
        self._version = accounts.version()
        self._looked = monotonic()
        self._passwords = PasswordCheck(
            accounts, {Role(one) for one in rules.code_required}, monotonic
        )
        self._pads = PadCheck(accounts.devices, branch, monotonic)

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

    def caller(self, token: str) -> Caller | None:
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

    async def sign_in(
        self,
        user: str,
        password: str,
        origin: Origin = HERE,
        pad: PadClaim = NO_PAD,
        code: str | None = None,
    ) -> SignedIn:
        """Begin a session, and end the one that was brought along.

        Raises WrongPassword, TooManyAttempts; CodeNeeded, WrongCode or CodeMissing for a second
        factor; OtherBranch or PadRefused when the PAD won't do.
        """
        place = self._place(user, origin, pad)
        staff = await self._passwords.check(user, password, place, code, self._clock.now())
        await asyncio.to_thread(self._pads.check, pad, staff, self._clock.now())
        return await self._enter(staff, origin, pad.device)

    async def sign_in_by_code(self, token: str, code: str, origin: Origin) -> SignedIn:
        """Begin the session of somebody whose password was right a moment ago (CodeNeeded).

        Raises WrongPassword when that was too long ago, TooManyAttempts or WrongCode.
        """
        place = self._place(self._passwords.half_in(token).name, origin, NO_PAD)
        staff = await self._passwords.check_code(token, code, place, self._clock.now())
        return await self._enter(staff, origin, None)

    async def check_again(self, origin: Origin, password: str) -> None:
        """Whether it is still the same person. Raises WrongPassword or TooManyAttempts."""
        session = self._accounts.sessions.session(digest(origin.session or ""), self._clock.now())
        if session is None:
            raise WrongPassword
        place = Place(origin.source, session.id)
        await self._passwords.check_again(session.user.name, password, place)

    async def remember(self, origin: Origin, signed_in: SignedIn) -> str:
        """What the browser keeps from now on, so that its user is no stranger there."""
        user, now = signed_in.session.user.reference, self._clock.now()
        return await asyncio.to_thread(self._accounts.places.remember, user, origin.browser, now)

    def _place(self, user: str, origin: Origin, pad: PadClaim) -> Place:
        if self._pads.is_proven(pad):
            return Place(origin.source, f"pad {pad.device}")
        known = origin.browser and self._accounts.places.is_known(origin.browser, user)
        return Place(origin.source, digest(origin.browser) if origin.browser and known else None)

    async def sign_out(self, token: str) -> None:
        """End the session of this token."""
        await asyncio.to_thread(self._accounts.sessions.end, token)
        self.look()

    async def sign_out_everywhere(self, token: str) -> None:
        """End every session of the person whose token this is."""
        if session := self._accounts.sessions.session(digest(token), self._clock.now()):
            await asyncio.to_thread(self._accounts.sessions.end_of, session.user.reference)
            self.look()

    async def _mark_used(self) -> None:
        if used := tuple(self._used):
            self._used.clear()
            await asyncio.to_thread(self._accounts.sessions.mark_used, used, self._clock.now())

    async def _enter(self, staff: StaffUser, origin: Origin, device: str | None) -> SignedIn:
        if origin.session:
            await asyncio.to_thread(self._accounts.sessions.end, origin.session)
        signed_in = await asyncio.to_thread(
            self._accounts.sessions.begin,
            staff,
            device,
            self._clock.now(),
            self._lifetimes[staff.role],
            self._broker_hash,
        )
        self.look()
        return signed_in

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
