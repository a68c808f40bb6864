"""No statement of the log reads through history: what it costs doesn't grow with the log."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.bench.history import Book
from kiosk.domain.events import TicketCalled, TicketIssued
from kiosk.store.audit import deeds
from kiosk.store.dayrecords import SqliteDayRecords
from kiosk.store.log import SqliteLog

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
DAY = NOON.date()

_STATEMENT = re.compile(r"SELECT|INSERT|UPDATE|DELETE", re.IGNORECASE)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteLog]:
    log = SqliteLog(tmp_path / "log.db")
    book = Book()
    for ago in (2, 1, 0):
        log.append(list(book.day(DAY - timedelta(ago), 30, NOON - timedelta(ago))))
    log._writer.execute("ANALYZE")  # the worst it may be told: so few rows that a scan looks cheap
    yield log
    log.close()


def plans(connection: sqlite3.Connection, statements: list[str]) -> list[str]:
    """How SQLite would carry out each of them."""
    return [
        str(step[3])
        for statement in statements
        if _STATEMENT.match(statement)
        for step in connection.execute(f"EXPLAIN QUERY PLAN {statement}")
    ]


def test_the_way_of_issuing_calling_publishing_and_starting_never_scans(log: SqliteLog) -> None:
    seen: list[str] = []
    for connection in (log._reader.connection, log._writer):
        connection.set_trace_callback(seen.append)
    last = log.last_sequence()
    log.latest_by_family()
    assert len(list(log.open_day())) == 1 + 3 * 30 + 8
    assert log.answered("terminal::kiosk-1", f"{DAY}-7")
    assert log.read(last - 5, 10)
    log.append([])
    log.probe()
    for connection in (log._reader.connection, log._writer):
        connection.set_trace_callback(None)
    found = plans(log._reader.connection, seen)
    assert len(found) > 10
    assert [step for step in found if not step.startswith("SEARCH event")] == []


def test_the_audit_trail_reads_one_day_and_the_openings_alone(log: SqliteLog) -> None:
    seen: list[str] = []
    with closing(SqliteDayRecords(log.path)) as records:
        records._opened().set_trace_callback(seen.append)
        for latest_first in (False, True):
            facts = records.where(
                "name IN (?) AND role <> 'system'",
                ["ticket.issued"],
                DAY - timedelta(1),
                after=3,
                before=300,
                latest_first=latest_first,
            )
            assert len(list(facts)) == 30
        assert list(deeds(records, {}, DAY - timedelta(1))) == []
    steps = plans(log._reader.connection, seen)
    assert len(steps) >= 9
    for step in steps:
        assert "day_openings" in step or step.startswith("SEARCH event USING INTEGER PRIMARY KEY")


def test_a_day_is_found_among_the_openings_and_read_from_there(log: SqliteLog) -> None:
    records = SqliteDayRecords(log.path)
    seen: list[str] = []
    records._opened().set_trace_callback(seen.append)
    assert len(records.days(DAY - timedelta(1), DAY)) == 2
    facts = list(records.facts(DAY - timedelta(1), [TicketIssued, TicketCalled]))
    records.close()
    assert len(facts) == 60
    for step in plans(log._reader.connection, seen):
        assert "day_openings" in step or step.startswith("SEARCH event USING INTEGER PRIMARY KEY")
