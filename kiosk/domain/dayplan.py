"""The plan of a day: from opening hours and planned breaks to when each counter should be staffed."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from math import inf

from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.ids import CounterId, QueueId
from kiosk.domain.service import Hours
from kiosk.domain.waiting import DayPlan, Span


def day_plan(plan: BranchPlan, now: datetime) -> DayPlan:
    """What the settings intend for today's counters.

    Nothing is planned for a counter of a branch without hours, unless it has breaks. After closing
    time counters go on as they are: whoever is in the hall is still served.
    """
    local = now.astimezone(plan.zone)
    opening = _spans(plan, plan.hours, local.date())
    if plan.hours and not any(span.ends > now.timestamp() for span in opening):
        return DayPlan({})
    whole = opening if plan.hours else [Span(-inf, inf)]
    staffed: dict[CounterId, tuple[Span, ...]] = {}
    for counter in plan.counters.values():
        breaks = _spans(plan, counter.breaks, local.date())
        if plan.hours or breaks:
            staffed[counter.id] = tuple(_without(whole, breaks))
    return DayPlan(staffed)


def capable(plan: BranchPlan, queue: QueueId) -> list[CounterId]:
    """The counters that may call from a queue, first of all or when it needs help."""
    return [
        counter.id
        for counter in plan.counters.values()
        if queue in counter.profile.queues | counter.profile.fallback
        or any(one.queue == queue for one in counter.profile.help)
    ]


def _spans(plan: BranchPlan, hours: Iterable[Hours], day: date) -> list[Span]:
    """Those of one local day, in order."""
    found = []
    for one in hours:
        if day.weekday() in one.weekdays:
            begins, ends = (
                datetime.combine(day, at, plan.zone).timestamp() for at in (one.opens, one.closes)
            )
            found.append(Span(begins, ends))
    return sorted(found, key=lambda span: span.begins)


def _without(spans: Sequence[Span], breaks: Sequence[Span]) -> list[Span]:
    """What is left of the spans."""
    left = list(spans)
    for gap in breaks:
        pieces = []
        for span in left:
            before = Span(span.begins, min(span.ends, gap.begins))
            after = Span(max(span.begins, gap.ends), span.ends)
            pieces += [piece for piece in (before, after) if piece.begins < piece.ends]
        left = pieces
    return left
