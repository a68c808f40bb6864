"""The check of a password, and of a code: one at a time, in turns, and not too often."""

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime

from kiosk.domain.role import Role
from kiosk.store.accounts import Accounts
from kiosk.store.staff import StaffUser
from kiosk.web.halfway import Halfway
from kiosk.web.lockout import Lockout, Place
from kiosk.web.turns import Turns

WAITING_FROM_ONE, WAITING = 20, 200
"""Checks take some 20 ms each: a branch's whole shift may sign in at once."""
LONGEST_NAME, LONGEST_PASSWORD = 64, 1024


class WrongPassword(Exception):
    """User and password don't go together, or the user is disabled."""


class CodeNeeded(Exception):
    """The password was right; this user also has to give the code of an app.

    Within some minutes ``token`` stands for the password, see :class:`~kiosk.web.halfway.Halfway`.
    """

    def __init__(self, token: str) -> None:
        super().__init__()
        self.token = token


class WrongCode(Exception):
    """The password was right, but the code isn't, or was used already."""


class CodeMissing(Exception):
    """Everybody of this role has to give a code, and this user has none to give yet."""


class PasswordCheck:
    """Tells whether it is really this person. Strangers' names are treated as those of users.

    Whoever has a ``required`` role needs a code beside the password, and so do others who have one.
    """

    def __init__(
        self, accounts: Accounts, required: Collection[Role], monotonic: Callable[[], float]
    ) -> None:
        self._accounts = accounts
        self._factors = accounts.second_factors
        self._required = required
        self._lockout = Lockout(monotonic)
        self._turns = Turns(WAITING_FROM_ONE, WAITING)
        self._halfway = Halfway(monotonic)

    async def check(
        self, user: str, password: str, place: Place, code: str | None, now: datetime
    ) -> StaffUser:
        """The user. Raises WrongPassword, TooManyAttempts, CodeNeeded, WrongCode or CodeMissing."""
        staff = await self._with_password(user, password, place)
        mark = self._factors.mark(staff.reference)
        if mark is None:
            self._lockout.right(user, place)
            if staff.role in self._required:
                raise CodeMissing
            return staff
        if code is None:
            self._lockout.undecided(place)
            raise CodeNeeded(self._halfway.wait(staff, mark))
        await self._check_code(staff, code, place, now)
        return staff

    def half_in(self, token: str) -> StaffUser:
        """Who is asked for a code. Raises WrongPassword when that was too long ago."""
        found = self._halfway.find(token)
        if found is None or self._factors.mark(found.user.reference) != found.mark:
            raise WrongPassword
        return found.user

    async def check_code(self, token: str, code: str, place: Place, now: datetime) -> StaffUser:
        """The user whose password was right. Raises WrongPassword, TooManyAttempts or WrongCode."""
        staff = self.half_in(token)
        self._lockout.attempt(staff.name, place)
        await self._check_code(staff, code, place, now)
        self._halfway.leave(token)
        return staff

    async def check_again(self, user: str, password: str, place: Place) -> None:
        """Whether it is still this person. Raises WrongPassword or TooManyAttempts."""
        await self._with_password(user, password, place)
        self._lockout.right(user, place)

    async def _with_password(self, user: str, password: str, place: Place) -> StaffUser:
        if len(user) > LONGEST_NAME or len(password) > LONGEST_PASSWORD:
            raise WrongPassword
        self._lockout.attempt(user, place)
        async with self._turns.turn(place.known or place.source):
            staff = await asyncio.to_thread(self._accounts.check_password, user, password)
        if staff is None:
            self._lockout.wrong(user, place)
            raise WrongPassword
        return staff

    async def _check_code(self, staff: StaffUser, code: str, place: Place, now: datetime) -> None:
        if not await asyncio.to_thread(self._factors.accept, staff.reference, code, now):
            self._lockout.wrong(staff.name, place)
            raise WrongCode
        self._lockout.right(staff.name, place)
