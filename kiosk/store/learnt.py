"""Learnt figures on SQLite, in a file of their own: to lose them costs accuracy for some days, no more."""

import json
import logging
import sqlite3
from array import array
from contextlib import closing
from math import isfinite
from pathlib import Path

from kiosk.domain.estimate import LEVELS
from kiosk.domain.experience import WAIT_STEPS
from kiosk.domain.ids import ServiceId
from kiosk.domain.learnt import Learnt, Misses, Moments
from kiosk.ports import KioskError

SCHEMA_VERSION = 1
NEW = ".new"
ASIDE = ".set-aside"
"""Added to the name of a file that couldn't be read; a second one takes its place."""

logger = logging.getLogger(__name__)


class FiguresUnwritable(KioskError):
    """The learnt figures can't be kept."""


class SqliteLearntFigures:
    """``LearntFigures`` in one SQLite file, mode 0600, opened for each load and save."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Learnt | None:
        """What was kept; a file that can't be read is set aside, and learning begins anew."""
        if not self._path.exists():
            return None
        try:
            with closing(sqlite3.connect(self._path)) as connection:
                return _read(connection)
        except (sqlite3.Error, ValueError, TypeError) as error:
            self._set_aside(str(error))
            return None

    def save(self, learnt: Learnt) -> None:
        """A new file takes the place of the old one. Raises FiguresUnwritable."""
        new = self._path.with_name(self._path.name + NEW)
        try:
            new.unlink(missing_ok=True)
            new.touch(mode=0o600)
            with closing(sqlite3.connect(new)) as connection:
                _write(connection, learnt)
            new.replace(self._path)
        except (OSError, sqlite3.Error) as error:
            raise FiguresUnwritable(f"{self._path.name}: {error}") from error

    def _set_aside(self, why: str) -> None:
        aside = self._path.with_name(self._path.name + ASIDE)
        logger.warning(
            "%s can't be read (%s): it is kept as %s, learning begins anew from the log",
            self._path.name,
            why,
            aside.name,
        )
        try:
            self._path.replace(aside)
        except OSError as error:
            logger.warning("%s could not be set aside: %s", self._path.name, error)


def _write(connection: sqlite3.Connection, learnt: Learnt) -> None:
    connection.executescript(
        """
        CREATE TABLE learnt (sequence INTEGER);
        CREATE TABLE moments (
            figure TEXT, about TEXT, count REAL, total REAL, squares REAL,
            PRIMARY KEY (figure, about)
        );
        CREATE TABLE misses (day INTEGER PRIMARY KEY, misses TEXT);
        """
    )
    moments = [("time", str(service), *figures) for service, figures in learnt.times.items()]
    moments += [("absence", "", *learnt.absences)]
    moments += [("answer", str(n), *figures) for n, figures in enumerate(learnt.answered)]
    with connection:
        connection.execute("INSERT INTO learnt VALUES (?)", (learnt.sequence,))
        connection.executemany("INSERT INTO moments VALUES (?, ?, ?, ?, ?)", moments)
        days = ((n, json.dumps(_by_wait(day))) for n, day in enumerate(learnt.misses))
        connection.executemany("INSERT INTO misses VALUES (?, ?)", days)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _read(connection: sqlite3.Connection) -> Learnt:
    """Raises sqlite3.Error, ValueError or TypeError for what no ``_write`` has written."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != SCHEMA_VERSION:
        raise ValueError(f"version {version} of it is not this program's {SCHEMA_VERSION}")
    kept = dict[str, dict[str, Moments]]()
    rows = connection.execute("SELECT figure, about, count, total, squares FROM moments")
    for figure, about, *moments in rows:
        kept.setdefault(figure, {})[about] = _moments(moments)
    sequence = connection.execute("SELECT sequence FROM learnt").fetchone()[0]
    days = connection.execute("SELECT misses FROM misses ORDER BY day").fetchall()
    try:
        return Learnt(
            int(sequence),
            {ServiceId(service): moments for service, moments in kept.get("time", {}).items()},
            kept["absence"][""],
            tuple(kept["answer"][str(n)] for n in range(WAIT_STEPS)),
            tuple(_misses(json.loads(day)) for (day,) in days),
        )
    except KeyError as missing:
        raise ValueError(f"{missing} is missing") from missing


def _moments(values: list[float]) -> Moments:
    count, total, squares = _finite(values)
    if count < 0:
        raise ValueError(f"{count} is no count")
    return count, total, squares


def _by_wait(day: Misses) -> list[list[float]]:
    step = len(LEVELS)
    return [day[at : at + step].tolist() for at in range(0, len(day), step)]


def _misses(day: list[list[float]]) -> Misses:
    found = array("d")
    for values in day:
        if len(values) != len(LEVELS):
            raise ValueError(f"{len(values)} levels instead of {len(LEVELS)}")
        found.extend(_finite(values))
    return found


def _finite(values: list[float]) -> tuple[float, ...]:
    numbers = tuple(float(value) for value in values)
    if not all(isfinite(number) for number in numbers):
        raise ValueError(f"{numbers} are no numbers")
    return numbers
