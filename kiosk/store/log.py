"""The branch's log on SQLite: append-only, numbered without gaps, durable when ``append`` returns.

WAL with ``synchronous=FULL``: each commit is on disk before anybody is answered. One connection
writes; another reads (``logreader.py``), so that readers never wait for a commit.
"""

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from kiosk.domain.device import Fault
from kiosk.domain.events import Event, Fact, TicketIssued
from kiosk.domain.requestkey import MARK
from kiosk.ports import LogUnavailable
from kiosk.store.chain import BEGINNING, COLUMNS, linked
from kiosk.store.logfile import SCHEMA_VERSION, connect, migrate, unavailable
from kiosk.store.logreader import LogReader
from kiosk.wire import FAMILIES, VERSION, encode, family_of, name_of, subject_of

ROOM = 1 << 20
"""Bytes that a disk must have to spare before a full one counts as well again: some thirty commits,
so that the branch doesn't go on and stop with every file that somebody deletes."""

_INSERT = f"INSERT INTO event ({', '.join(COLUMNS)}, link) VALUES ({','.join('?' * 20)})"  # noqa: S608
_UNDER_A_KEY = "SELECT sequence FROM event WHERE caller = ? AND key >= ? AND key < ?"
_BEHIND_A_MARK = chr(ord(MARK) + 1)
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
            self._writer = connect(path)
            migrate(self._writer, path)
            self._reader = LogReader(path)
        except sqlite3.Error as error:
            raise unavailable(path, error) from error
        self._link: bytes | None = None
        """Of the latest fact; None: to be read."""

    def close(self) -> None:
        """Close both connections; idempotent."""
        self._writer.close()
        self._reader.close()

    def append(self, facts: Sequence[Fact]) -> None:
        """All in one durable commit or none. Raises LogUnavailable; only one thread may append."""
        try:
            link, self._link = self._link or self._latest_link(), None  # unless it is committed
            rows = []
            for fact in facts:
                row = _row(fact)
                link = linked(link, row)
                rows.append((*row, link))
            with self._writer:  # commits, or takes all of it back
                self._insert(rows)
            self._link = link
        except sqlite3.Error as error:
            raise unavailable(self.path, error) from error

    def _insert(self, rows: Sequence[tuple[object, ...]]) -> None:
        self._writer.execute("BEGIN IMMEDIATE")
        self._writer.executemany(_INSERT, rows)

    def _latest_link(self) -> bytes:
        query = "SELECT link FROM event ORDER BY sequence DESC LIMIT 1"
        row = self._writer.execute(query).fetchone()
        return bytes(row[0]) if row else BEGINNING

    def probe(self) -> None:
        """A commit that says nothing: it takes the way of every other one, to the disk."""
        try:
            if self._room() < ROOM:
                raise LogUnavailable(f"{self.path.name}: the disk is full", Fault.DISK_FULL)
            self._writer.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        except (sqlite3.Error, OSError) as error:
            raise unavailable(self.path, error) from error

    def oldest_sequence(self) -> int:
        """The sequence of the oldest fact that is kept; 1 in an empty log."""
        return int(self._reader.one("SELECT coalesce(min(sequence), 1) FROM event"))

    def last_sequence(self) -> int:
        """The sequence of the latest fact; 0 in an empty log."""
        return int(self._reader.one("SELECT coalesce(max(sequence), 0) FROM event"))

    def latest_by_family(self) -> dict[str, int]:
        """The sequence of the latest fact of each topic family that has one."""
        query = "SELECT max(sequence) FROM event WHERE family = ?"
        found = {family: self._reader.one(query, family) for family in FAMILIES}
        return {family: sequence for family, sequence in found.items() if sequence}

    def read(self, after: int, limit: int) -> list[Fact]:
        """Up to ``limit`` facts with a sequence above ``after``, in order."""
        return self._reader.facts(" WHERE sequence > ? ORDER BY sequence LIMIT ?", after, limit)

    def open_day(self) -> Iterator[Fact]:
        """The facts of the latest business day, from its opening on, as they are on the disk now."""
        for connection in (self._writer, self._reader.connection):
            connection.execute("PRAGMA shrink_memory")  # pages that were unreadable may be kept
        opening = self._reader.one("SELECT max(sequence) FROM event WHERE name = 'day.opened'")
        after = (opening or 1) - 1
        while page := self.read(after, LARGE_PAGE):
            yield from page
            after = page[-1].sequence

    def answered(self, caller: str, key: str) -> list[Fact]:
        """The facts of the command that this caller gave under this key; empty when none."""
        first = self._reader.one(_UNDER_A_KEY, caller, key, f"{key}{_BEHIND_A_MARK}")
        if first is None:
            return []
        facts: list[Fact] = []
        limit = USUAL_COMMAND
        while True:  # a command's facts stand together
            page = self._reader.facts(_FROM, first + len(facts), limit)
            own = [fact for fact in page if fact.command == first]
            facts += own
            if len(own) < limit:
                return facts
            limit = LARGE_PAGE

    def _room(self) -> int:
        """Bytes that the disk has to spare."""
        return shutil.disk_usage(self.path.parent).free


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
