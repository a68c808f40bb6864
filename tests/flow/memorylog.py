"""A log in memory that counts its commits and can be held up, filled up and made unreadable."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence

from kiosk.domain.events import DayOpened, Fact
from kiosk.ports import LogUnavailable
from kiosk.wire import family_of


class MemoryLog:
    """An ``EventLog``. ``commits`` has the number of facts of each commit."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.commits: list[int] = []
        self.failures = 0
        """How many of the next commits fail."""
        self.unreadable = 0
        """How often reading the day fails from now on."""
        self.gate = threading.Event()
        """While cleared a commit doesn't come to its end."""
        self.gate.set()
        self.begun = threading.Event()
        """A commit has begun since it was told to hold."""

    def hold(self) -> None:
        """Let no commit come to its end until the gate is set."""
        self.begun.clear()
        self.gate.clear()

    def append(self, facts: Sequence[Fact]) -> None:
        self.begun.set()
        assert self.gate.wait(5), "the test never opened the gate"
        if self.failures:
            self.failures -= 1
            raise LogUnavailable("the disk is full")
        self.facts += facts
        self.commits.append(len(facts))

    def last_sequence(self) -> int:
        return self.facts[-1].sequence if self.facts else 0

    def latest_by_family(self) -> dict[str, int]:
        return {family_of(fact.event): fact.sequence for fact in self.facts}

    def read(self, after: int, limit: int) -> list[Fact]:
        return self.facts[after : after + limit]

    def open_day(self) -> Iterator[Fact]:
        if self.unreadable:
            self.unreadable -= 1
            raise sqlite3.OperationalError("disk I/O error")
        openings = [fact.sequence for fact in self.facts if isinstance(fact.event, DayOpened)]
        yield from self.facts[openings[-1] - 1 if openings else 0 :]

    def answered(self, caller: str, key: str) -> list[Fact]:
        for first in self.facts:
            if (first.by.caller, first.key) == (caller, key):
                return [fact for fact in self.facts if fact.command == first.sequence]
        return []
