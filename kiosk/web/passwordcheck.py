"""The check of a password: one at a time, in turns, and not too often."""

import asyncio
from collections.abc import Callable

from kiosk.store.accounts import Accounts
from kiosk.store.staff import StaffUser
from kiosk.web.lockout import Lockout, Place
from kiosk.web.turns import Turns

WAITING_FROM_ONE, WAITING = 20, 200
"""Checks take some 20 ms each: a branch's whole shift may sign in at once."""
LONGEST_NAME, LONGEST_PASSWORD = 64, 1024


class WrongPassword(Exception):
    """User and password don't go together, or the user is disabled."""


class PasswordCheck:
    """Tells whether it is really this person. Strangers' names are treated as those of users."""

    def __init__(self, accounts: Accounts, monotonic: Callable[[], float]) -> None:
        self._accounts = accounts
        self._lockout = Lockout(monotonic)
        self._turns = Turns(WAITING_FROM_ONE, WAITING)

    async def check(self, user: str, password: str, place: Place) -> StaffUser:
        """The user. Raises WrongPassword or TooManyAttempts."""
        if len(user) > LONGEST_NAME or len(password) > LONGEST_PASSWORD:
            raise WrongPassword
        self._lockout.attempt(user, place)
        async with self._turns.turn(place.known or place.source):
            staff = await asyncio.to_thread(self._accounts.check_password, user, password)
        if staff is None:
            self._lockout.wrong(user, place)
            raise WrongPassword
        self._lockout.right(user, place)
        return staff
