"""Erasing clients: nothing of them is left in the database's bytes, and it can be proved.

What stays is a row in ``erased``: the opaque reference, when, by whom, and how much it was. The
branch tells it to the log. Everything blocks; the branch may run meanwhile.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kiosk.domain.events import Actor
from kiosk.domain.ids import ClientRef
from kiosk.ports import KioskError

PATIENCE = 10.0
"""Seconds in which whoever reads the database has to come to an end."""
_KNOWN_BY = ("card", "phone", "document")


class NotErased(KioskError):
    """Nothing was erased, or more has to be done; the text says what."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """A client that was erased; the numbers are of what it had been known by."""

    number: int
    client: ClientRef
    at: datetime
    by: Actor
    cards: int
    phones: int
    documents: int


def erase(database: Path, client: ClientRef, by: Actor) -> Erasure:
    """Erase one client, also from copies of older versions beside. Raises NotErased."""
    try:
        erasure, secrets = _erase_in(database, client, by)
        for copy in sorted(database.parent.glob(f"{database.name}.v[0-9]*")):
            _erase_in_copy(copy, client)
        _look_through(database, secrets)
    except sqlite3.Error as error:
        raise NotErased(f"{database.name}: {error}: try again, or restart the branch") from error
    return erasure


def erase_unseen(database: Path, days: int, by: Actor) -> list[Erasure]:
    """Erase whom nobody has asked for in so many days. Raises NotErased."""
    try:
        with _opened(database) as opened, opened:
            opened.execute("UPDATE client SET seen = date('now') WHERE seen = ''")
            unseen = opened.execute(_UNSEEN, (f"-{days} days",)).fetchall()
            opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        raise NotErased(f"{database.name}: {error}") from error
    return [erase(database, ClientRef(client), by) for (client,) in unseen]


def untold(database: Path) -> list[Erasure]:
    """Those that aren't in the log yet, in order; none while the database can't be read."""
    try:
        with _opened(database) as opened:
            return [_erasure(row) for row in opened.execute(_UNTOLD)]
    except (sqlite3.Error, NotErased):
        return []


def told(database: Path, erasure: Erasure) -> None:
    """It is in the log. Raises NotErased."""
    try:
        with _opened(database) as opened:
            opened.execute("UPDATE erased SET told = 1 WHERE number = ?", (erasure.number,))
            opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        raise NotErased(f"{database.name}: {error}") from error


_UNSEEN = "SELECT reference FROM client WHERE seen < date('now', ?) ORDER BY reference"
_ERASURE = "SELECT number, reference, at, role, user, cards, phones, documents FROM erased"
_UNTOLD = f"{_ERASURE} WHERE NOT told ORDER BY number"
_LATEST = f"{_ERASURE} ORDER BY number DESC LIMIT 1"


def _erasure(row: Sequence[object]) -> Erasure:
    number, client, at, role, user, cards, phones, documents = row
    assert isinstance(number, int)
    moment = datetime.fromtimestamp(float(str(at)) / 1000, UTC)
    actor = Actor(str(role), None if user is None else str(user))
    counts = (int(str(one)) for one in (cards, phones, documents))
    return Erasure(number, ClientRef(str(client)), moment, actor, *counts)


@contextmanager
def _opened(database: Path) -> Iterator[sqlite3.Connection]:
    if not database.exists():
        raise NotErased(f"{database}: there is no clients database; --var names the var folder")
    address = f"{database.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(address, uri=True, timeout=PATIENCE)) as opened:
        opened.isolation_level = None
        opened.execute("PRAGMA foreign_keys = ON")
        opened.execute("PRAGMA secure_delete = ON")
        yield opened


def _erase_in(database: Path, client: ClientRef, by: Actor) -> tuple[Erasure, list[str]]:
    with _opened(database) as opened:
        with opened:
            opened.execute("BEGIN IMMEDIATE")
            if not opened.execute("SELECT 1 FROM client WHERE reference = ?", (client,)).fetchone():
                raise NotErased(_unknown(opened, client))
            counts = [opened.execute(_COUNT[table], (client,)).fetchone()[0] for table in _KNOWN_BY]
            secrets = [key for (key,) in opened.execute(_KEYS, {"client": client})]
            opened.execute("DELETE FROM client WHERE reference = ?", (client,))
            opened.execute(_NOTE, (client, by.role, by.user, *counts))
        _forget(opened)
        shared = {key for (key,) in opened.execute(_SHARED)}
        row = opened.execute(_LATEST).fetchone()
    return _erasure(row), [key for key in secrets if key not in shared]


def _unknown(opened: sqlite3.Connection, client: ClientRef) -> str:
    before = opened.execute(
        "SELECT datetime(at / 1000, 'unixepoch') FROM erased WHERE reference = ?", (client,)
    ).fetchone()
    if before:
        return f"client {client} was erased before, at {before[0]} UTC"
    return f"there is no client {client}"


_COUNT = {
    table: f"SELECT count(*) FROM {table} WHERE reference = ?"  # noqa: S608
    for table in _KNOWN_BY
}
_KEYS = (
    "SELECT token FROM card WHERE reference = :client"
    " UNION SELECT digits FROM phone WHERE reference = :client"
    " UNION SELECT digest FROM document WHERE reference = :client"
)
_NOTE = (
    "INSERT INTO erased (reference, at, role, user, cards, phones, documents)"
    " VALUES (?, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER), ?, ?, ?, ?, ?)"
)
_SHARED = "SELECT digits FROM phone UNION SELECT digest FROM document"
"""Others may have the same phone and the same document."""


def _erase_in_copy(copy: Path, client: ClientRef) -> None:
    with _opened(copy) as opened:
        opened.execute("DELETE FROM client WHERE reference = ?", (client,))
        _forget(opened)


def _forget(opened: sqlite3.Connection) -> None:
    """Free pages and write-ahead log hold what was deleted: the file is written anew without."""
    opened.execute("VACUUM")
    busy, *_ = opened.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise NotErased(
            f"somebody reads the database for more than {PATIENCE:.0f} s: the client is erased, and"
            " its traces go with the next erasure, or when the branch is restarted"
        )


def _look_through(database: Path, secrets: Sequence[str]) -> None:
    """That it is so. Raises NotErased."""
    for file in sorted(database.parent.glob(f"{database.name}*")):
        data = file.read_bytes()
        if any(secret.encode() in data for secret in secrets):
            raise NotErased(f"{file.name} still has traces of the client: restart the branch")
