"""Erasures are on record in the log, once, and clients whom nobody asks for are erased."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.assembly.erasing import Erasures
from kiosk.cli import main
from kiosk.clients.directory import EmbeddedDirectory
from kiosk.clients.erasure import untold
from kiosk.clients.seen import SeenClients
from kiosk.domain.auditevents import ClientErased
from kiosk.domain.client import Client
from kiosk.domain.events import SYSTEM, Actor
from kiosk.domain.ids import ClientRef, Language
from kiosk.flow.desk import Desk
from kiosk.flow.hall import Hall
from kiosk.ports import LogUnavailable
from tests.flow.clock import HandClock
from tests.flow.memorylog import MemoryLog
from tests.flow.work import at_work
from tests.support.branch import small_plan
from tests.support.keys import always

ZHANG = Client(ClientRef("c41d97a0"), "张样例", "张", "f", Language("zh"))
LI = replace(ZHANG, reference=ClientRef("8f2b0c7e"), name="李范例", surname="李")


@pytest.fixture
async def directory(tmp_path: Path) -> AsyncIterator[SeenClients]:
    async with EmbeddedDirectory(tmp_path / "clients.db", always(b"a document key")) as directory:
        await directory.add_client(ZHANG)
        await directory.add_client(LI)
        yield SeenClients(directory, tmp_path / "clients.db")


async def look(
    log: MemoryLog, directory: SeenClients, days: int = 0
) -> list[tuple[ClientErased, Actor]]:
    """The branch begins, looks once, and stops; all erasures that are on record then."""
    desk = Desk(Hall(small_plan(), log, HandClock()), log)
    async with at_work(desk.run()):
        erasures = Erasures(directory, days, desk)
        await erasures.forget_unseen()
        await erasures.catch_up()
    return [(fact.event, fact.by) for fact in log.facts if isinstance(fact.event, ClientErased)]


async def test_what_the_command_erased_is_proved_and_on_record_once(
    directory: SeenClients,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SUDO_UID", "1000")
    assert main(["client", "erase", ZHANG.reference, "--var", str(tmp_path)]) == 0
    proof = capsys.readouterr().out
    assert proof.startswith("client c41d97a0 was erased at 20")
    assert "by uid-1000\ncards 0, phones 0, documents 0\nno byte" in proof
    log = MemoryLog()
    await look(log, directory)
    [(erased, by)] = await look(log, directory)
    assert erased.client == erased.subject == ZHANG.reference
    assert by == Actor("command", "uid-1000")
    assert main(["client", "erase", ZHANG.reference, "--var", str(tmp_path)]) == 1
    assert "was erased before" in capsys.readouterr().err


async def test_a_stop_between_log_and_database_tells_it_once(
    directory: SeenClients, tmp_path: Path
) -> None:
    log = MemoryLog()
    main(["client", "erase", ZHANG.reference, "--var", str(tmp_path)])
    log.failures = 1
    with pytest.raises(LogUnavailable):
        await look(log, directory)
    await look(log, directory)
    with closing(sqlite3.connect(tmp_path / "clients.db")) as database, database:
        database.execute("UPDATE erased SET told = 0")
    assert len(await look(log, directory)) == 1
    assert untold(tmp_path / "clients.db") == []


async def test_clients_whom_nobody_asks_for_are_erased_when_the_settings_say_so(
    directory: SeenClients, tmp_path: Path
) -> None:
    log = MemoryLog()
    with closing(sqlite3.connect(tmp_path / "clients.db")) as database, database:
        database.execute("UPDATE client SET seen = date('now', '-400 days')")
        database.execute("UPDATE client SET seen = date('now') WHERE surname = '李'")
    assert await look(log, directory) == []
    [(erased, by)] = await look(log, directory, days=365)
    assert (erased.client, by) == (ZHANG.reference, SYSTEM)
