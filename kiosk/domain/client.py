"""Clients and the segments that a branch puts them in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from kiosk.domain.ids import ClassId, ClientRef, Language, SegmentId

LEAST_VIP_AMOUNT, MOST_VIP_AMOUNT = 500_000, 3_000_000
"""What a PAD's own VIP amount may be, in whole units of the branch's currency (LOB-30)."""


@dataclass(frozen=True, slots=True)
class Client:
    """What a client directory tells of a person. Personal data: never in events, topics or logs."""

    reference: ClientRef
    name: str = field(repr=False)
    """The full name as the bank writes it."""
    surname: str = field(repr=False)
    sex: str = ""
    """``f``, ``m`` or empty when unknown: chooses the form of address."""
    language: Language | None = None
    assets: int | None = field(default=None, repr=False)
    """Whole units of the branch's currency; None: unknown."""
    grade: str | None = None
    complaints: int = 0
    """How often this client ever complained (LOB-32)."""
    birthday: date | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Segment:
    """A group of clients that is treated alike."""

    id: SegmentId
    priority_class: ClassId
    assets_at_least: int | None = None
    grades: frozenset[str] = frozenset()


def segment_of(client: Client, segments: Sequence[Segment]) -> Segment | None:
    """The first segment of which any condition fits the client; None when none does."""
    return next((segment for segment in segments if _fits(client, segment)), None)


def _fits(client: Client, segment: Segment) -> bool:
    rich_enough = (
        segment.assets_at_least is not None
        and client.assets is not None
        and client.assets >= segment.assets_at_least
    )
    return rich_enough or client.grade in segment.grades
