"""Putting on record what an auditor asks for and no command in the hall tells."""

import asyncio
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import TypeAlias

from kiosk import __version__
from kiosk.assembly.core import Core
from kiosk.domain.auditevents import (
    AccountChange,
    AccountChanged,
    DaySealed,
    SessionBegun,
    SessionEnded,
    SettingsChanged,
    SignInsRefused,
)
from kiosk.domain.commands import PutOnRecord
from kiosk.domain.events import Actor
from kiosk.domain.ids import StaffRef
from kiosk.flow.dayturn import DayTurn
from kiosk.flow.desk import Desk
from kiosk.ports import EventLog, KioskError, LogUnavailable
from kiosk.settings import Settings
from kiosk.store.accountchanges import AccountChanges, NotedChange
from kiosk.store.accounts import Accounts
from kiosk.store.dayrecords import SqliteDayRecords

AGAIN_AFTER = 5.0
"""Seconds between two attempts while nothing can be written."""
LOOK_EVERY = 2.0
"""Seconds between two looks for changes in the accounts."""
REFUSED_EVERY = 30
"""Looks between two tellings of wrong passwords: one fact a minute for each user at the most."""
MANY = 20
"""Changes of one look from which on those that are alike are one fact."""
FORGOTTEN_AT = 500
"""Changes on record after which their notes are deleted."""


def keep_record(settings: Settings, core: Core, accounts: Accounts) -> None:
    """Put on record what changes outside the hall, until the end."""
    by_settings = SettingsRecord(settings, core.log, core.desk)
    changes = AccountsRecord(accounts.changes, core.log, core.desk)
    core.tasks.keep("record of settings", by_settings.run)
    core.tasks.keep("record of accounts", changes.run)
    seals = DaySeals(core.log.path, core.desk)
    core.desk.listen(seals.turn.take)
    core.tasks.keep("seals of days", seals.run)


class SettingsRecord:
    """Writes down by which settings the branch goes, when they are others than before."""

    def __init__(self, settings: Settings, log: EventLog, desk: Desk) -> None:
        self._settings = settings
        self._log = log
        self._desk = desk

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.compare()
                await asyncio.Event().wait()
            except LogUnavailable:
                await asyncio.sleep(AGAIN_AFTER)

    async def compare(self) -> None:
        """Write down what the branch goes by, unless that is on record. Raises LogUnavailable."""
        present = SettingsChanged(digest_of(self._settings), __version__)
        if await asyncio.to_thread(_latest, self._log, "settings") != present:
            await self._desk.submit(PutOnRecord(present))


class DaySeals:
    """Tells the seal of each day that is over, so that it is kept outside this machine.

    ``turn`` listens to the desk, :meth:`run` is the task.
    """

    def __init__(self, log: Path, desk: Desk) -> None:
        self._log = log
        self._desk = desk
        self.turn = DayTurn()
        """Hears of the day's turn from the desk."""

    async def run(self) -> None:
        """At each day's end, and for a day that ended while the machine was off, until cancelled."""
        while True:
            self.turn.look()
            try:
                await self.tell()
                await self.turn.wait()
            except LogUnavailable:
                await asyncio.sleep(AGAIN_AFTER)

    async def tell(self) -> None:
        """Tell the latest one unless it was told. Raises LogUnavailable."""
        if ended := await asyncio.to_thread(self._unsealed):
            await self._desk.submit(PutOnRecord(DaySealed(*ended)))

    def _unsealed(self) -> tuple[date, str] | None:
        with closing(SqliteDayRecords(self._log)) as records:
            return records.unsealed()


def _latest(log: EventLog, family: str) -> object:
    """The latest event of this family; None when there is none."""
    sequence = log.latest_by_family().get(family)
    return log.read(sequence - 1, 1)[0].event if sequence else None


def digest_of(settings: Settings) -> str:
    """SHA-256 of all settings as JSON, in hexadecimal. There are no secrets in them."""
    return hashlib.sha256(settings.model_dump_json(by_alias=True).encode()).hexdigest()


class AccountsRecord:
    """Writes down what was changed in the accounts, also by commands and while no branch ran.

    Each change is on record once, in their order; the log itself knows up to where.
    """

    def __init__(self, changes: AccountChanges, log: EventLog, desk: Desk) -> None:
        self._changes = changes
        self._log = log
        self._desk = desk
        self._told: int | None = None
        """The latest change on record; None: not looked up yet."""
        self._forgotten = 0

    async def run(self) -> None:
        """Until cancelled."""
        for look in count(1):
            try:
                await self.catch_up()
                if look % REFUSED_EVERY == 0:
                    await self.tell_refused()
                await asyncio.sleep(LOOK_EVERY)
            except KioskError:  # log or accounts: whoever needs them says so
                await asyncio.sleep(AGAIN_AFTER)

    async def catch_up(self) -> None:
        """Write down what isn't on record. Raises LogUnavailable or AccountsUnavailable."""
        if self._told is None:
            self._told = await asyncio.to_thread(self._on_record)
        while noted := await asyncio.to_thread(self._changes.after, self._told):
            for event, by in _facts(noted):
                await self._desk.submit(PutOnRecord(event), by)
                self._told = event.number
        if self._told - self._forgotten >= FORGOTTEN_AT:
            await asyncio.to_thread(self._changes.forget, self._told)
            self._forgotten = self._told

    async def tell_refused(self) -> None:
        """Write down whose passwords were wrong how often. Raises LogUnavailable."""
        refused = self._changes.take_refused()
        while refused:
            user, times = refused.popitem()
            try:
                await self._desk.submit(PutOnRecord(SignInsRefused(user, times)))
            except LogUnavailable:
                self._changes.give_back([(user, times), *refused.items()])
                raise

    def _on_record(self) -> int:
        """The latest change that the log tells of; 0 when these are other accounts."""
        told = max(_number(_latest(self._log, family)) for family in ("account", "session"))
        return told if told <= self._changes.latest() else 0


_Session: TypeAlias = SessionBegun | SessionEnded
_Change: TypeAlias = AccountChanged | _Session
_Told: TypeAlias = tuple[_Change, Actor]


def _number(event: object) -> int:
    return event.number if isinstance(event, _Change) else 0


def _facts(noted: list[NotedChange]) -> Iterable[_Told]:
    """What to write down, and who did it."""
    facts = [(_event(one), _actor(one)) for one in noted]
    return facts if len(facts) < MANY else _together(facts)


def _event(noted: NotedChange) -> _Change:
    if noted.kind not in _SESSIONS:
        change = AccountChange(noted.kind)
        return AccountChanged(noted.number, change, noted.subject, noted.role, noted.at)
    kind = _SESSIONS[noted.kind]
    return kind(noted.number, StaffRef(noted.subject), noted.role, noted.device, noted.at)


_SESSIONS: dict[str, type[_Session]] = {"begun": SessionBegun, "ended": SessionEnded}


def _actor(noted: NotedChange) -> Actor:
    if noted.kind in _SESSIONS:
        return Actor(noted.role, noted.subject, noted.device)
    return Actor(noted.by_role or "unknown", noted.by_user, noted.device)


def _together(facts: Iterable[_Told]) -> Iterator[_Told]:
    """Sessions of one person at one device as one fact, in the order of their latest numbers."""
    latest: dict[object, _Told] = {}
    for event, by in facts:
        mark = (type(event), by) if isinstance(event, _Session) else event
        before = latest.pop(mark, None)
        latest[mark] = (_added(before[0], event) if before else event), by
    yield from latest.values()


def _added(before: _Change, event: _Change) -> _Change:
    if isinstance(before, AccountChanged) or isinstance(event, AccountChanged):
        return event
    return replace(event, at=before.at, times=before.times + event.times)
