"""The log: durable, gapless, no number twice, answers found again, damage told clearly."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.events import SYSTEM, Actor, DayOpened, DeviceFailed, Event, Fact, TicketIssued
from kiosk.domain.ids import DeviceId, Language, TicketId, VisitId
from kiosk.domain.queue import REGULAR
from kiosk.domain.requestkey import request_key
from kiosk.domain.ticket import Ticket, TicketState
from kiosk.ports import LogUnavailable
from kiosk.store.log import SqliteLog
from tests.support.branch import CASH, A

DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
TERMINAL = Actor("terminal", device="t1")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "log.db"


@pytest.fixture
def log(path: Path) -> Iterator[SqliteLog]:
    opened = SqliteLog(path)
    yield opened
    opened.close()


def issued(serial: int) -> TicketIssued:
    ticket = Ticket(
        id=TicketId(f"t-{serial}"),
        series="A",
        serial=serial,
        number=f"A{serial:03}",
        queue=A,
        service=CASH,
        priority_class=REGULAR,
        state=TicketState.WAITING,
        visit=VisitId(f"v-{serial}"),
        language=Language("zh"),
        issued_at=NOW,
        clock_start=NOW,
    )
    return TicketIssued(ticket)


def fact(sequence: int, event: Event, day: date = DAY) -> Fact:
    return Fact(
        sequence=sequence,
        id=f"id-{day}-{sequence}",
        time=NOW + timedelta(seconds=sequence),
        day=day,
        event=event,
        by=SYSTEM,
        command=sequence,
    )


def some(count: int) -> Sequence[Fact]:
    """A day's opening and tickets."""
    return [fact(1, DayOpened(DAY)), *(fact(n, issued(n - 1)) for n in range(2, count + 1))]


def pragma(connection: sqlite3.Connection, name: str) -> object:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_commits_are_on_disk_when_append_returns(log: SqliteLog) -> None:
    assert pragma(log._writer, "journal_mode") == "wal"
    assert pragma(log._writer, "synchronous") == 2  # FULL


def test_only_the_owner_may_read_it(log: SqliteLog, path: Path) -> None:
    log.append(some(3))
    for file in path.parent.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file.name


def test_facts_come_back_as_they_went_in_also_after_reopening(log: SqliteLog, path: Path) -> None:
    facts = [
        *some(3),
        replace(fact(4, issued(7)), by=TERMINAL, key="k", correlation="v-7", prev=3, command=4),
    ]
    log.append(facts)
    assert log.read(0, 10) == facts
    again = SqliteLog(path)
    assert again.read(0, 10) == facts
    assert again.last_sequence() == 4
    assert again.latest_by_family() == {"day": 1, "ticket": 4}
    again.close()


def test_an_empty_log(log: SqliteLog) -> None:
    assert log.last_sequence() == 0
    assert log.latest_by_family() == {}
    assert log.read(0, 10) == []
    assert list(log.open_day()) == []
    assert log.answered("terminal::", "k") == []


def test_reading_goes_on_after_a_sequence(log: SqliteLog) -> None:
    log.append(some(10))
    assert [one.sequence for one in log.read(4, 3)] == [5, 6, 7]
    assert [one.sequence for one in log.read(9, 3)] == [10]
    assert log.read(10, 3) == []


@pytest.mark.parametrize(
    "second",
    [fact(2, issued(2)), fact(3, issued(1))],
    ids=["a sequence twice", "a number twice in a day"],
)
def test_what_may_be_there_once_only(log: SqliteLog, second: Fact) -> None:
    log.append(some(2))
    with pytest.raises(LogUnavailable):
        log.append([second])
    assert log.last_sequence() == 2


def test_a_number_may_come_again_on_another_day(log: SqliteLog) -> None:
    tomorrow = DAY + timedelta(days=1)
    log.append(some(2))
    log.append([fact(3, DayOpened(tomorrow), tomorrow), fact(4, issued(1), tomorrow)])
    assert [one.sequence for one in log.open_day()] == [3, 4]


def test_all_of_a_commit_or_nothing(log: SqliteLog) -> None:
    log.append(some(2))
    with pytest.raises(LogUnavailable):
        log.append([fact(3, issued(2)), fact(4, issued(3)), fact(5, issued(1))])
    assert log.last_sequence() == 2
    log.append([fact(3, issued(2))])
    assert log.last_sequence() == 3


def test_a_command_is_found_by_its_callers_key(log: SqliteLog) -> None:
    failed = DeviceFailed(
        DeviceCondition(DeviceId("slip"), DeviceKind.PRINTER, DeviceStatus.OFFLINE, Fault.NO_ANSWER)
    )
    answer = [
        replace(fact(2, issued(1)), by=TERMINAL, key="k"),
        replace(fact(3, failed), by=TERMINAL, command=2),
    ]
    log.append([fact(1, DayOpened(DAY)), *answer, fact(4, issued(2))])
    assert log.answered(TERMINAL.caller, "k") == answer
    assert log.answered(TERMINAL.caller, "another") == []
    assert log.answered(Actor("terminal", device="t2").caller, "k") == []
    with pytest.raises(LogUnavailable):
        log.append([replace(fact(5, issued(3)), by=TERMINAL, key="k")])


@pytest.mark.parametrize(
    ("given", "found"),
    [("k", 2), ("k more", 3), ("k\ttab", 4), ("K", 0), ("", 0), ("k m", 0), ("l", 5)],
)
def test_a_key_is_found_by_what_the_caller_gave_alone(
    log: SqliteLog, given: str, found: int
) -> None:
    keys = [request_key("k", b"a"), request_key("k more", b"b"), request_key("k\ttab", b"c"), "l"]
    facts = [
        replace(fact(number, issued(number)), by=TERMINAL, key=key)
        for number, key in enumerate(keys, 2)
    ]
    log.append([fact(1, DayOpened(DAY)), *facts])
    assert [one.sequence for one in log.answered(TERMINAL.caller, given)] == (
        [found] if found else []
    )


@pytest.mark.parametrize("count", [1, 15, 16, 17, 40])
def test_the_answer_to_a_command_of_many_facts_is_whole(log: SqliteLog, count: int) -> None:
    command = [replace(fact(2 + n, issued(n)), by=TERMINAL, command=2) for n in range(count)]
    command[0] = replace(command[0], key="k")
    after = replace(fact(2 + count, issued(count)), by=TERMINAL)
    log.append([fact(1, DayOpened(DAY)), *command, after])
    assert log.answered(TERMINAL.caller, "k") == command


def test_a_reader_isnt_held_up_by_a_commit_under_way(log: SqliteLog, path: Path) -> None:
    log.append(some(2))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert log.last_sequence() == 2
    other.execute("ROLLBACK")
    other.close()


def test_a_log_of_a_newer_program_is_refused(path: Path) -> None:
    SqliteLog(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(LogUnavailable, match="newer program"):
        SqliteLog(path)


def test_a_damaged_log_is_told_clearly(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(LogUnavailable, match=r"log\.db"):
        SqliteLog(path)
