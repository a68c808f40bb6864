"""Sessions of staff: who is signed in, since when and for how long, and as whom at the broker."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from kiosk.domain.ids import StaffRef
from kiosk.domain.role import Role
from kiosk.store.accountsfile import AccountsFile
from kiosk.store.brokerlogin import SESSION_PREFIX, BrokerLogin, broker_login
from kiosk.store.staff import StaffUser
from kiosk.store.tokens import digest, new_token

SEEN_EVERY = 60
"""Seconds: when a session was last used is kept no more exactly; it never ends sooner for it."""


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a session lasts: at the most, and without being used."""

    longest: timedelta
    idle: timedelta


WORKING_DAY = Lifetime(timedelta(hours=12), timedelta(hours=12))


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in. ``device`` is the PAD it was done from, None elsewhere."""

    id: str
    """Random and opaque; it isn't the token."""
    user: StaffUser
    device: str | None
    begun_at: datetime
    expires_at: datetime
    """At the latest."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has just begun, with what is told of it this once."""

    session: Session
    token: str = field(repr=False)
    broker: BrokerLogin | None


@dataclass(frozen=True, slots=True)
class BrokerSession:
    """A session at the broker, where it lives and dies with the session itself."""

    name: str
    password_hash: str = field(repr=False)
    role: Role
    user: StaffRef
    device: str | None


class StaffSessions:
    """The sessions in the accounts' file. Every method blocks and may be called from any thread."""

    def __init__(self, file: AccountsFile) -> None:
        self._file = file

    def begin(
        self,
        user: StaffUser,
        device: str | None,
        now: datetime,
        lifetime: Lifetime = WORKING_DAY,
        broker_hash: Callable[[str], str] | None = None,
    ) -> SignedIn:
        """Sign somebody in; whoever signs in anew at the same device has one session there.

        ``broker_hash`` makes of the broker's token what its password file holds; without it the
        session has no business at the broker.
        """
        now = now.replace(microsecond=0)
        session = Session(secrets.token_hex(8), user, device, now, now + lifetime.longest)
        token = new_token()
        login = broker_login(_broker_name(session)) if broker_hash else None
        row = {
            "digest": digest(token),
            "user": user.reference,
            "device": device,
            "expires_at": _stamp(session.expires_at),
            "last_seen": _stamp(now),
            "id": session.id,
            "begun_at": _stamp(now),
            "idle": int(lifetime.idle.total_seconds()),
            "broker_name": login.name if login else None,
            "broker_hash": broker_hash(login.token) if login and broker_hash else None,
        }
        with self._file.changing() as database:
            database.execute("DELETE FROM session WHERE user = :user AND device = :device", row)
            database.execute(_BEGIN, row)
        return SignedIn(session, token, login)

    def session(self, token_digest: str, now: datetime) -> Session | None:
        """The session whose token has this digest; None when it is over."""
        wanted = {"digest": token_digest, "now": _stamp(now), "seen_every": SEEN_EVERY}
        with self._file.reading() as database:
            row = database.execute(f"{_SESSION} AND digest = :digest", wanted).fetchone()
        if row is None:
            return None
        identity, device, begun_at, expires_at, name, reference, display_name, role = row
        user = StaffUser(name, StaffRef(reference), display_name, Role(role))
        return Session(identity, user, device, _moment(begun_at), _moment(expires_at))

    def mark_used(self, token_digests: Iterable[str], now: datetime) -> None:
        """Somebody has just done something in these sessions."""
        seen = [(_stamp(now), digest) for digest in token_digests]
        with self._file.reading() as database, database:
            database.execute("BEGIN IMMEDIATE")
            database.executemany("UPDATE session SET last_seen = ? WHERE digest = ?", seen)

    def broker_sessions(self, now: datetime) -> list[BrokerSession]:
        """The sessions that may be connected to the broker now, by name."""
        wanted = {"now": _stamp(now), "seen_every": SEEN_EVERY}
        with self._file.reading() as database:
            rows = database.execute(_AT_BROKER, wanted).fetchall()
        return [
            BrokerSession(name, password_hash, Role(role), StaffRef(user), device)
            for name, password_hash, role, user, device in rows
        ]

    def end(self, token: str) -> None:
        """Sign this token's session out, if there is one."""
        with self._file.changing() as database:
            database.execute("DELETE FROM session WHERE digest = ?", (digest(token),))

    def end_of(self, user: StaffRef) -> int:
        """Sign somebody out everywhere; returns how many sessions that ended."""
        with self._file.changing() as database:
            return database.execute("DELETE FROM session WHERE user = ?", (user,)).rowcount

    def expire(self, now: datetime) -> bool:
        """End the sessions whose time is up; whether there were any."""
        wanted = {"now": _stamp(now), "seen_every": SEEN_EVERY}
        with self._file.reading() as database:
            if database.execute(_OVER, wanted).fetchone() is None:
                return False
        with self._file.changing() as database:
            database.execute(_END_OVER, wanted)
        return True


_LIVE = "(expires_at > :now AND last_seen + idle + :seen_every > :now)"
_OVER = f"SELECT 1 FROM session WHERE NOT {_LIVE}"  # noqa: S608
_END_OVER = f"DELETE FROM session WHERE NOT {_LIVE}"  # noqa: S608
_BEGIN = (
    "INSERT INTO session (digest, user, device, expires_at, last_seen,"
    " id, begun_at, idle, broker_name, broker_hash)"
    " VALUES (:digest, :user, :device, :expires_at, :last_seen,"
    " :id, :begun_at, :idle, :broker_name, :broker_hash)"
)
_REVOKED = "EXISTS (SELECT 1 FROM device WHERE device.id = session.device AND state = 'revoked')"
_ADMITTED = f"{_LIVE} AND NOT disabled AND NOT {_REVOKED}"
_JOINED = f"FROM session JOIN staff ON staff.reference = user WHERE {_ADMITTED}"
_SESSION = f"SELECT id, device, begun_at, expires_at, name, reference, display_name, role {_JOINED}"
_AT_BROKER = (
    f"SELECT broker_name, broker_hash, role, reference, device {_JOINED}"
    " AND broker_name IS NOT NULL ORDER BY broker_name"
)


def _broker_name(session: Session) -> str:
    """The same at every sign-in of one person at one device: only then is anything resumed there."""
    who = f"{session.device}-{session.user.reference}" if session.device else session.id
    return f"{SESSION_PREFIX}{who}"


def _stamp(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(stamp: int) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)
