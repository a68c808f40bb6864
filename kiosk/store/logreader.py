"""Reading the log: rows in, facts out, on a connection of its own that waits for no commit."""

import sqlite3
import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from kiosk.domain.events import Actor, Fact
from kiosk.store.logfile import connect, unavailable
from kiosk.wire import decode

SELECT = (
    "SELECT sequence, id, time, day, name, version, data,"
    " role, user, device, key, command, correlation, prev FROM event"
)
"""Rows that :func:`fact_of` understands."""


class LogReader:
    """What stands in the log. Any thread may ask; one is answered after the other.

    Whatever can't be read raises LogUnavailable.
    """

    def __init__(self, path: Path) -> None:
        """Raises sqlite3.Error when the file can't be opened."""
        self._path = path
        self.connection = connect(path)
        self._reading = threading.Lock()

    def close(self) -> None:
        """Idempotent."""
        self.connection.close()

    def one(self, query: str, *values: object) -> Any:
        """The first value of the first row; None when there is none."""
        rows = self._rows(query, values)
        return rows[0][0] if rows else None

    def facts(self, condition: str, *values: object) -> list[Fact]:
        """The facts that a ``WHERE`` and what follows it finds."""
        return [fact_of(row) for row in self._rows(SELECT + condition, values)]

    def _rows(self, query: str, values: Sequence[object]) -> list[Any]:
        try:
            with self._reading:
                return self.connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise unavailable(self._path, error) from error


def fact_of(row: tuple[Any, ...]) -> Fact:
    """A row of :data:`SELECT`."""
    sequence, id_, time, day, name, version, data, role, user, device, *rest = row
    key, command, correlation, prev = rest
    return Fact(
        sequence=sequence,
        id=id_,
        time=datetime.fromtimestamp(time / 1000, UTC),
        day=date.fromisoformat(day),
        event=decode(name, version, data),
        by=Actor(role, user, device),
        command=command,
        key=key,
        correlation=correlation,
        prev=prev,
    )
