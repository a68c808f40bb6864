"""The commands about the log: tampering is found by what left the machine, deeds can be read."""

import csv
import io
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.cli import main
from kiosk.domain.auditevents import ClientOpened, DaySealed, KnownBy
from kiosk.domain.commands import PutOnRecord
from kiosk.domain.events import Actor
from kiosk.domain.ids import ClientRef, StaffRef, TicketId, VisitId
from kiosk.domain.role import Role
from kiosk.domain.ticketcommands import DropTicket
from kiosk.flow.hall import Hall
from kiosk.store.accounts import Accounts
from kiosk.store.chain import BEGINNING, COLUMNS, kept_seal, linked
from kiosk.store.dayrecords import SqliteDayRecords
from kiosk.store.log import SqliteLog
from tests.domain.day import MONDAY, issue
from tests.flow.clock import HandClock
from tests.support.branch import small_plan

DAYS = [MONDAY + timedelta(days=number) for number in range(3)]
MANAGER = StaffRef("ref-of-manager")


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """Three days, each with its deeds and, from the second on, the seal of the day before."""
    folder = tmp_path / "var"
    log, clock = SqliteLog(folder / "log.db"), HandClock()
    hall = Hall(small_plan(), log, clock)
    manager = Actor("lobby-manager", MANAGER, "PAD-1")
    for day in DAYS:
        log.append(hall.turn_day())
        with closing(SqliteDayRecords(log.path)) as records:
            if ended := records.unsealed():
                log.append(hall.carry_out(PutOnRecord(DaySealed(*ended))))
                assert records.unsealed() is None, "told once"
        for name in ("a", "b"):
            log.append(hall.carry_out(issue(f"{day}-{name}")))
        opened = ClientOpened(ClientRef("c1"), VisitId("v1"), KnownBy.CARD)
        log.append(hall.carry_out(PutOnRecord(opened), manager))
        log.append(hall.carry_out(DropTicket(TicketId(f"{day}-a"), "left"), manager))
        clock.move(days=1)
    log.close()
    return folder


@pytest.fixture
def collected(var: Path, tmp_path: Path) -> Path:
    """What somebody else kept of the published events."""
    with closing(SqliteDayRecords(var / "log.db")) as records:
        seals = [fact.event for fact in records.all() if isinstance(fact.event, DaySealed)]
    assert [one.day for one in seals] == DAYS[:2]
    file = tmp_path / "collected.jsonl"
    file.write_text("".join(json.dumps({"data": {"seal": one.seal}}) + "\n" for one in seals))
    return file


def verified(var: Path, *noted: Path) -> int:
    files = [word for file in noted for word in ("--noted-in", str(file))]
    return main(["log", "verify", "--var", str(var), *files])


def forge(var: Path, change: Callable[[sqlite3.Connection], None]) -> None:
    """Change the log as somebody would who knows how it is sealed: all links anew."""
    with closing(sqlite3.connect(var / "log.db")) as database, database:
        change(database)
        link = kept_seal(database).link
        assert link == BEGINNING
        columns = ", ".join(f'"{name}"' for name in COLUMNS)
        rows = database.execute(f"SELECT {columns} FROM event ORDER BY sequence").fetchall()  # noqa: S608
        for row in rows:
            link = linked(link, row)
            database.execute("UPDATE event SET link = ? WHERE sequence = ?", (link, row[0]))


def do(*statements: str) -> Callable[[sqlite3.Connection], None]:
    def change(database: sqlite3.Connection) -> None:
        for statement in statements:
            database.execute(statement)

    return change


RENUMBERED = "UPDATE event SET sequence = sequence - 1 WHERE sequence > 4"
FORGERIES = {
    "a fact changed": do("UPDATE event SET role = 'teller' WHERE sequence = 4"),
    "a fact taken out": do("DELETE FROM event WHERE sequence = 4", RENUMBERED),
    "two facts swapped": do(
        "UPDATE event SET sequence = -1 WHERE sequence = 3",
        "UPDATE event SET sequence = 3 WHERE sequence = 4",
        "UPDATE event SET sequence = 4 WHERE sequence = -1",
    ),
    "a whole day for another": do(
        "UPDATE event SET data = (SELECT data FROM event AS other WHERE"
        " other.sequence = event.sequence + 7) WHERE sequence BETWEEN 2 AND 5"
    ),
}


def test_a_log_that_nobody_touched_fits_what_was_kept(
    var: Path, collected: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verified(var, collected) == 0
    assert "seals that fit: 2\nwell: 19 facts" in capsys.readouterr().out


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forgery_by_somebody_who_knows_how_is_found_by_what_left_the_machine(
    var: Path, collected: Path, forgery: str, capsys: pytest.CaptureFixture[str]
) -> None:
    forge(var, FORGERIES[forgery])
    assert verified(var) == 0, "by itself it looks well"
    assert verified(var, collected) == 1
    assert "the log up to fact 6 isn't the one whose seal was noted" in capsys.readouterr().err


def test_a_log_that_was_cut_off_is_found(
    var: Path, collected: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forge(var, do("DELETE FROM event WHERE sequence > 8"))
    assert verified(var) == 0
    assert verified(var, collected) == 1
    assert "fact 13 is missing, and so are all after 8" in capsys.readouterr().err


def test_without_forging_the_links_even_the_fact_is_named(
    var: Path, collected: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(var / "log.db")) as database, database:
        database.execute("UPDATE event SET role = 'teller' WHERE sequence = 4")
    assert verified(var, collected) == 1
    assert "fact 4 isn't as it was written" in capsys.readouterr().err


@pytest.mark.parametrize("text", [None, "no seal", f"12:{'ab' * 31}"])
def test_a_file_without_a_seal_is_refused(
    var: Path, tmp_path: Path, text: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "report.csv"
    if text is not None:
        file.write_text(text)
    assert verified(var, file) == 1
    assert "report.csv: " in capsys.readouterr().err


def audit(var: Path, *more: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["log", "audit", "--var", str(var), *more]) == 0
    return capsys.readouterr().out


def test_deeds_say_who_did_what_when(var: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head, *rows = audit(var, capsys=capsys).splitlines()
    assert head.split("\t")[:4] == ["sequence", "time", "who", "role"]
    first, second = (row.split("\t") for row in rows[:2])
    assert first[2:] == [
        MANAGER,
        "lobby-manager",
        "PAD-1",
        "client.opened",
        "c1",
        "known_by=card visit=v1",
    ]
    assert second[5] == "ticket.dropped"
    assert "reason=left" in second[7]
    assert len(rows) == 2 * 3 + 2, "and no number that was simply given"


def test_deeds_of_one_day_name_staff_and_are_the_same_in_every_format(
    var: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(Accounts(var / "accounts.db")) as accounts:
        user = accounts.add_user("amy", Role.LOBBY_MANAGER, "correct horse battery", "=Amy Chen")
    with closing(sqlite3.connect(var / "accounts.db")) as database, database:
        database.execute("UPDATE staff SET reference = ?", (MANAGER,))
    assert user.reference != MANAGER
    day = ("--day", str(DAYS[0]))
    told = [
        json.loads(line)
        for line in audit(var, *day, "--format", "json", capsys=capsys).splitlines()
    ]
    assert [(one["name"], one["what"]) for one in told] == [
        ("=Amy Chen", "client.opened"),
        ("=Amy Chen", "ticket.dropped"),
    ]
    rows = list(csv.reader(io.StringIO(audit(var, *day, "--format", "csv", capsys=capsys))))
    assert [row[2] for row in rows[1:]] == ["'=Amy Chen", "'=Amy Chen"], "no formula"


def test_a_day_without_deeds_is_an_empty_table(
    var: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(audit(var, "--day", str(date(2030, 1, 1)), capsys=capsys).splitlines()) == 1
