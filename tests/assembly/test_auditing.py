"""What changes outside the hall is put on record, once."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk import __version__
from kiosk.assembly.auditing import AccountsRecord, DaySeals, SettingsRecord, digest_of
from kiosk.domain.auditevents import (
    AccountChange,
    AccountChanged,
    DaySealed,
    OnRecord,
    SessionBegun,
    SessionEnded,
    SettingsChanged,
    SignInsRefused,
)
from kiosk.domain.events import SYSTEM, Actor
from kiosk.domain.role import Role
from kiosk.flow.desk import Desk
from kiosk.flow.hall import Hall
from kiosk.ports import LogUnavailable
from kiosk.settings import Settings
from kiosk.store.accounts import Accounts
from kiosk.store.chain import Seal, verify
from kiosk.store.log import SqliteLog
from tests.domain.day import MONDAY, issue
from tests.flow.clock import HandClock
from tests.flow.memorylog import MemoryLog
from tests.flow.work import at_work
from tests.support.branch import small_plan
from tests.support.eventually import until
from tests.web.conftest import settings

COMMAND = Actor("command", "uid-1000")
PASSWORD = "correct horse battery"
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@asynccontextmanager
async def running(log: MemoryLog) -> AsyncIterator[Desk]:
    """The branch from one start to the next stop."""
    desk = Desk(Hall(small_plan(), log, HandClock()), log)
    async with at_work(desk.run()):
        yield desk


def on_record(log: MemoryLog) -> list[OnRecord]:
    return [fact.event for fact in log.facts if isinstance(fact.event, OnRecord)]


async def start(log: MemoryLog, present: Settings) -> None:
    """The branch begins with these settings."""
    async with running(log) as desk:
        await SettingsRecord(present, log, desk).compare()


async def test_settings_are_on_record_when_they_change_and_not_at_each_start() -> None:
    log = MemoryLog()
    before, after = settings(), settings(visit={"thanks_for": 7})
    for present in (before, before, after, after, before):
        await start(log, present)
    assert on_record(log) == [
        SettingsChanged(digest_of(one), __version__) for one in (before, after, before)
    ]
    assert digest_of(before) != digest_of(after)
    assert log.facts[-1].by == SYSTEM


async def test_settings_that_could_not_be_written_down_are_told_later() -> None:
    log = MemoryLog()
    log.failures = 1
    with pytest.raises(LogUnavailable):
        await start(log, settings())
    await start(log, settings())
    assert len(on_record(log)) == 1


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    with closing(Accounts(tmp_path / "accounts.db", COMMAND)) as opened:
        yield opened


async def look(log: MemoryLog, accounts: Accounts) -> list[OnRecord]:
    """The branch begins, looks once, and stops; all that is on record then."""
    async with running(log) as desk:
        await AccountsRecord(accounts.changes, log, desk).catch_up()
    return on_record(log)


async def test_what_a_command_did_while_nothing_ran_is_on_record_once(accounts: Accounts) -> None:
    log = MemoryLog()
    amy = accounts.add_user("amy", Role.TELLER, PASSWORD)
    accounts.add_token("crm", Role.CRM, str)
    await look(log, accounts)
    added, granted = await look(log, accounts)
    assert isinstance(added, AccountChanged)
    assert (added.change, added.account, added.role) == (
        AccountChange.USER_ADDED,
        amy.reference,
        "teller",
    )
    assert isinstance(granted, AccountChanged)
    assert (granted.change, granted.account) == (AccountChange.TOKEN_ADDED, "crm")
    assert {fact.by for fact in log.facts[1:]} == {COMMAND}


async def test_who_signs_in_and_out_did_it(accounts: Accounts) -> None:
    log = MemoryLog()
    amy = accounts.add_user("amy", Role.TELLER, PASSWORD)
    token = accounts.sessions.begin(amy, "PAD-1", NOW).token
    accounts.sessions.end(token)
    _, begun, ended = await look(log, accounts)
    assert isinstance(begun, SessionBegun)
    assert isinstance(ended, SessionEnded)
    assert (begun.user, begun.device, begun.times) == (amy.reference, "PAD-1", 1)
    assert log.facts[-1].by == Actor("teller", amy.reference, "PAD-1")


async def test_an_outage_in_between_doubles_and_loses_nothing(accounts: Accounts) -> None:
    log = MemoryLog()
    for name in ("a", "b", "c", "d"):
        accounts.add_token(name, Role.CRM, str)
    async with running(log) as desk:
        record = AccountsRecord(accounts.changes, log, desk)
        log.failures = 1
        with pytest.raises(LogUnavailable):
            await record.catch_up()
        await record.catch_up()
    told = await look(log, accounts)
    assert [one.subject for one in told] == ["a", "b", "c", "d"]


async def test_a_flood_of_sign_ins_is_a_few_facts(accounts: Accounts) -> None:
    log = MemoryLog()
    amy = accounts.add_user("amy", Role.TELLER, PASSWORD)
    for _ in range(100):
        accounts.sessions.begin(amy, "PAD-1", NOW)
    told = await look(log, accounts)
    assert sum(one.times for one in told if isinstance(one, SessionBegun)) == 100
    assert sum(one.times for one in told if isinstance(one, SessionEnded)) == 99
    assert len(told) == 3
    assert await look(log, accounts) == told


async def test_new_accounts_beside_an_old_log_are_told_from_their_beginning(
    accounts: Accounts, tmp_path: Path
) -> None:
    log = MemoryLog()
    for name in ("a", "b"):
        accounts.add_token(name, Role.CRM, str)
    await look(log, accounts)
    with closing(Accounts(tmp_path / "others.db")) as others:
        others.add_token("c", Role.CRM, str)
        told = await look(log, others)
    assert [one.subject for one in told] == ["a", "b", "c"]


async def test_notes_that_are_on_record_are_deleted(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.assembly.auditing.FORGOTTEN_AT", 2)
    accounts.add_token("a", Role.CRM, str)
    accounts.add_token("b", Role.CRM, str)
    log = MemoryLog()
    assert len(await look(log, accounts)) == 2
    assert accounts.changes.after(0) == []
    accounts.add_token("c", Role.CRM, str)
    assert [one.subject for one in await look(log, accounts)] == ["a", "b", "c"]


async def test_wrong_passwords_are_told_and_kept_through_an_outage(accounts: Accounts) -> None:
    log = MemoryLog()
    amy = accounts.add_user("amy", Role.TELLER, PASSWORD)
    for user in ("amy", "amy", "nobody"):
        accounts.check_password(user, "wrong")
    async with running(log) as desk:
        record = AccountsRecord(accounts.changes, log, desk)
        log.failures = 1
        with pytest.raises(LogUnavailable):
            await record.tell_refused()
        await record.tell_refused()
        await record.tell_refused()
    told = {one.user: one.times for one in on_record(log) if isinstance(one, SignInsRefused)}
    assert told == {amy.reference: 2, None: 1}


async def test_the_seal_of_each_day_is_told_once_when_the_next_one_has_begun(
    tmp_path: Path,
) -> None:
    clock = HandClock()
    with closing(SqliteLog(tmp_path / "log.db")) as log:
        desk = Desk(Hall(small_plan(), log, clock), log)
        seals = DaySeals(log.path, desk)
        desk.listen(seals.turn.take)
        async with at_work(desk.run()), at_work(seals.run()):
            await desk.submit(issue("t1"))
            ended = verify(log.path)
            clock.move(days=1)
            await desk.submit(issue("t2"))
            await until(lambda: sealed(log))
        async with at_work(desk.run()):
            await DaySeals(log.path, desk).tell()  # after a restart
        [told] = sealed(log)
        assert told.day == MONDAY
        noted = Seal.of(told.seal)
        assert noted.sequence > ended.sequence, "also what ended with the day"
        verify(log.path, [ended, noted])


def sealed(log: SqliteLog) -> list[DaySealed]:
    return [fact.event for fact in log.read(0, 100) if isinstance(fact.event, DaySealed)]
