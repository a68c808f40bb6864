"""The log by business days: only what belongs to a day is read, without a writer and beside one."""

import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.domain.events import DayOpened, TicketExpired, TicketIssued
from kiosk.domain.slipevents import SlipPrepared
from kiosk.flow.hall import Hall
from kiosk.ports import LogUnavailable
from kiosk.store.chain import Seal, verify
from kiosk.store.dayrecords import SqliteDayRecords
from kiosk.store.log import SqliteLog
from tests.domain.day import MONDAY, issue
from tests.flow.clock import HandClock
from tests.support.branch import small_plan

TUESDAY = MONDAY + timedelta(days=1)
KINDS = (DayOpened, TicketIssued, TicketExpired)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Monday with two tickets, one of them alive until the day ends; Tuesday with one."""
    log, clock = SqliteLog(tmp_path / "log.db"), HandClock()
    hall = Hall(small_plan(), log, clock)
    for names in (("t1", "t2"), ("t3",)):
        log.append(
            [*hall.turn_day(), *(fact for name in names for fact in hall.carry_out(issue(name)))]
        )
        clock.move(days=1)
    log.close()
    return log.path


@pytest.fixture
def records(path: Path) -> Iterator[SqliteDayRecords]:
    records = SqliteDayRecords(path)
    yield records
    records.close()


def test_the_days_of_a_span_are_those_that_were_opened(records: SqliteDayRecords) -> None:
    assert records.days(date(2020, 1, 1), date(2030, 1, 1)) == [MONDAY, TUESDAY]
    assert records.days(TUESDAY, TUESDAY) == [TUESDAY]
    assert records.days(date(2020, 1, 1), date(2020, 12, 31)) == []


def test_a_day_ends_with_what_expires_and_before_the_next(records: SqliteDayRecords) -> None:
    kinds = [type(fact.event) for fact in records.facts(MONDAY, KINDS)]
    assert kinds == [DayOpened, TicketIssued, TicketIssued, TicketExpired, TicketExpired]
    assert [type(fact.event) for fact in records.facts(TUESDAY, KINDS)] == [DayOpened, TicketIssued]


def test_a_days_seal_proves_the_log_up_to_its_end(path: Path, records: SqliteDayRecords) -> None:
    noted = [Seal.of(records.seal(day)) for day in records.days(date.min, date.max)]
    assert [one.sequence for one in noted] == sorted({one.sequence for one in noted})
    assert verify(path, noted) == noted[-1]
    with pytest.raises(LogUnavailable, match="never opened"):
        records.seal(date(2001, 1, 1))


def test_only_the_kinds_asked_for_are_read(records: SqliteDayRecords) -> None:
    assert [type(fact.event) for fact in records.facts(MONDAY, [TicketIssued])] == [
        TicketIssued
    ] * 2
    assert list(records.facts(MONDAY, [SlipPrepared])) == []
    assert list(records.facts(MONDAY - timedelta(days=1), KINDS)) == []


def test_no_other_day_is_looked_at(path: Path) -> None:
    """Neither the days' openings nor a day's facts are found by reading the whole table."""
    with sqlite3.connect(path) as connection:
        for query in (
            "SELECT day FROM event WHERE name = 'day.opened' AND day BETWEEN '' AND '9'"
            " ORDER BY sequence",
            "SELECT min(sequence) FROM event WHERE name = 'day.opened' AND sequence > 1",
            "SELECT data FROM event WHERE sequence >= 1 AND sequence < 9 AND name IN ('a', 'b')"
            " ORDER BY sequence LIMIT 500",
        ):
            [(*_, plan)] = connection.execute(f"EXPLAIN QUERY PLAN {query}").fetchall()
            assert "day_openings" in plan or "PRIMARY KEY (rowid>? AND rowid<?)" in plan, plan
    connection.close()


def test_a_day_is_read_while_the_branch_writes(path: Path, records: SqliteDayRecords) -> None:
    log = SqliteLog(path)
    reading = records.facts(MONDAY, KINDS)
    next(reading)
    hall = Hall(small_plan(), log, HandClock())
    log.append(hall.carry_out(issue("t4")))
    assert len(list(reading)) == 4
    assert len(list(records.facts(TUESDAY, [TicketIssued]))) == 2
    log.close()


def test_nothing_can_be_written(records: SqliteDayRecords) -> None:
    records.days(MONDAY, MONDAY)
    connection = records._opened()
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM event")


def test_a_branch_that_never_ran_has_no_log(tmp_path: Path) -> None:
    with pytest.raises(LogUnavailable, match="there is no log"):
        SqliteDayRecords(tmp_path / "log.db").days(MONDAY, MONDAY)
    assert not (tmp_path / "log.db").exists()


def test_a_newer_programs_facts_are_told_as_such(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("UPDATE event SET version = 9 WHERE name = 'ticket.issued'")
    connection.commit()
    connection.close()
    records = SqliteDayRecords(path)
    with pytest.raises(LogUnavailable, match="newer program"):
        list(records.facts(MONDAY, KINDS))
    records.close()
