"""Rules of the house that a branch sets for itself: calling, reasons, breaks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from kiosk.domain.ids import Language

READY = "ready"
"""The status in which a teller is given tickets; the only one (OPR-20)."""
NOT_READY = "not_ready"
"""The state of a teller who has no break and takes nobody (OPR-05)."""


@dataclass(frozen=True, slots=True)
class CallingRules:
    """How a ticket is called before it counts as not there; the defaults ask for nothing."""

    recalls_minimum: int = 0
    """Recalls before a no-show."""
    recall_cooldown: timedelta = timedelta()
    """Between the latest call and the next recall or a no-show."""
    recall_limit: int = 3
    no_show_automatic: bool = False
    """After the last recall and its cool-down the ticket is a no-show by itself (OPR-09)."""
    reinstate_penalty: timedelta = timedelta()
    """So much of its wait a no-show loses that is reinstated."""


class ReasonFor(StrEnum):
    """Verbs that ask for a reason."""

    DROP = "drop"
    PARK = "park"
    PRIORITY = "priority"
    CLEAR = "clear"
    FINISH = "finish"
    """What came of it; may be left out."""


Reasons = Mapping[ReasonFor, Mapping[str, Mapping[Language, str]]]
"""By verb and code: texts by language."""


@dataclass(frozen=True, slots=True)
class Break:
    """A reason for not being ready. Limits are shown and told, never forced (OPR-21, OPR-22)."""

    code: str
    names: Mapping[Language, str]
    limit: timedelta | None = None
    times: int | None = None
    """How many of them a teller has on one business day."""
