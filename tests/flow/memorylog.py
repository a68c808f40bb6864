"""A log in memory that counts its commits and can be held up, filled up and made unreadable."""

import threading
from collections.abc import Iterator, Sequence

from kiosk.domain.device import Fault
from kiosk.domain.events import DayOpened, Fact
from kiosk.domain.requestkey import given_key
from kiosk.ports import LogUnavailable
from kiosk.wire import family_of


class MemoryLog:
    """An ``EventLog``. ``commits`` has the number of facts of each commit."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.commits: list[int] = []
        self.failures = 0
        """How many of the next commits and probes fail."""
        self.fault = Fault.DISK_FULL
        """With what they fail."""
        self.unreadable = 0
        """How often reading the day fails from now on."""
        self.broken: Exception | None = None
        """A defect that whoever reads facts runs into."""
        self.readings = 0
        """How often the day was read."""
        self.gate = threading.Event()
        """While cleared a commit doesn't come to its end."""
        self.gate.set()
        self.begun = threading.Event()
        """A commit has begun since it was told to hold."""

    def close(self) -> None:
        """As a log on disk is."""

    def hold(self) -> None:
        """Let no commit come to its end until the gate is set."""
        self.begun.clear()
        self.gate.clear()

    def append(self, facts: Sequence[Fact]) -> None:
        self.begun.set()
        assert self.gate.wait(5), "the test never opened the gate"
        self.probe()
        self.facts += facts
        self.commits.append(len(facts))

    def probe(self) -> None:
        if self.failures:
            self.failures -= 1
            raise LogUnavailable("log.db: database or disk is full", self.fault)

    def oldest_sequence(self) -> int:
        return self.facts[0].sequence if self.facts else 1

    def last_sequence(self) -> int:
        return self.facts[-1].sequence if self.facts else 0

    def latest_by_family(self) -> dict[str, int]:
        return {family_of(fact.event): fact.sequence for fact in self.facts}

    def read(self, after: int, limit: int) -> list[Fact]:
        if self.broken:
            raise self.broken
        return self.facts[after : after + limit]

    def open_day(self) -> Iterator[Fact]:
        self.readings += 1
        if self.unreadable:
            self.unreadable -= 1
            raise LogUnavailable("log.db: disk I/O error", Fault.DISK_ERROR)
        openings = [fact.sequence for fact in self.facts if isinstance(fact.event, DayOpened)]
        yield from self.facts[openings[-1] - 1 if openings else 0 :]

    def answered(self, caller: str, key: str) -> list[Fact]:
        for first in self.facts:
            if first.key and (first.by.caller, given_key(first.key)) == (caller, key):
                return [fact for fact in self.facts if fact.command == first.sequence]
        return []
