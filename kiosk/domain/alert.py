"""Alerts: something that somebody in the branch should know of and act upon now (LOB-52)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from kiosk.domain.device import Fault
from kiosk.domain.ids import AlertId, CounterId, DeviceId, QueueId, StaffRef, TicketId
from kiosk.domain.role import Role


class AlertKind(StrEnum):
    """What an alert is about; with its level that says what to do."""

    LONG_WAIT = "long_wait"
    """A ticket has waited as long as this PAD wants to be reminded of (LOB-21, LOB-55)."""
    KEY_CLIENT = "key_client"
    """A VIP client, or one who has complained before, took a number (LOB-53)."""
    CALL = "call"
    """A counter or the kiosk calls the lobby manager (LOB-59)."""
    NO_COUNTER = "no_counter"
    """People wait in a queue from which no open counter calls."""
    DEVICE = "device"
    """A device doesn't work."""
    PAPER_LOW = "paper_low"
    CLOCK = "clock"
    """The machine's clock and the hall's time differ (LOB-25)."""
    DEGRADED = "degraded"
    """A part of the branch that is a program doesn't work: the broker, the directory, the log."""


class AlertLevel(StrEnum):
    """How soon somebody should look."""

    INFO = "info"
    WARNING = "warning"
    URGENT = "urgent"


Recipient = NewType("Recipient", str)
"""``role/lobby-manager``, ``pad/PAD-1`` or ``user/`` with an opaque reference: the end of its topic."""


def for_role(role: Role) -> Recipient:
    """Everybody of this role."""
    return Recipient(f"role/{role}")


def for_pad(pad: str) -> Recipient:
    """Whoever is signed in at this PAD."""
    return Recipient(f"pad/{pad}")


def for_user(reference: StaffRef) -> Recipient:
    """One person."""
    return Recipient(f"user/{reference}")


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that one recipient should know of. No personal data.

    ``id`` names its cause and recipient and counts how often that came about. ``number`` is the
    ticket's, as staff know it.
    """

    id: AlertId
    kind: AlertKind
    level: AlertLevel
    recipient: Recipient
    raised_at: datetime
    ticket: TicketId | None = None
    number: str | None = None
    queue: QueueId | None = None
    counter: CounterId | None = None
    device: DeviceId | None = None
    fault: Fault | None = None
    escalated_to: Recipient | None = None
    """Who was told as well, since nobody acknowledged it in time."""
    acknowledged_at: datetime | None = None
    """Counted from ``raised_at`` that is the reaction time."""
    acknowledged_by: StaffRef | None = None
    expired_at: datetime | None = None
    """When its cause was gone, or the day over."""

    @property
    def open(self) -> bool:
        """Whether somebody should still look at it."""
        return self.acknowledged_at is None and self.expired_at is None

    @property
    def cause(self) -> str:
        """What it is about, whoever is told of it."""
        about = self.ticket or self.device or self.counter or self.queue
        return f"{self.kind}-{about}-{self.fault}" if self.fault else f"{self.kind}-{about}"

    @property
    def recipients(self) -> tuple[Recipient, ...]:
        """All who are told of it."""
        return (self.recipient, self.escalated_to) if self.escalated_to else (self.recipient,)


LASTING = frozenset(
    {
        AlertKind.NO_COUNTER,
        AlertKind.DEVICE,
        AlertKind.PAPER_LOW,
        AlertKind.CLOCK,
        AlertKind.DEGRADED,
    }
)
"""Kinds whose cause goes on until it ends, and may come again."""


class Alerts(Mapping[AlertId, Alert]):
    """The alerts of the open business day, by id."""

    def __init__(self) -> None:
        self._all: dict[AlertId, Alert] = {}
        self.open: dict[AlertId, Alert] = {}
        """Those that somebody should still look at, the oldest first."""
        self.standing: dict[AlertId, Alert] = {}
        """Those of a lasting cause that hasn't ended, acknowledged or not."""
        self.answered: set[str] = set()
        """Causes of which one recipient has seen the alert, or somebody else was told."""
        self.latest_calls: dict[CounterId, Alert] = {}
        """For the lobby manager, the last one from each counter that has called."""

    def __getitem__(self, alert: AlertId) -> Alert:
        return self._all[alert]

    def __iter__(self) -> Iterator[AlertId]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def put(self, alert: Alert) -> None:
        """A new alert, or the newer self of one."""
        self._all[alert.id] = alert
        if alert.kind is AlertKind.CALL and alert.counter:
            self.latest_calls[alert.counter] = alert  # the one before was acknowledged
        _keep(self.open, alert, alert.open)
        _keep(self.standing, alert, alert.kind in LASTING and alert.expired_at is None)
        if alert.acknowledged_at or alert.escalated_to:
            self.answered.add(alert.cause)
        elif alert.kind is not AlertKind.LONG_WAIT:  # that one comes to one PAD after the other
            self.answered.discard(alert.cause)

    def clear(self) -> None:
        """A new day."""
        for kept in (self._all, self.open, self.standing, self.answered, self.latest_calls):
            kept.clear()


def _keep(among: dict[AlertId, Alert], alert: Alert, here: bool) -> None:
    if here:
        among[alert.id] = alert
    else:
        among.pop(alert.id, None)


@dataclass(frozen=True, slots=True)
class AlertRules:
    """When the branch raises alerts by itself. ``escalate_after`` None: nothing is escalated."""

    kinds: frozenset[AlertKind] = frozenset(AlertKind)
    """What this branch wants to be told of; calls for the lobby manager always are."""
    no_counter: timedelta = timedelta(minutes=2)
    """So long somebody waits in a queue that nobody serves."""
    escalate_after: timedelta | None = timedelta(minutes=5)
    escalate_to: Role = Role.WEALTH_MANAGER
