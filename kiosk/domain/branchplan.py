"""The branch as it is laid out: services, queues, counters and the rules of the house."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, tzinfo

from kiosk.domain.alert import AlertRules
from kiosk.domain.client import Segment
from kiosk.domain.counter import CounterPlan
from kiosk.domain.ids import BranchId, ClassId, CounterId, Language, QueueId, ServiceId
from kiosk.domain.queue import PriorityClass, Queue
from kiosk.domain.rules import Break, CallingRules, Reasons
from kiosk.domain.service import Hours, Service


@dataclass(frozen=True, slots=True)
class BranchPlan:
    """The branch as it is laid out: what its settings say of the hall. Names by language."""

    id: BranchId
    names: Mapping[Language, str]
    zone: tzinfo
    day_starts: time
    languages: tuple[Language, ...]
    services: Mapping[ServiceId, Service]
    queues: Mapping[QueueId, Queue]
    counters: Mapping[CounterId, CounterPlan]
    classes: Mapping[ClassId, PriorityClass]
    segments: tuple[Segment, ...] = ()
    calling: CallingRules = CallingRules()  # noqa: RUF009 - frozen
    alerts: AlertRules = AlertRules()  # noqa: RUF009 - frozen
    reasons: Reasons = field(default_factory=dict)
    breaks: Mapping[str, Break] = field(default_factory=dict)
    hours: tuple[Hours, ...] = ()
    """When the branch is open; empty: nobody has said."""
