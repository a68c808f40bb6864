"""From settings to the plan of the branch that the domain works with."""

from datetime import time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from kiosk.domain.alert import AlertKind, AlertRules
from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.client import Segment
from kiosk.domain.counter import CounterPlan, Help, WorkProfile
from kiosk.domain.ids import (
    BranchId,
    ClassId,
    CounterId,
    Language,
    QueueId,
    SegmentId,
    ServiceId,
)
from kiosk.domain.queue import DEFAULT_CLASSES, NumberSeries, PriorityClass, Queue
from kiosk.domain.role import Role
from kiosk.domain.rules import Break, CallingRules, ReasonFor, Reasons
from kiosk.domain.service import Hours, Service
from kiosk.settings import (
    BreakSection,
    CallingSection,
    ClassSection,
    CounterSection,
    QueueSection,
    ReasonsSection,
    SegmentSection,
    ServiceSection,
    Settings,
)
from kiosk.settings.alerts import AlertsSection
from kiosk.settings.values import HOURS

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def branch_plan(settings: Settings) -> BranchPlan:
    """The branch as it is laid out."""
    branch = settings.branch
    services = [_service(one) for one in settings.service]
    queues = [_queue(one) for one in settings.queue]
    counters = [_counter(one) for one in settings.counter]
    classes = [*DEFAULT_CLASSES, *(_class(one) for one in settings.class_)]
    return BranchPlan(
        id=BranchId(branch.id),
        names=_names(branch.name),
        zone=ZoneInfo(branch.timezone),
        day_starts=branch.day_starts,
        languages=tuple(Language(language) for language in branch.languages),
        services={service.id: service for service in services},
        queues={queue.id: queue for queue in queues},
        counters={counter.id: counter for counter in counters},
        classes={one.id: one for one in classes},
        segments=tuple(_segment(one) for one in settings.segment),
        calling=_calling(settings.calling),
        alerts=_alerts(settings.alerts),
        reasons=_reasons(settings.reasons),
        breaks={code: _break(code, one) for code, one in settings.breaks.items()},
        hours=tuple(_hours(span) for span in branch.hours),
    )


Code = TypeVar("Code", bound=str)


def _names(names: dict[Code, str]) -> dict[Language, str]:
    return {Language(language): name for language, name in names.items()}


def _class(section: ClassSection) -> PriorityClass:
    return PriorityClass(ClassId(section.id), section.target_wait, section.max_wait, section.credit)


def _segment(section: SegmentSection) -> Segment:
    return Segment(
        SegmentId(section.id),
        ClassId(section.class_),
        section.assets_at_least,
        frozenset(section.grades),
    )


def _calling(section: CallingSection) -> CallingRules:
    return CallingRules(
        section.recalls_minimum,
        timedelta(seconds=section.recall_cooldown),
        section.recall_limit,
        section.no_show_automatic,
        timedelta(minutes=section.reinstate_penalty),
    )


def _alerts(section: AlertsSection) -> AlertRules:
    after = section.escalate_after
    return AlertRules(
        frozenset(AlertKind) - {AlertKind(kind) for kind in section.off},
        timedelta(minutes=section.no_counter),
        timedelta(minutes=after) if after else None,
        Role(section.escalate_to),
    )


def _reasons(section: ReasonsSection) -> Reasons:
    return {
        verb: {code: _names(names) for code, names in getattr(section, verb).items()}
        for verb in ReasonFor
    }


def _break(code: str, section: BreakSection) -> Break:
    limit = timedelta(minutes=section.minutes) if section.minutes else None
    return Break(code, _names(section.name), limit, section.per_day)


def _queue(section: QueueSection) -> Queue:
    letter = section.series or section.id
    series = NumberSeries(letter, section.first, section.width, section.step, section.last)
    return Queue(QueueId(section.id), _names(section.name), series)


def _service(section: ServiceSection) -> Service:
    return Service(
        id=ServiceId(section.id),
        names=_names(section.name),
        queue=QueueId(section.queue),
        vip_queue=QueueId(section.vip_queue) if section.vip_queue else None,
        hours=tuple(_hours(span) for span in section.hours),
        mean_minutes=section.mean_minutes,
        cap_per_day=section.cap_per_day,
        cap_per_person=section.cap_per_person,
        last_tickets=section.last_tickets,
    )


def _hours(span: str) -> Hours:
    parts = HOURS.fullmatch(span)
    assert parts is not None  # settings checked it
    first = _WEEKDAYS.index(parts["first"])
    last = _WEEKDAYS.index(parts["last"] or parts["first"])
    days = frozenset(range(first, last + 1)) or frozenset({*range(first, 7), *range(last + 1)})
    opens, closes = time.fromisoformat(parts["opens"]), time.fromisoformat(parts["closes"])
    return Hours(days, opens, closes)


def _counter(section: CounterSection) -> CounterPlan:
    profile = WorkProfile(
        queues=frozenset(QueueId(queue) for queue in section.queues),
        fallback=frozenset(QueueId(queue) for queue in section.fallback),
        help=tuple(Help(QueueId(one.queue), one.when_wait_exceeds) for one in section.help),
    )
    names = section.name or {}
    breaks = tuple(_hours(span) for span in section.breaks)
    return CounterPlan(
        CounterId(section.id), _names(names), profile, breaks, section.calls_automatic
    )
