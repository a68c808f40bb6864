"""The register of PADs: which device is known here, for which branch, and who let it in (LOB-99)."""

import hmac
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote

from kiosk.domain.events import Actor
from kiosk.ports import KioskError
from kiosk.store.accountsfile import AccountsFile, AccountsUnavailable
from kiosk.store.brokerlogin import CLIENT_MODE_PREFIX, BrokerLogin, broker_login
from kiosk.store.tokens import digest

MOST_PENDING = 50
"""That wait for approval; the oldest go."""


class RegisterFault(KioskError):
    """What was asked of the register can't be done; the text says why."""


class UnknownPad(RegisterFault):
    """No PAD of this id is in the register."""

    def __init__(self, device: str) -> None:
        super().__init__(f"there is no PAD {device!r}; kiosk device list names them")
        self.device = device


class DeviceState(StrEnum):
    """How a PAD stands in the register."""

    PENDING = "pending"
    APPROVED = "approved"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Pad:
    """A PAD in the register. ``branch`` is what it was set up for, as far as it has said."""

    id: str
    state: DeviceState
    branch: str | None
    code: str | None
    """Of its secret, to compare with what the PAD shows; None: it is known by its id alone."""
    since: datetime


@dataclass(frozen=True, slots=True)
class ClientPad:
    """A PAD that may be at the broker while nobody is signed in at it (LOB-11)."""

    id: str
    password_hash: str = field(repr=False)

    @property
    def name(self) -> str:
        """At the broker."""
        return f"{CLIENT_MODE_PREFIX}{self.id}"


class Standing(StrEnum):
    """What becomes of a PAD that comes: it may go on, or why not."""

    APPROVED = "approved"
    PENDING = "pending"
    REVOKED = "revoked"
    UNPROVEN = "unproven"


class DeviceRegister:
    """The PADs in the accounts' file. Every method blocks and may be called from any thread.

    A PAD makes its secret itself and shows the code of it; whoever approves the PAD compares. Only
    the digest is kept.
    """

    def __init__(self, file: AccountsFile) -> None:
        self._file = file

    def pads(self) -> list[Pad]:
        """All PADs, those that wait first."""
        with self._file.reading() as database:
            rows = database.execute(_ALL).fetchall()
        return [_pad(row) for row in rows]

    def standing(self, device: str, secret: str | None) -> Standing | None:
        """How a PAD stands that comes with this secret; None: nobody knows it."""
        with self._file.reading() as database:
            row = database.execute(_ONE, {"id": device}).fetchone()
        if row is None:
            return None
        state, mark = row
        match DeviceState(state):
            case DeviceState.PENDING:
                return Standing.PENDING
            case DeviceState.REVOKED:
                return Standing.REVOKED
            case DeviceState.APPROVED:
                return Standing.APPROVED if _fits(mark, secret) else Standing.UNPROVEN

    def proven(self, device: str, secret: str) -> Standing:
        """How a PAD stands that proves to be itself by this secret; UNPROVEN: it is no such PAD.

        Who doesn't know the secret learns nothing, not even whether there is such a PAD.
        """
        with self._file.reading() as database:
            row = database.execute(_ONE, {"id": device}).fetchone()
        if row is None or not row[1] or not _fits(row[1], secret):
            return Standing.UNPROVEN
        return Standing(row[0])

    def bind(self, device: str, secret: str, by: Actor) -> Standing:
        """From now on know an approved PAD by this secret, unless it has one; how it stands then."""
        with self._file.changing(by) as database:
            database.execute(_BIND, {"id": device, "digest": digest(secret)})
        return self.proven(device, secret)

    def give_token(self, device: str, broker_hash: Callable[[str], str]) -> BrokerLogin:
        """A new token for client mode; the one before is good no longer.

        ``broker_hash`` makes of it what is kept. Of no use to a PAD that isn't approved.
        """
        login = broker_login(f"{CLIENT_MODE_PREFIX}{device}")
        row = {"id": device, "broker_hash": broker_hash(login.token)}
        with self._file.changing(Actor("pad", device=device)) as database:
            database.execute(_LET_SHOW, row)
        return login

    def in_client_mode(self) -> list[ClientPad]:
        """The approved PADs that have a token for client mode."""
        with self._file.reading() as database:
            rows = database.execute(_SHOWN).fetchall()
        return [ClientPad(*row) for row in rows]

    def ask(
        self, device: str, secret: str | None, branch: str | None, by: Actor, now: datetime
    ) -> None:
        """List a PAD that nobody knows, until somebody approves it or newer ones push it out."""
        row = _row(device, DeviceState.PENDING, now) | {
            "branch": branch,
            "digest": digest(secret) if secret else None,
        }
        with self._file.changing(by) as database:
            database.execute(_LIST, row)
            database.execute(_PUSH_OUT, {"most": MOST_PENDING})

    def approve(self, device: str, by: Actor, now: datetime, *, ahead: bool = True) -> None:
        """Let a PAD in; ``ahead`` of its coming, too: then it is whoever signs in first as that.

        Raises UnknownPad, or RegisterFault ahead of a PAD that may have no such id.
        """
        if ahead:
            check_id(device)
        with self._file.changing(by) as database:
            if not ahead and database.execute(_ONE, {"id": device}).fetchone() is None:
                raise UnknownPad(device)
            database.execute(_APPROVE, _row(device, DeviceState.APPROVED, now))

    def revoke(self, device: str, by: Actor, now: datetime) -> None:
        """Let a PAD in no longer, and end its sessions; one that isn't let in is forgotten.

        Raises UnknownPad.
        """
        row = _row(device, DeviceState.REVOKED, now)
        with self._file.changing(by) as database:
            known = database.execute(_ONE, row).fetchone()
            if known is None:
                raise UnknownPad(device)
            database.execute(_REVOKE if known[0] == DeviceState.APPROVED else _FORGET, row)
            database.execute("DELETE FROM session WHERE device = :id", row)


def check_id(device: str) -> None:
    """Raises RegisterFault for an id that no PAD may have."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", device):
        raise RegisterFault(f"{device!r} is no id of a PAD: 1 to 32 letters, digits, - and _")


def known_by_name(accounts: Path) -> list[str]:
    """The approved PADs that prove nothing, by id; nothing is made where there are no accounts.

    Raises AccountsUnavailable.
    """
    if not accounts.exists():
        return []
    try:
        with closing(sqlite3.connect(f"file:{quote(str(accounts))}?mode=ro", uri=True)) as database:
            return [row[0] for row in database.execute(_BY_NAME).fetchall()]
    except sqlite3.Error as error:
        raise AccountsUnavailable(f"{accounts.name}: {error}") from error


def _pad(row: tuple[str, str, str | None, str | None, int]) -> Pad:
    device, state, branch, mark, at = row
    code = code_of(mark) if mark else None
    return Pad(device, DeviceState(state), branch, code, datetime.fromtimestamp(at, UTC))


def code_of(mark: str) -> str:
    """The beginning of a secret's digest, as it is read out and compared."""
    return f"{mark[:4]}-{mark[4:8]}"


def _fits(mark: str | None, secret: str | None) -> bool:
    """A PAD that was approved without a secret is known by its id, until it comes with one."""
    return mark is None or (secret is not None and hmac.compare_digest(mark, digest(secret)))


def _row(device: str, state: DeviceState, now: datetime) -> dict[str, str | int | None]:
    return {"id": device, "state": state, "at": int(now.timestamp())}


_ALL = "SELECT id, state, branch, digest, at FROM device ORDER BY state <> 'pending', id"
_ONE = "SELECT state, digest FROM device WHERE id = :id"
_BY_NAME = "SELECT id FROM device WHERE state = 'approved' AND digest IS NULL ORDER BY id"
_LIST = (
    "INSERT INTO device (id, state, branch, digest, at)"
    " VALUES (:id, :state, :branch, :digest, :at) ON CONFLICT DO NOTHING"
)
_PUSH_OUT = (
    "DELETE FROM device WHERE state = 'pending' AND id NOT IN (SELECT id FROM device"
    " WHERE state = 'pending' ORDER BY at DESC, rowid DESC LIMIT :most)"
)
_APPROVE = (
    "INSERT INTO device (id, state, at) VALUES (:id, :state, :at)"
    " ON CONFLICT DO UPDATE SET state = :state, at = :at"
)
_BIND = (
    "UPDATE device SET digest = :digest WHERE id = :id AND state = 'approved' AND digest IS NULL"
)
_REVOKE = "UPDATE device SET state = :state, at = :at, broker_hash = NULL WHERE id = :id"
_LET_SHOW = "UPDATE device SET broker_hash = :broker_hash WHERE id = :id AND state = 'approved'"
_SHOWN = (
    "SELECT id, broker_hash FROM device"
    " WHERE state = 'approved' AND broker_hash IS NOT NULL ORDER BY id"
)
_FORGET = "DELETE FROM device WHERE id = :id"
