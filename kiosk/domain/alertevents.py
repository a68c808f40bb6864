"""Facts about alerts; each carries the alert as it is after it."""

from dataclasses import dataclass

from kiosk.domain.alert import Alert


@dataclass(frozen=True, slots=True)
class AlertRaised:
    """Somebody should look."""

    alert: Alert


@dataclass(frozen=True, slots=True)
class AlertEscalated:
    """Nobody looked in time: somebody else is told too."""

    alert: Alert


@dataclass(frozen=True, slots=True)
class AlertAcknowledged:
    """One of those for whom it is has seen it."""

    alert: Alert


@dataclass(frozen=True, slots=True)
class AlertExpired:
    """Its cause is gone, or the day is over."""

    alert: Alert


AlertEvent = AlertRaised | AlertEscalated | AlertAcknowledged | AlertExpired
