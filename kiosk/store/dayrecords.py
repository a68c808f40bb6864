"""The log by business days, opened for reading only: by a running branch, and without one."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from kiosk.domain.events import Event, Fact
from kiosk.ports import LogUnavailable
from kiosk.store.chain import Seal
from kiosk.store.damage import trouble
from kiosk.store.logreader import SELECT, fact_of
from kiosk.wire import UnknownEvent, names_of

PAGE = 500
"""Facts read at once."""
END = 2**63 - 1
"""Above every sequence."""


_BEFORE = "SELECT sequence, link, day FROM event WHERE sequence < ? ORDER BY sequence DESC LIMIT 1"


def marks(values: Collection[object]) -> str:
    """As many question marks for SQL as there are values."""
    return ",".join("?" * len(values))


class SqliteDayRecords:
    """``DayRecords`` on the log's file, with a connection of its own; for one thread at a time.

    The file is opened when something is first read of it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def close(self) -> None:
        """Close the file; idempotent."""
        if self._connection:
            self._connection.close()

    def days(self, first: date, last: date) -> list[date]:
        """The business days of this span that were opened. Raises LogUnavailable."""
        query = (
            "SELECT day FROM event WHERE name = 'day.opened' AND day BETWEEN ? AND ?"
            " ORDER BY sequence"
        )
        rows = self._rows(query, first.isoformat(), last.isoformat())
        return [date.fromisoformat(day) for (day,) in rows]

    def facts(self, day: date, kinds: Iterable[type[Event]]) -> Iterator[Fact]:
        """A day's facts of these kinds, from its opening on. Raises LogUnavailable."""
        names = names_of(kinds)
        for first, end in self._span(day):
            yield from self._between(first, end, f"name IN ({marks(names)})", names)

    def where(
        self,
        condition: str,
        values: Sequence[str],
        day: date | None = None,
        *,
        after: int = 0,
        before: int = END,
        latest_first: bool = False,
    ) -> Iterator[Fact]:
        """The facts for which a condition in SQL holds, of one day or of all, and with a sequence
        between ``after`` and ``before``. Raises LogUnavailable.
        """
        for opening, following in self._span(day) if day else [(0, END)]:
            first, end = max(opening, after + 1), min(following, before)
            yield from self._between(first, end, condition, values, latest_first=latest_first)

    def seal(self, day: date) -> str:
        """What stands for the whole log up to the day's last fact, as ``kiosk log verify`` takes it.

        Raises LogUnavailable, for a day that was never opened too.
        """
        for _, end in self._span(day):
            for sequence, link, _ in self._rows(_BEFORE, end):
                return str(Seal(sequence, link))
        raise LogUnavailable(f"{self._path}: {day} was never opened")

    def unsealed(self) -> tuple[date, str] | None:
        """The day that ended before the open one, with its seal, until a fact tells it.

        Raises LogUnavailable.
        """
        [(opening,)] = self._rows("SELECT max(sequence) FROM event WHERE name = 'day.opened'")
        told = "SELECT 1 FROM event WHERE family = 'day' AND sequence > ? AND name = 'day.sealed'"
        if opening is None or self._rows(told, opening):
            return None
        for sequence, link, day in self._rows(_BEFORE, opening):
            return date.fromisoformat(day), str(Seal(sequence, link))
        return None

    def _span(self, day: date) -> Iterator[tuple[int, int]]:
        """The day's first sequence and the first one that isn't the day's; none of an unknown day."""
        opening = "SELECT sequence FROM event WHERE name = 'day.opened' AND day = ?"
        following = "SELECT min(sequence) FROM event WHERE name = 'day.opened' AND sequence > ?"
        for (first,) in self._rows(opening, day.isoformat()):
            [(end,)] = self._rows(following, first)
            yield first, end or END

    def last_sequence(self) -> int:
        """The sequence of the latest fact; 0 in an empty log. Raises LogUnavailable."""
        return int(self._rows("SELECT coalesce(max(sequence), 0) FROM event")[0][0])

    def all(self, after: int = 0) -> Iterator[Fact]:
        """Every fact with a sequence above ``after``, in order. Raises LogUnavailable."""
        query = f"{SELECT} WHERE sequence > ? ORDER BY sequence LIMIT {PAGE}"
        while rows := self._rows(query, after):
            yield from self._read(rows)
            after = rows[-1][0]

    def _between(
        self,
        first: int,
        end: int,
        condition: str,
        values: Sequence[str],
        *,
        latest_first: bool = False,
    ) -> Iterator[Fact]:
        query = (
            f"{SELECT} WHERE sequence >= ? AND sequence < ? AND {condition}"
            f" ORDER BY sequence {'DESC' if latest_first else 'ASC'} LIMIT {PAGE}"
        )
        while rows := self._rows(query, first, end, *values):
            yield from self._read(rows)
            if latest_first:
                end = rows[-1][0]
            else:
                first = rows[-1][0] + 1

    def _read(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[Fact]:
        try:
            yield from map(fact_of, rows)
        except UnknownEvent as error:
            raise LogUnavailable(f"{self._path.name}: {error} is of a newer program") from error

    def _rows(self, query: str, *values: object) -> list[Any]:
        try:
            return self._opened().execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise LogUnavailable(trouble(self._path, error)) from error

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            if not self._path.exists():
                raise LogUnavailable(f"{self._path}: there is no log; --var names the var folder")
            self._connection = sqlite3.connect(
                f"{self._path.absolute().as_uri()}?mode=ro",
                uri=True,
                check_same_thread=False,
                timeout=5,
            )
        return self._connection
