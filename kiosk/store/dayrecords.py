"""The log by business days, opened for reading only: by a running branch, and without one."""

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from kiosk.domain.events import Event, Fact
from kiosk.ports import LogUnavailable
from kiosk.store.log import SELECT, fact_of
from kiosk.wire import UnknownEvent, names_of

PAGE = 500
"""Facts read at once."""


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
        opening = "SELECT sequence FROM event WHERE name = 'day.opened' AND day = ?"
        for (first,) in self._rows(opening, day.isoformat()):
            following = "SELECT min(sequence) FROM event WHERE name = 'day.opened' AND sequence > ?"
            [(end,)] = self._rows(following, first)
            yield from self._between(first, end or 2**63 - 1, names)

    def _between(self, first: int, end: int, names: list[str]) -> Iterator[Fact]:
        query = (
            f"{SELECT} WHERE sequence >= ? AND sequence < ?"
            f" AND name IN ({','.join('?' * len(names))}) ORDER BY sequence LIMIT {PAGE}"
        )
        while rows := self._rows(query, first, end, *names):
            try:
                yield from map(fact_of, rows)
            except UnknownEvent as error:
                name = self._path.name
                raise LogUnavailable(f"{name}: {error} is of a newer program") from error
            first = rows[-1][0] + 1

    def _rows(self, query: str, *values: object) -> list[Any]:
        try:
            return self._opened().execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise LogUnavailable(f"{self._path}: {error}") from error

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
