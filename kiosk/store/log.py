"""The branch's log on SQLite: append-only, numbered without gaps, durable when ``append`` returns.

WAL with ``synchronous=FULL``: each commit is on disk before anybody is answered. One connection
writes; another reads, so that readers never wait for a commit.
"""

import shutil
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from kiosk.domain.device import Fault
from kiosk.domain.events import Actor, Event, Fact, TicketIssued
from kiosk.ports import LogUnavailable
from kiosk.wire import FAMILIES, VERSION, decode, encode, family_of, name_of, subject_of

SCHEMA_VERSION = 1

ROOM = 1 << 20
"""Bytes that a disk must have to spare before a full one counts as well again: some thirty commits,
so that the branch doesn't go on and stop with every file that somebody deletes."""

_COLUMNS = (
    "sequence, id, time, day, family, name, version, subject, data,"
    " role, user, device, caller, key, command, correlation, prev, series, serial"
)
_INSERT = f"INSERT INTO event ({_COLUMNS}) VALUES ({','.join('?' * 19)})"  # noqa: S608
SELECT = (
    "SELECT sequence, id, time, day, name, version, data,"
    " role, user, device, key, command, correlation, prev FROM event"
)
"""Rows that :func:`fact_of` understands."""
_FROM = " WHERE sequence >= ? ORDER BY sequence LIMIT ?"

USUAL_COMMAND = 16
"""Facts: hardly any command causes more, so that one page answers it."""
LARGE_PAGE = 2000


class SqliteLog:
    """``EventLog`` in one SQLite file, mode 0600."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        self.path = path
        try:
            self._writer = _connect(path)
            _migrate(self._writer)
            self._reader = _connect(path)
        except sqlite3.Error as error:
            raise LogUnavailable(f"{path.name}: {error}: restore it from a backup") from error
        self._reading = threading.Lock()

    def close(self) -> None:
        """Close both connections; idempotent."""
        self._writer.close()
        self._reader.close()

    def append(self, facts: Sequence[Fact]) -> None:
        """All in one durable commit or none. Raises LogUnavailable; only one thread may append."""
        try:
            rows = [_row(fact) for fact in facts]
            with self._writer:  # commits, or takes all of it back
                self._insert(rows)
        except sqlite3.Error as error:
            raise self._unavailable(error) from error

    def _insert(self, rows: Sequence[tuple[object, ...]]) -> None:
        self._writer.execute("BEGIN IMMEDIATE")
        self._writer.executemany(_INSERT, rows)

    def probe(self) -> None:
        """A commit that says nothing: it takes the way of every other one, to the disk."""
        try:
            if self._room() < ROOM:
                raise LogUnavailable(f"{self.path.name}: the disk is full", Fault.DISK_FULL)
            self._writer.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        except (sqlite3.Error, OSError) as error:
            raise self._unavailable(error) from error

    def last_sequence(self) -> int:
        """The sequence of the latest fact; 0 in an empty log."""
        return int(self._one("SELECT coalesce(max(sequence), 0) FROM event"))

    def latest_by_family(self) -> dict[str, int]:
        """The sequence of the latest fact of each topic family that has one."""
        query = "SELECT max(sequence) FROM event WHERE family = ?"
        found = {family: self._one(query, family) for family in FAMILIES}
        return {family: sequence for family, sequence in found.items() if sequence}

    def read(self, after: int, limit: int) -> list[Fact]:
        """Up to ``limit`` facts with a sequence above ``after``, in order."""
        return self._facts(" WHERE sequence > ? ORDER BY sequence LIMIT ?", after, limit)

    def open_day(self) -> Iterator[Fact]:
        """The facts of the latest business day, from its opening on."""
        opening = self._one("SELECT max(sequence) FROM event WHERE name = 'day.opened'")
        after = (opening or 1) - 1
        while page := self.read(after, LARGE_PAGE):
            yield from page
            after = page[-1].sequence

    def answered(self, caller: str, key: str) -> list[Fact]:
        """The facts of the command that this caller gave under this key; empty when none."""
        first = self._one("SELECT sequence FROM event WHERE caller = ? AND key = ?", caller, key)
        if first is None:
            return []
        facts: list[Fact] = []
        limit = USUAL_COMMAND
        while True:  # a command's facts stand together
            page = self._facts(_FROM, first + len(facts), limit)
            own = [fact for fact in page if fact.command == first]
            facts += own
            if len(own) < limit:
                return facts
            limit = LARGE_PAGE

    def _one(self, query: str, *values: object) -> Any:
        rows = self._rows(query, values)
        return rows[0][0] if rows else None

    def _facts(self, condition: str, *values: object) -> list[Fact]:
        return [fact_of(row) for row in self._rows(SELECT + condition, values)]

    def _rows(self, query: str, values: Sequence[object]) -> list[Any]:
        try:
            with self._reading:
                return self._reader.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise self._unavailable(error) from error

    def _room(self) -> int:
        """Bytes that the disk has to spare."""
        return shutil.disk_usage(self.path.parent).free

    def _unavailable(self, error: Exception) -> LogUnavailable:
        return LogUnavailable(f"{self.path.name}: {error}", fault_of(error))


def fault_of(error: Exception) -> Fault:
    """What SQLite's result code says of the disk (https://sqlite.org/rescode.html)."""
    match getattr(error, "sqlite_errorcode", sqlite3.SQLITE_IOERR) & 0xFF:
        case sqlite3.SQLITE_FULL:
            return Fault.DISK_FULL
        case sqlite3.SQLITE_READONLY:
            return Fault.READ_ONLY
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return Fault.DISK_ERROR
        case _:
            return Fault.INTERNAL


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=5)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _migrate(connection: sqlite3.Connection) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise LogUnavailable("the log was written by a newer program: install that one again")
    if version < SCHEMA_VERSION:
        _create(connection)


def _create(connection: sqlite3.Connection) -> None:
    from sqlite_utils import Database

    event = Database(connection).table("event")
    event.create(
        {
            "sequence": int,
            "id": str,
            "time": int,
            "day": str,
            "family": str,
            "name": str,
            "version": int,
            "subject": str,
            "data": str,
            "role": str,
            "user": str,
            "device": str,
            "caller": str,
            "key": str,
            "command": int,
            "correlation": str,
            "prev": int,
            "series": str,
            "serial": int,
        },
        pk="sequence",
        not_null={
            "id",
            "time",
            "day",
            "family",
            "name",
            "version",
            "subject",
            "data",
            "role",
        },
        if_not_exists=True,
    )
    connection.executescript(
        """
        CREATE UNIQUE INDEX IF NOT EXISTS one_number_a_day
            ON event (day, series, serial) WHERE serial IS NOT NULL;
        CREATE UNIQUE INDEX IF NOT EXISTS one_answer_a_key
            ON event (caller, key) WHERE key IS NOT NULL;
        CREATE INDEX IF NOT EXISTS latest_of_family ON event (family, sequence);
        CREATE INDEX IF NOT EXISTS day_openings ON event (sequence) WHERE name = 'day.opened';
        """
    )
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _row(fact: Fact) -> tuple[object, ...]:
    event, by = fact.event, fact.by
    series, serial = _number(event)
    return (
        fact.sequence,
        fact.id,
        _milliseconds(fact.time),
        fact.day.isoformat(),
        family_of(event),
        name_of(event),
        VERSION,
        subject_of(event),
        encode(event),
        by.role,
        by.user,
        by.device,
        by.caller if fact.key else None,
        fact.key,
        fact.command,
        fact.correlation,
        fact.prev,
        series,
        serial,
    )


def _number(event: Event) -> tuple[str | None, int | None]:
    if isinstance(event, TicketIssued):
        return event.ticket.series, event.ticket.serial
    return None, None


def fact_of(row: tuple[Any, ...]) -> Fact:
    """A row of :data:`SELECT`."""
    sequence, id_, time, day, name, version, data, role, user, device, *rest = row
    key, command, correlation, prev = rest
    return Fact(
        sequence=sequence,
        id=id_,
        time=datetime.fromtimestamp(time / 1000, UTC),
        day=date.fromisoformat(day),
        event=decode(name, version, data),
        by=Actor(role, user, device),
        command=command,
        key=key,
        correlation=correlation,
        prev=prev,
    )
