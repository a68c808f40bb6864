"""Calls, as the hall remembers them."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.ids import CounterId, Language, TicketId

CALLS_KEPT = 20
"""How many of the latest calls the hall remembers for its boards."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call in the hall, as boards list it."""

    ticket: TicketId
    number: str
    counter: CounterId
    language: Language
    at: datetime
    times: int
    """1 for the first call, then one more for each recall."""
