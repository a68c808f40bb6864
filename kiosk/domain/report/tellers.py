"""Tellers' day: how long each was ready, with a client, or on which break (OPR-05, OPR-20 to OPR-25).

A status lasts until the next one; one that nobody ended, until the last thing that happened in the
hall on that business day.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from kiosk.domain.counter import Counter, CounterState
from kiosk.domain.events import BreakOverrun, CounterEvent, TicketEvent
from kiosk.domain.ids import CounterId, StaffRef
from kiosk.domain.report.journey import span
from kiosk.domain.rules import NOT_READY, READY, Break
from kiosk.domain.ticket import Ticket

_WITH_CLIENT = ""
"""What a teller does who has an open ticket; no status is written so."""


@dataclass(frozen=True, slots=True)
class StatusTime:
    """A teller's time in one status that isn't *ready*. Seconds."""

    status: str
    """``not_ready`` or a code of the branch's breaks."""
    count: int
    total: float
    longest: float
    overruns: int
    """How often the limit was passed, or one was too many (OPR-21, OPR-22)."""
    limit: float | None
    """Of one break."""
    times: int | None
    """How many a teller has on one business day."""


@dataclass(frozen=True, slots=True)
class TellerTime:
    """A teller's time at counters. Seconds."""

    teller: StaffRef
    present: float
    """From opening a counter to closing it: ready, or on a break."""
    ready: float
    """Given tickets, or serving one."""
    serving: float
    """Of that, with an open ticket: from the call to its end."""
    statuses: tuple[StatusTime, ...]

    @property
    def utilisation(self) -> float | None:
        """The share of the ready time with an open ticket; None: never ready."""
        return self.serving / self.ready if self.ready else None


@dataclass(slots=True)
class _Post:
    """A counter with its teller."""

    teller: StaffRef
    doing: str
    """READY, with a client, or a break."""
    since: datetime
    next: str = READY
    """What follows the open ticket."""


@dataclass(slots=True)
class _Stretches:
    """Milliseconds."""

    count: int = 0
    total: int = 0
    longest: int = 0

    def add(self, lasted: int) -> None:
        self.count += 1
        self.total += lasted
        self.longest = max(self.longest, lasted)


@dataclass(slots=True)
class Tellers:
    """All tellers, one day after the other."""

    posts: dict[CounterId, _Post] = field(default_factory=dict)
    stretches: dict[tuple[StaffRef, str], _Stretches] = field(
        default_factory=lambda: defaultdict(_Stretches)
    )
    overruns: dict[tuple[StaffRef, str], int] = field(default_factory=lambda: defaultdict(int))

    def counter(self, event: CounterEvent, now: datetime) -> None:
        """A counter was opened, paused or closed, or its break overran."""
        counter = event.counter
        if isinstance(event, BreakOverrun):
            if counter.teller and counter.status:
                self.overruns[counter.teller, counter.status] += 1
            return
        if counter.teller is None:
            self._end(counter.id, now)
            return
        self._do(counter.id, counter.teller, _doing(counter), now)
        self.posts[counter.id].next = (counter.pausing and counter.status) or READY

    def ticket(self, event: TicketEvent, before: Ticket | None, now: datetime) -> None:
        """A ticket came to a counter, or left it."""
        ticket = event.ticket
        if ticket.state.at_counter and ticket.counter and ticket.teller:
            self._do(ticket.counter, ticket.teller, _WITH_CLIENT, now)
        elif before and before.state.at_counter and before.counter in self.posts:
            post = self.posts[before.counter]
            self._do(before.counter, post.teller, post.next, now)
            post.next = READY

    def end_day(self, now: datetime) -> None:
        """Every counter is closed."""
        for counter in tuple(self.posts):
            self._end(counter, now)

    def times(self, breaks: Mapping[str, Break]) -> tuple[TellerTime, ...]:
        """By teller; the limits are those of the branch's settings."""
        tellers = sorted({teller for teller, _ in self.stretches})
        return tuple(self._time(teller, breaks) for teller in tellers)

    def _do(self, at: CounterId, teller: StaffRef, doing: str, now: datetime) -> None:
        """A stretch of something else begins; the same thing goes on."""
        post = self.posts.get(at)
        if post and (post.teller, post.doing) == (teller, doing):
            return
        following = post.next if post else READY
        self._end(at, now)
        self.posts[at] = _Post(teller, doing, now, following)

    def _end(self, at: CounterId, now: datetime) -> None:
        post = self.posts.pop(at, None)
        if post:
            self.stretches[post.teller, post.doing].add(span(post.since, now))

    def _time(self, teller: StaffRef, breaks: Mapping[str, Break]) -> TellerTime:
        mine = {doing: one for (of, doing), one in self.stretches.items() if of == teller}
        present = sum(one.total for one in mine.values())
        serving = mine.pop(_WITH_CLIENT, _Stretches()).total
        ready = serving + mine.pop(READY, _Stretches()).total
        statuses = tuple(
            self._status(teller, status, mine[status], breaks.get(status))
            for status in sorted(mine, key=lambda status: (status != NOT_READY, status))
        )
        return TellerTime(teller, present / 1000, ready / 1000, serving / 1000, statuses)

    def _status(
        self, teller: StaffRef, status: str, spent: _Stretches, rule: Break | None
    ) -> StatusTime:
        return StatusTime(
            status,
            spent.count,
            spent.total / 1000,
            spent.longest / 1000,
            self.overruns.get((teller, status), 0),
            rule.limit.total_seconds() if rule and rule.limit else None,
            rule.times if rule else None,
        )


def _doing(counter: Counter) -> str:
    match counter.state:
        case CounterState.OPEN | CounterState.CLOSED:
            return READY
        case CounterState.SERVING:
            return _WITH_CLIENT
        case CounterState.PAUSED:
            return counter.status or NOT_READY
        case _:
            assert_never(counter.state)
