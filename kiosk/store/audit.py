"""The audit trail: of all facts those that somebody has to answer for, in words of the log."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kiosk.domain.events import Fact
from kiosk.shapes.audit import AUDIT_KINDS
from kiosk.shapes.writing import instant
from kiosk.store.dayrecords import SqliteDayRecords
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
"""What staff do against the course of things; and calls out of turn."""

_TOLD = (
    "number",
    "role",
    "class",
    "queue",
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
    for fact in records.all():
        if day in (None, fact.day) and _answered_for(fact):
            yield _deed(fact, names)


def _answered_for(fact: Fact) -> bool:
    what = name_of(fact.event)
    if what == "ticket.called":
        return getattr(fact.event, "reason", None) is not None
    return what in AUDIT_KINDS or (what in OVERRIDES and fact.by.role != "system")


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
