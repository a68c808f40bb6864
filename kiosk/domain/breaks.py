"""Breaks: tellers who are ready, and those who aren't and why (OPR-05, OPR-20 to OPR-24)."""

from dataclasses import replace
from datetime import datetime, timedelta

from kiosk.domain.branch import Branch
from kiosk.domain.commands import SetStatus
from kiosk.domain.counter import Counter, CounterState
from kiosk.domain.events import BreakOverrun, CounterOpened, CounterPaused, Event
from kiosk.domain.ids import CounterId, StaffRef
from kiosk.domain.refusals import CounterTaken, TellerElsewhere, UnknownStatus
from kiosk.domain.rules import NOT_READY, READY


def set_status(branch: Branch, command: SetStatus, now: datetime) -> list[Event]:
    """Be ready, or rest for this reason; a closed counter is opened. Raises Refused."""
    known = [READY, NOT_READY, *branch.plan.breaks]
    if command.status not in known:
        raise UnknownStatus(command.status, known)
    if command.status == READY:
        return ready(branch, command.counter, command.teller, now)
    counter = _at_own(branch, command.counter, command.teller)
    if counter.state is CounterState.CLOSED:
        opened = _opened(counter, command.teller, now)
        return [CounterOpened(opened), *rest(branch, opened, command.status, now)]
    if command.status == counter.status:
        return []
    return rest(branch, counter, command.status, now)


def ready(branch: Branch, at: CounterId, teller: StaffRef, now: datetime) -> list[Event]:
    """Open the counter, or go on after a break. Raises CounterTaken, TellerElsewhere."""
    counter = _at_own(branch, at, teller)
    if counter.pausing:
        goes_on = replace(counter, pausing=False, status=None, nth=0, overrun=False)
        return [CounterOpened(goes_on)]
    if counter.state in (CounterState.OPEN, CounterState.SERVING):
        return []
    return [CounterOpened(_opened(counter, teller, now))]


def rest(branch: Branch, counter: Counter, status: str, now: datetime) -> list[Event]:
    """A break begins, after the open ticket if there is one; one too many is told at once."""
    assert counter.teller is not None
    nth = branch.breaks[counter.teller, status] + 1
    rule = branch.plan.breaks.get(status)
    too_many = rule is not None and rule.times is not None and nth > rule.times
    serving = counter.state is CounterState.SERVING
    resting = replace(
        counter,
        state=counter.state if serving else CounterState.PAUSED,
        pausing=serving,
        since=counter.since if serving else now,
        status=status,
        nth=nth,
        overrun=too_many,
    )
    overrun: list[Event] = [BreakOverrun(resting)] if too_many else []
    return [CounterPaused(resting), *overrun]


def overrun(branch: Branch, counter: Counter, now: datetime) -> bool:
    """Whether its break has just lasted too long: at the limit it hasn't yet (OPR-22)."""
    left = time_left(branch, counter, now)
    return left is not None and left < timedelta() and not counter.overrun


def time_left(branch: Branch, counter: Counter, now: datetime) -> timedelta | None:
    """What is left of its break, negative when it is over; None without a limit."""
    rule = branch.plan.breaks.get(counter.status or "")
    if counter.state is not CounterState.PAUSED or rule is None or rule.limit is None:
        return None
    return (counter.since or now) + rule.limit - now


def _at_own(branch: Branch, at: CounterId, teller: StaffRef) -> Counter:
    """A counter that this teller may work at: nobody else's, and no second one."""
    counter = branch.counter(at)
    if counter.teller not in (None, teller):
        raise CounterTaken(at)
    for other in branch.plan.counters:
        if other != at and branch.counter(other).teller == teller:
            raise TellerElsewhere(teller, other)
    return counter


def _opened(counter: Counter, teller: StaffRef, now: datetime) -> Counter:
    return Counter(counter.id, CounterState.OPEN, teller, since=now)
