"""The audit trail: of all facts those that somebody has to answer for, in words of the log."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from kiosk.domain.events import Fact
from kiosk.shapes.audit import AUDIT_KINDS
from kiosk.shapes.writing import instant
from kiosk.store.dayrecords import END, SqliteDayRecords, marks
from kiosk.wire import data_of, name_of, subject_of

OVERRIDES = frozenset(
    {
        "ticket.moved",
        "ticket.dropped",
        "ticket.reinstated",
        "ticket.reclassified",
        "ticket.transferred",
        "ticket.parked",
        "ticket.reprinted",
        "day.cleared",
        "alert.acknowledged",
        "device.tested",
    }
)
"""What staff do against the course of things."""
CALL = "ticket.called"
"""One more where it is out of turn: only such calls have a reason."""
ANSWERED_FOR = OVERRIDES | AUDIT_KINDS.keys() | {CALL}
"""Names of the facts that may be in the trail."""

_TOLD = (
    "number",
    "role",
    "class",
    "queue",
    "counter",
    "reason",
    "known_by",
    "visit",
    "change",
    "times",
    "outcome",
)
_TOLD_TOO = ("tickets", "kind", "digest", "program", "seal", "at")


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the trail."""

    sequence: int
    time: str
    role: str
    user: str | None
    name: str | None
    """How the user is called, where that is known."""
    device: str | None
    what: str
    about: str
    details: Mapping[str, Any]


def deeds(
    records: SqliteDayRecords, names: Mapping[str, str], day: date | None = None
) -> Iterator[Deed]:
    """All there are, or those of one business day, in order. Raises LogUnavailable."""
    for fact in records.where(*_among(ANSWERED_FOR), day):
        yield _deed(fact, names)


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Some of a day's deeds, the latest first."""

    days: tuple[date, ...]
    """All that the log holds."""
    day: date | None
    """The one looked at; None in an empty log."""
    seal: str | None
    """What stands for the log up to the day's end, as ``kiosk log verify`` takes it; None: it is
    open, or it isn't held."""
    deeds: tuple[Deed, ...]
    earlier: bool
    """Whether there are more before these."""
    later: bool


class AuditTrail:
    """The trail for people to look through, a page at a time; each has a connection of its own."""

    def __init__(self, log: Path, names: Callable[[], Mapping[str, str]]) -> None:
        """``names``: how staff are called, by their references."""
        self._log = log
        self._names = names

    def page(
        self,
        day: date | None,
        kinds: Collection[str],
        most: int,
        *,
        after: int = 0,
        before: int = END,
    ) -> TrailPage:
        """The latest deeds before, or the first ones after a sequence; of the latest day if of none.

        ``kinds`` are names of facts. Blocks. Raises LogUnavailable, AccountsUnavailable.
        """
        with closing(SqliteDayRecords(self._log)) as records:
            days = records.days(date.min, date.max)
            day = day or (days[-1] if days else None)
            condition, values = _among(kinds)
            facts = records.where(
                condition, values, day, after=after, before=before, latest_first=not after
            )
            found = list(islice(facts, most + 1)) if day else []
            more, shown = len(found) > most, found[:most]
            names = self._names()
            return TrailPage(
                tuple(days),
                day,
                records.seal(day) if day in days[:-1] else None,
                tuple(_deed(fact, names) for fact in (reversed(shown) if after else shown)),
                earlier=bool(after) or more,
                later=more if after else before < END,
            )


def _among(kinds: Collection[str]) -> tuple[str, list[str]]:
    """A condition in SQL, and its values: facts of these names that are answered for."""
    names, always = sorted(kinds), sorted({*AUDIT_KINDS, CALL})
    condition = (
        f"name IN ({marks(names)}) AND (role <> 'system' OR name IN ({marks(always)}))"
        f" AND (name <> '{CALL}' OR json_extract(data, '$.reason') IS NOT NULL)"
    )
    return condition, [*names, *always]


def _deed(fact: Fact, names: Mapping[str, str]) -> Deed:
    data = data_of(fact.event)
    if name_of(fact.event) in AUDIT_KINDS:
        data.pop("number", None)  # the log's own count of changes, no ticket's
    by, about = fact.by, subject_of(fact.event)
    return Deed(
        fact.sequence,
        instant(fact.time),
        by.role,
        by.user,
        names.get(by.user or ""),
        by.device,
        name_of(fact.event),
        names.get(about, about),
        {key: data[key] for key in (*_TOLD, *_TOLD_TOO) if data.get(key) is not None},
    )
