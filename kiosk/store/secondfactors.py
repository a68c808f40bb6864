"""Second factors: the one-time codes that members of staff may have to give beside the password."""

import hashlib
from datetime import datetime

from kiosk.domain.ids import StaffRef
from kiosk.ports import KioskError
from kiosk.store.accountsfile import AccountsFile
from kiosk.store.totp import new_secret, step_of


class NoSuchUser(KioskError):
    """Nobody of this name can have a second factor."""


class SecondFactors:
    """Those in the accounts' file. Every method blocks and may be called from any thread."""

    def __init__(self, file: AccountsFile) -> None:
        self._file = file

    def give(self, name: str) -> str:
        """A new secret for an app, told this once; an older one counts no longer."""
        secret = new_secret()
        self._set(name, secret)
        return secret

    def take_away(self, name: str) -> None:
        """The password is enough from now on."""
        self._set(name, None)

    def mark(self, user: StaffRef) -> str | None:
        """Another one when the user's password or secret changes; None: the user has no secret."""
        row = self._row(user)
        return hashlib.sha256("".join(row[:2]).encode()).hexdigest() if row else None

    def accept(self, user: StaffRef, code: str, now: datetime) -> bool:
        """Whether the code is right, and later than any that was accepted before."""
        row = self._row(user)
        step = step_of(row[0], code, now.timestamp()) if row else None
        if step is None:
            return False
        with self._file.changing() as database:
            used = (
                "UPDATE staff SET totp_step = :step WHERE reference = :user AND totp_step < :step"
            )
            return database.execute(used, {"step": step, "user": user}).rowcount == 1

    def _row(self, user: StaffRef) -> tuple[str, str] | None:
        with self._file.reading() as database:
            query = "SELECT totp, password FROM staff WHERE reference = ? AND totp IS NOT NULL"
            row: tuple[str, str] | None = database.execute(query, (user,)).fetchone()
        return row

    def _set(self, name: str, secret: str | None) -> None:
        with self._file.changing() as database:
            change = "UPDATE staff SET totp = ?, totp_step = 0 WHERE name = ?"
            if database.execute(change, (secret, name)).rowcount != 1:
                raise NoSuchUser(f"there is no {name!r}; kiosk user list names them")
