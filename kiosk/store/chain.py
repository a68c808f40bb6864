"""The chain over the log: each fact is sealed together with everything before it.

A fact's link is SHA-256 of the link before it and the fact's row, which is the JSON array (RFC 8259,
without spaces, UTF-8) of its columns in the order of :data:`COLUMNS`; before the first fact stand 32
zero bytes. Of days that are given up the latest link is kept, in the table ``kept``. Whoever changes,
adds or leaves out a fact changes every link from there on, so a link that was noted outside the
machine, on a report for instance, proves all that was written by then.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic_core import to_json

from kiosk.ports import KioskError
from kiosk.store.damage import trouble

COLUMNS = (
    "sequence",
    "id",
    "time",
    "day",
    "family",
    "name",
    "version",
    "subject",
    "data",
    "role",
    "user",
    "device",
    "caller",
    "key",
    "command",
    "correlation",
    "prev",
    "series",
    "serial",
)
"""Of a fact's row; ``link`` is one column more."""

BEGINNING = bytes(32)

_PAGE = 5000
_ALL = f"SELECT {', '.join(COLUMNS)}, link FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Seal:
    """The link of one fact: it stands for the whole log up to there."""

    sequence: int
    link: bytes

    def __str__(self) -> str:
        return f"{self.sequence}:{self.link.hex()}"

    @classmethod
    def of(cls, text: str) -> "Seal":
        """Of its text. Raises ValueError."""
        sequence, _, link = text.partition(":")
        if len(link) != 2 * len(BEGINNING):
            raise ValueError(text)
        return cls(int(sequence), bytes.fromhex(link))


NOTHING_YET = Seal(0, BEGINNING)


class BrokenChain(KioskError):
    """The log was changed by something else than the branch; the text says from which fact on."""


def linked(previous: bytes, row: Sequence[object]) -> bytes:
    """The link of the fact in ``row`` behind the one before it."""
    return hashlib.sha256(previous + to_json(row)).digest()


def follow_chain(connection: sqlite3.Connection, noted: Sequence[Seal] = ()) -> Seal:
    """Check every link, and the seals that were noted elsewhere; returns the latest one.

    Raises BrokenChain; sqlite3.Error when the file can't be read.
    """
    latest = kept_seal(connection)
    wanted = {seal.sequence: seal.link for seal in noted}
    for sequence in [one for one in wanted if one < latest.sequence]:
        raise BrokenChain(f"fact {sequence} was given up with its day: note a later seal")
    if wanted.pop(latest.sequence, latest.link) != latest.link:
        raise BrokenChain(
            f"the log up to fact {latest.sequence} isn't the one whose seal was noted"
        )
    for row in _rows(connection):
        *columns, link = row
        sequence = columns[0]
        if sequence != latest.sequence + 1:
            raise BrokenChain(f"fact {latest.sequence + 1} is missing")
        if link != linked(latest.link, columns):
            raise BrokenChain(f"fact {sequence} isn't as it was written")
        if wanted.pop(sequence, link) != link:
            raise BrokenChain(f"the log up to fact {sequence} isn't the one whose seal was noted")
        latest = Seal(sequence, link)
    if wanted:
        raise BrokenChain(f"fact {min(wanted)} is missing, and so are all after {latest.sequence}")
    return latest


def verify(log: Path, noted: Sequence[Seal] = ()) -> Seal:
    """:func:`follow_chain` in a log's file, also while a branch runs. Raises KioskError."""
    return _read(log, lambda opened: follow_chain(opened, noted))


def _read(log: Path, read: Callable[[sqlite3.Connection], Seal]) -> Seal:
    if not log.exists():
        raise KioskError(f"{log}: there is no log; --var names the var folder")
    try:
        with closing(sqlite3.connect(f"{log.absolute().as_uri()}?mode=ro", uri=True)) as opened:
            return read(opened)
    except sqlite3.Error as error:
        raise KioskError(trouble(log, error)) from error


def kept(log: Path) -> Seal:
    """The seal of what a log's file has given up. Raises KioskError."""
    return _read(log, kept_seal)


def kept_seal(connection: sqlite3.Connection) -> Seal:
    """The seal of what was given up: the chain begins behind it."""
    row = connection.execute("SELECT sequence, link FROM kept").fetchone()
    return Seal(*row) if row else NOTHING_YET


def keep_seal(connection: sqlite3.Connection, seal: Seal) -> None:
    """All up to this fact is given up."""
    connection.execute("DELETE FROM kept")
    connection.execute(
        "INSERT INTO kept (sequence, link) VALUES (?, ?)", (seal.sequence, seal.link)
    )


def seal_all(connection: sqlite3.Connection) -> None:
    """Give links to the facts of a log that was written before there were any."""
    link = BEGINNING
    for row in _rows(connection):
        link = linked(link, row[:-1])
        connection.execute("UPDATE event SET link = ? WHERE sequence = ?", (link, row[0]))


def _rows(connection: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    after = 0
    while page := connection.execute(_ALL, (after, _PAGE)).fetchall():
        yield from page
        after = page[-1][0]
