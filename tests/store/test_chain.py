"""The chain over the log: whoever changes what was written is found out."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.events import SYSTEM, DayOpened, DeviceFailed, DeviceRecovered, Event, Fact
from kiosk.domain.ids import DeviceId
from kiosk.ports import KioskError, LogUnavailable
from kiosk.store.chain import COLUMNS, BrokenChain, Seal, verify
from kiosk.store.log import SqliteLog

DAY = date(2026, 11, 23)
SLIP = DeviceCondition(
    DeviceId("slip"), DeviceKind.PRINTER, DeviceStatus.USER_ERROR, Fault.PAPER_OUT, "纸"
)
EVENTS: tuple[Event, ...] = (DayOpened(DAY), DeviceFailed(SLIP), DeviceRecovered(SLIP))


def facts(*events: Event, after: int = 0) -> Iterator[Fact]:
    now = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    for number, event in enumerate(events, after + 1):
        yield Fact(number, f"f{number}", now, DAY, event, SYSTEM, number, prev=number - 1 or None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A log of three facts."""
    log = SqliteLog(tmp_path / "log.db")
    log.append([*facts(*EVENTS)])
    log.close()
    return tmp_path / "log.db"


def tamper(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(statement)


def test_a_log_that_nobody_touched_is_well(path: Path) -> None:
    seal = verify(path)
    assert seal.sequence == 3
    assert verify(path, [seal, Seal.of(str(seal))]) == seal


def test_anybody_can_reckon_a_link_from_the_description(path: Path) -> None:
    link = bytes(32)
    with closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        for found in database.execute("SELECT * FROM event"):
            row = [found[name] for name in COLUMNS]
            text = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
            link = hashlib.sha256(link + text.encode()).digest()
    assert verify(path) == Seal(3, link)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE event SET data = replace(data, 'slip', 'slop') WHERE sequence = 2", "fact 2"),
        ("UPDATE event SET role = 'teller' WHERE sequence = 3", "fact 3"),
        ("UPDATE event SET prev = NULL WHERE sequence = 3", "fact 3"),
        ("UPDATE event SET link = zeroblob(32) WHERE sequence = 1", "fact 1"),
        ("UPDATE event SET link = NULL WHERE sequence = 1", "fact 1"),
        ("DELETE FROM event WHERE sequence = 2", "fact 2 is missing"),
        ("DELETE FROM event WHERE sequence = 1", "fact 1 is missing"),
    ],
)
def test_what_was_changed_is_named(path: Path, statement: str, told: str) -> None:
    tamper(path, statement)
    with pytest.raises(BrokenChain, match=told):
        verify(path)


def test_a_log_that_was_forged_as_a_whole_isnt_the_one_that_was_noted(path: Path) -> None:
    noted = verify(path)
    forged = SqliteLog(path.with_name("forged.db"))
    forged.append([*facts(EVENTS[0], EVENTS[2], EVENTS[1])])
    forged.close()
    assert verify(path.with_name("forged.db")).sequence == 3
    with pytest.raises(BrokenChain, match="whose seal was noted"):
        verify(path.with_name("forged.db"), [noted])


def test_facts_that_were_cut_off_at_the_end_are_missed_where_a_seal_was_noted(path: Path) -> None:
    noted = verify(path)
    tamper(path, "DELETE FROM event WHERE sequence = 3")
    assert verify(path).sequence == 2
    with pytest.raises(BrokenChain, match="fact 3 is missing, and so are all after 2"):
        verify(path, [noted])


def test_the_chain_goes_on_over_restarts_and_refused_commits(path: Path) -> None:
    log = SqliteLog(path)
    with pytest.raises(LogUnavailable):
        log.append([*facts(EVENTS[1], after=1)])  # that number is taken
    log.append([*facts(EVENTS[1], after=3)])
    log.append([*facts(EVENTS[2], after=4)])
    log.close()
    assert verify(path).sequence == 5


def test_no_log_and_no_database_are_told(tmp_path: Path) -> None:
    with pytest.raises(KioskError, match="there is no log"):
        verify(tmp_path / "log.db")
    (tmp_path / "log.db").write_text("not a database, but long enough to be taken for one" * 9)
    with pytest.raises(KioskError, match="restore it from a backup"):
        verify(tmp_path / "log.db")


@pytest.mark.parametrize("text", ["", "3", "3:12", "x:" + "00" * 32, "3:" + "zz" * 32])
def test_what_is_no_seal_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - argparse says the rest
        Seal.of(text)
