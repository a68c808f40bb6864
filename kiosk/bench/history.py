"""A branch with years behind it: a log of many tickets, and one without any to compare it with."""

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Self

from kiosk.bench.site import COUNTERS, Site, site
from kiosk.clock import uuid7
from kiosk.domain.businessday import business_day
from kiosk.domain.counter import Counter, CounterState
from kiosk.domain.events import (
    SYSTEM,
    Actor,
    CounterClosed,
    CounterOpened,
    DayOpened,
    Event,
    Fact,
    TicketCalled,
    TicketIssued,
    TicketServed,
)
from kiosk.domain.ids import CounterId, Language, QueueId, ServiceId, StaffRef, TicketId, VisitId
from kiosk.domain.queue import REGULAR
from kiosk.domain.role import Role
from kiosk.domain.ticket import Ticket, TicketState
from kiosk.settings.file import load
from kiosk.settings.plan import branch_plan
from kiosk.store.log import SqliteLog
from kiosk.wire import family_of

TICKETS = 1_000_000
A_DAY = 2000
TODAY = 5000
"""Tickets of the day that is still open; of fewer tickets, half are today's."""
STEP = timedelta(milliseconds=100)
"""From one ticket to the next, so that a day's tickets lie before any noon."""

_TERMINAL = Actor(Role.TERMINAL, device="kiosk-1")
_REFERENCE = StaffRef("u1")
_TELLER = Actor(Role.TELLER, _REFERENCE, "pc-1")


class Aged:
    """A place whose log already has so many tickets, each issued, called and served.

    ``token`` is a terminal's, ``tellers`` are sessions by counter. ``seconds`` is how long the log
    took to make, ``megabytes`` its size.
    """

    def __init__(self, place: Site, tickets: int) -> None:
        self.place = place
        self.tickets = tickets
        self.token = place.program("bench-terminal", Role.TERMINAL)
        self.tellers = {counter: place.teller(f"bench-teller-{counter}") for counter in COUNTERS}
        began = time.monotonic()
        file = place.var / "log.db"
        if tickets:
            write_history(SqliteLog(file), place, tickets)
        self.seconds = time.monotonic() - began
        self.megabytes = file.stat().st_size / 1e6 if tickets else 0.0


class History:
    """Makes both places when they are first needed; ``with`` is their life."""

    def __init__(self, tickets: int) -> None:
        self._tickets = tickets
        self._ending = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.close()

    @cached_property
    def aged(self) -> Aged:
        """With the history. Tells on standard error what it took: minutes, and gigabytes of disk."""
        made = Aged(self._ending.enter_context(site()), self._tickets)
        told = (
            f"a log of {made.tickets:,} tickets: {made.megabytes:,.0f} MB in {made.seconds:.0f} s"
        )
        print(told, file=sys.stderr, flush=True)
        return made

    @cached_property
    def empty(self) -> Aged:
        """With none."""
        return Aged(self._ending.enter_context(site()), 0)


def write_history(log: SqliteLog, place: Site, tickets: int) -> None:
    """A commit a day; the last day is today. The broker counts as told. Closes the log."""
    plan = branch_plan(load(place.config))
    now = datetime.now(UTC)
    today = business_day(now, plan.zone, plan.day_starts)
    book = Book()
    try:
        for ago, count in days(tickets):
            log.append(list(book.day(today - timedelta(days=ago), count, now - timedelta(ago))))
        place.told(log.last_sequence())
    finally:
        log.close()


def days(tickets: int) -> Iterator[tuple[int, int]]:
    """How many days ago, and how many tickets then; the oldest day first."""
    today = min(TODAY, (tickets + 1) // 2)
    before = tickets - today
    full, rest = divmod(before, A_DAY)
    if rest:
        yield full + 1, rest
    yield from ((ago, A_DAY) for ago in range(full, 0, -1))
    yield 0, today


class Book:
    """Numbers facts as the hall does. They are not decided, which would take as long again."""

    def __init__(self) -> None:
        self._sequence = 0
        self._latest: dict[str, int] = {}

    def day(self, day: date, count: int, ends: datetime) -> Iterator[Fact]:
        """The facts of a day with so many tickets, the last of them at ``ends``."""
        time = (ends - count * STEP).replace(microsecond=0)
        yield self._fact(DayOpened(day), day, time, SYSTEM)
        for counter in map(CounterId, COUNTERS):
            opened = Counter(counter, CounterState.OPEN, _REFERENCE, since=time)
            yield self._fact(CounterOpened(opened), day, time, _TELLER)
        for serial in range(1, count + 1):
            time += STEP
            issued = _issued(serial, time)
            yield self._fact(TicketIssued(issued), day, time, _TERMINAL, key=f"{day}-{serial}")
            called = _called(issued, time)
            yield self._fact(TicketCalled(called, TicketState.WAITING), day, time, _TELLER)
            served = replace(called, state=TicketState.SERVED, ended_at=time)
            yield self._fact(TicketServed(served, TicketState.CALLED), day, time, _TELLER)
        for counter in map(CounterId, COUNTERS):
            yield self._fact(CounterClosed(Counter(counter)), day, time, _TELLER)

    def _fact(
        self, event: Event, day: date, time: datetime, by: Actor, *, key: str | None = None
    ) -> Fact:
        self._sequence += 1
        family = family_of(event)
        prev, self._latest[family] = self._latest.get(family), self._sequence
        return Fact(
            sequence=self._sequence,
            id=_id(time),
            time=time,
            day=day,
            event=event,
            by=by,
            command=self._sequence,
            key=key,
            prev=prev,
        )


def _issued(serial: int, time: datetime) -> Ticket:
    return Ticket(
        id=TicketId(_id(time)),
        series="A",
        serial=serial,
        number=f"A{serial:03d}",
        queue=QueueId("A"),
        service=ServiceId("cash"),
        priority_class=REGULAR,
        state=TicketState.WAITING,
        visit=VisitId(_id(time)),
        language=Language("zh"),
        issued_at=time,
        clock_start=time,
    )


def _called(ticket: Ticket, time: datetime) -> Ticket:
    return replace(
        ticket,
        state=TicketState.CALLED,
        counter=CounterId(COUNTERS[ticket.serial % len(COUNTERS)]),
        teller=_REFERENCE,
        called_at=time,
        last_called_at=time,
    )


def _id(time: datetime) -> str:
    return uuid7(int(time.timestamp() * 1000))
