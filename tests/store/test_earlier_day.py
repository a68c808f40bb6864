"""A log that the first release wrote is read, folded and gone on with."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from kiosk.domain.commands import CallNext, FinishServing, OpenCounter
from kiosk.domain.counter import CounterState
from kiosk.domain.ids import TicketId
from kiosk.domain.ticketcommands import MoveTicket, ReinstateTicket
from kiosk.flow.hall import Hall
from kiosk.store.chain import verify
from kiosk.store.log import SqliteLog
from tests.domain.day import LI, ONE, TWO, WANG
from tests.flow.clock import HandClock
from tests.support.branch import B, small_plan

ROWS = Path(__file__).with_name("earlier_day.jsonl")
"""The rows of a log as of November 2026, before tickets could be parked, moved or transferred."""


def test_it_folds_to_the_hall_it_was(tmp_path: Path) -> None:
    log = _restored(tmp_path / "log.db")
    hall = Hall(small_plan(), log, HandClock(datetime(2026, 3, 2, 2, tzinfo=UTC)))
    states = {one.number: one.state.value for one in hall.branch.tickets.values()}
    assert states == {
        "A001": "called",
        "A002": "no_show",
        "A003": "waiting",
        "A004": "waiting",
        "B001": "served",
        "V001": "served",
    }
    counter = hall.branch.counter(ONE)
    assert (counter.state, counter.pausing) == (CounterState.SERVING, True)
    assert hall.branch.counter(TWO).state is CounterState.PAUSED
    assert [one.number for one in hall.branch.aside.values()] == ["A002"]
    log.close()


def test_it_is_gone_on_with(tmp_path: Path) -> None:
    log = _restored(tmp_path / "log.db")
    hall = Hall(small_plan(), log, HandClock(datetime(2026, 3, 2, 1, 20, tzinfo=UTC)))
    new = TicketId("new")
    for command in (
        FinishServing(ONE, LI),
        ReinstateTicket(TicketId("t3")),
        MoveTicket(TicketId("t5"), B, new),
        OpenCounter(TWO, WANG),
        CallNext(TWO, WANG),
    ):
        log.append(hall.carry_out(command))
    assert hall.branch.tickets[new].number == "B002"
    called = hall.branch.open_ticket(TWO)
    assert called is not None
    assert called.number == "A004"  # recognised as a priority client
    log.close()


def test_it_is_copied_and_then_sealed(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    log = _restored(path)
    facts = log.last_sequence()
    log.close()
    assert verify(path).sequence == facts
    copy = path.with_name("log.db.v1")
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(copy)) as kept:
        assert kept.execute("PRAGMA user_version").fetchone() == (1,)
        assert kept.execute("SELECT count(*) FROM event").fetchone() == (facts,)


def _restored(path: Path) -> SqliteLog:
    SqliteLog(path).close()
    with sqlite3.connect(path) as database:
        for line in ROWS.read_text().splitlines():
            row = json.loads(line)
            marks = ",".join("?" * len(row))
            names = ",".join(f'"{name}"' for name in row)
            insert = f"INSERT INTO event ({names}) VALUES ({marks})"  # noqa: S608
            database.execute(insert, [*row.values()])
        database.execute("ALTER TABLE event DROP COLUMN link")
        database.execute("PRAGMA user_version = 1")
    database.close()
    return SqliteLog(path)
