"""Signing in and out: passwords in, sessions out."""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import timedelta

from kiosk.domain.ids import BranchId
from kiosk.domain.role import Role
from kiosk.ports import Clock
from kiosk.settings.signin import SignInSection
from kiosk.store.accounts import Accounts
from kiosk.store.staff import StaffUser
from kiosk.store.staffsessions import Lifetime, SignedIn
from kiosk.store.tokens import digest
from kiosk.web.callers import Callers
from kiosk.web.lockout import Place
from kiosk.web.origin import HERE, Origin
from kiosk.web.padcheck import NO_PAD, PadCheck, PadClaim
from kiosk.web.passwordcheck import PasswordCheck
from kiosk.web.refusals import NotSignedIn


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
    """Signs in and out; ``callers`` are whoever is signed in.

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
        self._broker_hash = broker_hash
        self._lifetimes = lifetimes(rules)
        self.callers = Callers(accounts, clock, monotonic)
        self._passwords = PasswordCheck(
            accounts, {Role(one) for one in rules.code_required}, monotonic
        )
        self._pads = PadCheck(
            accounts.devices, branch, monotonic, secret_required=rules.pad_secret_required
        )

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
        """Whether it is still the same person.

        Raises NotSignedIn when the session is over, WrongPassword or TooManyAttempts.
        """
        session = self._accounts.sessions.session(digest(origin.session or ""), self._clock.now())
        if session is None:
            raise NotSignedIn
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
        self.callers.look()

    async def sign_out_everywhere(self, token: str) -> None:
        """End every session of the person whose token this is."""
        if session := self._accounts.sessions.session(digest(token), self._clock.now()):
            await asyncio.to_thread(self._accounts.sessions.end_of, session.user.reference)
            self.callers.look()

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
        self.callers.look()
        return signed_in
