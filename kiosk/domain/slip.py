"""Slips: what is put on paper for a ticket, and what became of it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from kiosk.domain.device import Fault
from kiosk.domain.ids import (
    ClassId,
    DeviceId,
    JobId,
    Language,
    SegmentId,
    ServiceId,
    TicketId,
)
from kiosk.domain.queue import REGULAR


@dataclass(frozen=True, slots=True)
class Slip:
    """The content of one slip, names already in the slip's language.

    ``issued_at`` is the branch's local time. ``people_ahead`` and ``wait_minutes`` are None when the slip
    shouldn't say.
    ``follow_url`` becomes a QR code; None: no code. ``copy`` marks a reprint.
    """

    job: JobId
    number: str
    language: Language
    branch: str
    service: str
    issued_at: datetime
    people_ahead: int | None
    wait_minutes: int | None = None
    """How long seven of ten such people wait at the most (queueing.md, "Estimated wait")."""
    booked_for: datetime | None = None
    """Local time of an appointment that is yet to come; None: none, or it is past."""
    service_id: ServiceId | None = None
    segment: SegmentId | None = None
    priority_class: ClassId = REGULAR
    greeting: str = ""
    """By the time of day, in general (OPR-33)."""
    named_greeting: str | None = field(default=None, repr=False)
    """The same by form of address and surname (OPR-34); None where nobody is to be named."""
    follow_url: str | None = None
    copy: bool = False

    @property
    def priority(self) -> bool:
        """Whether the client's segment has a class of its own: the slip greets accordingly."""
        return self.priority_class != REGULAR

    @property
    def unnamed(self) -> "Slip":
        """The same slip for whoever holds the number: nothing on it tells who that is."""
        return replace(self, named_greeting=None)


class SlipState(StrEnum):
    """prepared → sent → printed | failed | unknown; nothing is ever sent twice on its own."""

    PREPARED = "prepared"
    SENT = "sent"
    PRINTED = "printed"
    FAILED = "failed"
    """Nothing of it is on paper and nothing of it is left in the printer."""
    UNKNOWN = "unknown"
    """It was sent, whole or in part, and nothing confirmed it: paper may still come out."""

    @property
    def final(self) -> bool:
        """Whether this is an outcome."""
        return self in _OUTCOMES


class SlipMedia(StrEnum):
    """What becomes of a slip that a printer holds out in its mouth (XFS4IoT: MediaPresented …)."""

    LEFT = "left"
    """Nobody has taken it for a while: its customer is reminded."""
    TAKEN = "taken"
    """After it had been left."""
    RETRACTED = "retracted"
    DROPPED = "dropped"
    """It was let fall, or the next one pushed it out."""


_OUTCOMES = frozenset({SlipState.PRINTED, SlipState.FAILED, SlipState.UNKNOWN})


@dataclass(frozen=True, slots=True)
class SlipJob:
    """One attempt to print one ticket's slip, as the log knows it."""

    id: JobId
    ticket: TicketId
    printer: DeviceId
    state: SlipState = SlipState.PREPARED
    digest: str | None = None
    """SHA-256 of the bytes sent, in hexadecimal; a person's name isn't among them."""
    fault: Fault | None = None
    copy: bool = False
    """A reprint."""


@dataclass(frozen=True, slots=True)
class SlipRequest:
    """Where and under which job the ticket's slip is to be printed."""

    job: JobId
    printer: DeviceId
