"""Counters: where tellers serve, and which queues they serve."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.domain.ids import CounterId, Language, QueueId, StaffRef, TicketId
from kiosk.domain.service import Hours


@dataclass(frozen=True, slots=True)
class Help:
    """Helping a queue that isn't one's own, once somebody there has waited too long."""

    queue: QueueId
    when_wait_exceeds: float
    """Minutes."""


@dataclass(frozen=True, slots=True)
class WorkProfile:
    """Which queues a counter serves. The order of queues means nothing: scores decide."""

    queues: frozenset[QueueId]
    fallback: frozenset[QueueId] = frozenset()
    """Served when nobody waits in ``queues`` nor in a helped queue."""
    help: tuple[Help, ...] = ()

    def may_serve(self, queue: QueueId) -> bool:
        """Whether its counter calls from this queue, at least when nobody else waits there."""
        helped = (one.queue for one in self.help)
        return queue in self.queues or queue in self.fallback or queue in helped


@dataclass(frozen=True, slots=True)
class CounterPlan:
    """A counter as the branch is laid out."""

    id: CounterId
    names: Mapping[Language, str]
    profile: WorkProfile
    breaks: tuple[Hours, ...] = ()
    """When it is planned to be left."""
    calls_automatic: bool = False
    """While it is open and free the next ticket is called by itself (OPR-06); else it is offered."""


class CounterState(StrEnum):
    """What a counter is doing."""

    CLOSED = "closed"
    OPEN = "open"
    PAUSED = "paused"
    SERVING = "serving"


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter as it is now."""

    id: CounterId
    state: CounterState = CounterState.CLOSED
    teller: StaffRef | None = None
    ticket: TicketId | None = None
    """The open ticket: called or being served here; at most one at a time."""
    pausing: bool = False
    """*Pause* was pressed while serving: it takes effect when the open ticket is done."""
    status: str | None = None
    """The teller's break while paused or pausing: ``not_ready`` or a code of the branch's breaks."""
    since: datetime | None = None
    """When its present state began."""
    nth: int = 0
    """Which break of its kind it is of this teller's day: 1 for the first."""
    overrun: bool = False
    """The break lasts longer than it may, or is one too many. Nothing is forced (OPR-21, OPR-22)."""
