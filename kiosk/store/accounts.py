"""Accounts: staff who sign in, programs with a token, and who is signed in.

One SQLite file of its own that a running controller and the command line may have open together.
"""

import re
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kiosk.domain.events import SYSTEM, Actor
from kiosk.domain.ids import StaffRef
from kiosk.domain.role import PROGRAM_ROLES, STAFF_ROLES, Role
from kiosk.ports import KioskError
from kiosk.store.accountchanges import AccountChanges
from kiosk.store.accountsfile import AccountsFile
from kiosk.store.brokerlogin import NOT_FOR_PROGRAMS
from kiosk.store.deviceregister import DeviceRegister
from kiosk.store.knownplaces import KnownPlaces
from kiosk.store.passwords import Passwords
from kiosk.store.secondfactors import SecondFactors
from kiosk.store.staff import StaffUser
from kiosk.store.staffsessions import StaffSessions
from kiosk.store.tokens import digest, new_token

SHORTEST_PASSWORD = 8


class AccountFault(KioskError):
    """What was asked of the accounts can't be done; the text says why."""


@dataclass(frozen=True, slots=True)
class Program:
    """Another machine or program that signs in with a token, to HTTP and to the broker alike."""

    name: str
    role: Role
    broker_hash: str
    """What the broker's password file holds for it."""


class Accounts:
    """The accounts in one SQLite file, mode 0600, made when there is none.

    Every method blocks and may be called from any thread; checking or setting a password takes
    some 20 ms and 19 MiB, one at a time. Raises AccountsUnavailable when the file can't be used.
    ``by``: who changes them.
    """

    def __init__(self, path: Path, by: Actor = SYSTEM) -> None:
        self._file = AccountsFile(path, by)
        self._passwords = Passwords()
        self.sessions = StaffSessions(self._file)
        """Who is signed in."""
        self.places = KnownPlaces(self._file)
        """From where people have signed in before."""
        self.second_factors = SecondFactors(self._file)
        """Who has to give a code beside the password."""
        self.devices = DeviceRegister(self._file)
        """Which PADs are known."""
        self.changes = AccountChanges(self._file)
        """What is to be put on record."""

    def close(self) -> None:
        """Close the file; idempotent."""
        self._file.close()

    def version(self) -> tuple[int, int]:
        """Another value after every change to users, tokens or sessions, by whichever process."""
        return self._file.version()

    def add_user(
        self, name: str, role: Role, password: str, display_name: str | None = None
    ) -> StaffUser:
        """A new member of staff. Raises AccountFault for a name or password that won't do."""
        check_user(name, password)
        if role not in STAFF_ROLES:
            raise AccountFault(f"{role} is no role of staff: programs get a token")
        user = StaffUser(name, StaffRef(secrets.token_hex(8)), display_name or name, role)
        row = (
            name,
            user.reference,
            user.display_name,
            role,
            self._passwords.hash(password),
        )
        with self._file.changing() as database:
            try:
                database.execute(
                    "INSERT INTO staff (name, reference, display_name, role, password, disabled)"
                    " VALUES (?, ?, ?, ?, ?, 0)",
                    row,
                )
            except sqlite3.IntegrityError:
                raise AccountFault(f"there is a user {name!r} already") from None
        return user

    def users(self) -> list[StaffUser]:
        """All staff by name, disabled ones too."""
        with self._file.reading() as database:
            rows = database.execute(f"{_STAFF} GROUP BY staff.name ORDER BY staff.name").fetchall()
        return [_user(row) for row in rows]

    def staff_names(self) -> dict[str, str]:
        """How staff are called, by their reference."""
        return {user.reference: user.display_name for user in self.users()}

    def disable_user(self, name: str) -> None:
        """Sign out everywhere and let in no longer. Raises AccountFault for a stranger."""
        with self._file.changing() as database:
            _one(database.execute("UPDATE staff SET disabled = 1 WHERE name = ?", (name,)), name)
            database.execute(_SIGN_OUT_USER, (name,))

    def sign_out(self, name: str) -> int:
        """Sign out everywhere; returns of how many sessions. Raises AccountFault for a stranger."""
        with self._file.changing() as database:
            known = database.execute("SELECT 1 FROM staff WHERE name = ?", (name,)).fetchone()
            if known is None:
                raise AccountFault(_stranger(name))
            return database.execute(_SIGN_OUT_USER, (name,)).rowcount

    def change_password(self, name: str, password: str) -> None:
        """Give a new password, sign out everywhere, and let in again who was disabled."""
        row = (self._passwords.hash(_long_enough(password)), name)
        with self._file.changing() as database:
            change = "UPDATE staff SET password = ?, disabled = 0 WHERE name = ?"
            _one(database.execute(change, row), name)
            database.execute(_SIGN_OUT_USER, (name,))

    def check_password(self, name: str, password: str) -> StaffUser | None:
        """The user when the password is right; takes as long for strangers and disabled users."""
        with self._file.reading() as database:
            row = database.execute(
                f"{_STAFF} WHERE staff.name = ? GROUP BY staff.name", (name,)
            ).fetchone()
        right = self._passwords.check(row[-1] if row else None, password)
        user = _user(row) if row else None
        if right and user and not user.disabled:
            return user
        self.changes.refuse(user.reference if user else None)
        return None

    def add_token(self, name: str, role: Role, broker_hash: Callable[[str], str]) -> str:
        """Let a program in; its token is told this once. Raises AccountFault for a bad name."""
        check_program(name)
        if role not in PROGRAM_ROLES:
            raise AccountFault(f"{role} is no role of programs: staff sign in by password")
        token = new_token()
        row = (name, role, digest(token), broker_hash(token))
        with self._file.changing() as database:
            try:
                database.execute("INSERT INTO program VALUES (?, ?, ?, ?)", row)
            except sqlite3.IntegrityError:
                raise AccountFault(f"there is a token {name!r} already: revoke it first") from None
        return token

    def revoke_token(self, name: str) -> None:
        """Let a program in no longer. Raises AccountFault for a stranger."""
        with self._file.changing() as database:
            _one(database.execute("DELETE FROM program WHERE name = ?", (name,)), name)

    def programs(self) -> list[Program]:
        """All programs by name."""
        with self._file.reading() as database:
            rows = database.execute(f"{_PROGRAM} ORDER BY name").fetchall()
        return [_program(row) for row in rows]

    def program(self, token_digest: str) -> Program | None:
        """The program whose token has this digest."""
        with self._file.reading() as database:
            row = database.execute(f"{_PROGRAM} WHERE digest = ?", (token_digest,)).fetchone()
        return _program(row) if row else None


def _long_enough(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise AccountFault(f"a password has at least {SHORTEST_PASSWORD} characters")
    return password


_STAFF = (
    "SELECT staff.name, reference, display_name, role, disabled, max(last_seen), password"
    " FROM staff LEFT JOIN session ON session.user = staff.reference"
)
_PROGRAM = "SELECT name, role, broker_hash FROM program"
_SIGN_OUT_USER = "DELETE FROM session WHERE user = (SELECT reference FROM staff WHERE name = ?)"


def check_program(name: str) -> None:
    """Raises AccountFault for a name that no program may have.

    It stands in topics and in the broker's files, where the controller's is taken.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name) or name == "controller":
        raise AccountFault(f"{name!r} is no name for a program: 1 to 64 letters, digits, - and _")
    if taken := next(filter(name.startswith, NOT_FOR_PROGRAMS), None):
        raise AccountFault(f"{name!r} is no name for a program: {taken}… are people's and PADs'")


def check_user(name: str, password: str) -> None:
    """Raises AccountFault for a name, which stands in lists and on screens, or a password that won't do."""
    if not (0 < len(name) <= 64 and all(sign.isalnum() or sign in "-_." for sign in name)):
        raise AccountFault(f"{name!r} is no name: 1 to 64 letters, digits, hyphens, dots")
    _long_enough(password)


def _one(change: sqlite3.Cursor, name: str) -> None:
    if change.rowcount != 1:
        raise AccountFault(_stranger(name))


def _stranger(name: str) -> str:
    return f"there is no {name!r}; kiosk user list and kiosk token list name everybody"


def _user(row: tuple[str, str, str, str, int, int | None, str]) -> StaffUser:
    name, reference, display_name, role, disabled, seen, _ = row
    last_seen = datetime.fromtimestamp(seen, UTC) if seen else None
    return StaffUser(name, StaffRef(reference), display_name, Role(role), bool(disabled), last_seen)


def _program(row: tuple[str, str, str]) -> Program:
    name, role, broker_hash = row
    return Program(name, Role(role), broker_hash)
