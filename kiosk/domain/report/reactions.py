"""Reactions to alerts: how soon somebody looked, by kind of alert. Spans are seconds."""

from array import array
from collections import defaultdict
from dataclasses import dataclass, field

from kiosk.domain.alert import AlertKind
from kiosk.domain.alertevents import AlertAcknowledged, AlertEscalated, AlertEvent, AlertRaised
from kiosk.domain.report.figures import NOTHING, Spread, spread
from kiosk.domain.report.journey import span


@dataclass(frozen=True, slots=True)
class Reactions:
    """To the alerts of one kind."""

    kind: AlertKind
    raised: int = 0
    """Each recipient's counts by itself."""
    escalated: int = 0
    reaction: Spread = NOTHING
    """From an alert to its acknowledgement; its count is that of alerts acknowledged."""


@dataclass(slots=True)
class _Kept:
    raised: int = 0
    escalated: int = 0
    spans: "array[int]" = field(default_factory=lambda: array("q"))


@dataclass(slots=True)
class AlertTally:
    """Counts alerts while a report is folded."""

    kinds: defaultdict[AlertKind, _Kept] = field(default_factory=lambda: defaultdict(_Kept))

    def take(self, event: AlertEvent) -> None:
        """The next event about an alert."""
        alert, kept = event.alert, self.kinds[event.alert.kind]
        match event:
            case AlertRaised():
                kept.raised += 1
            case AlertEscalated():
                kept.escalated += 1
            case AlertAcknowledged() if alert.acknowledged_at is not None:
                kept.spans.append(span(alert.raised_at, alert.acknowledged_at))
            case _:
                pass

    def reactions(self) -> tuple[Reactions, ...]:
        """By kind, in the order in which alert.py lists them."""
        return tuple(
            Reactions(kind, kept.raised, kept.escalated, spread(kept.spans))
            for kind in AlertKind
            if (kept := self.kinds.get(kind))
        )
