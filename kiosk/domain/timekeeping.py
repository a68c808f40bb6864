"""Timekeeping: what is due by the clock, and what ends for everyone at once."""

from dataclasses import replace
from datetime import datetime, timedelta

from kiosk.domain.alerting import alerts_due, day_over
from kiosk.domain.branch import Branch
from kiosk.domain.breaks import overrun
from kiosk.domain.calling import cool_down, following, no_show
from kiosk.domain.commands import KeepTime, OpenDay
from kiosk.domain.counter import CounterState
from kiosk.domain.events import BreakOverrun, DayOpened, Event, HallCleared, TicketExpired
from kiosk.domain.handling import reason_for, returned
from kiosk.domain.rules import ReasonFor
from kiosk.domain.ticket import Ticket, TicketState
from kiosk.domain.ticketcommands import ClearHall


def open_day(branch: Branch, command: OpenDay, now: datetime) -> list[Event]:
    """What is alive of the last day expires, and the new one begins; nothing for a day gone by."""
    if branch.day is not None and command.day <= branch.day:
        return []
    expired: list[Event] = [
        _expire(ticket, now) for ticket in branch.tickets.values() if not ticket.state.final
    ]
    faults = tuple(device for device in branch.devices.values() if not device.well)
    return [*expired, *day_over(branch, now), DayOpened(command.day, faults)]


def clear_hall(branch: Branch, command: ClearHall, now: datetime) -> list[Event]:
    """Whoever waits is sent home, for a reason that the board tells. Raises UnknownReason."""
    reason = reason_for(branch, ReasonFor.CLEAR, command.reason)
    waiting = [one for one in branch.tickets.values() if one.state is TicketState.WAITING]
    cleared = HallCleared(branch.day or now.date(), reason, len(waiting))
    return [cleared, *(_expire(ticket, now, reason) for ticket in waiting)]


def keep_time(branch: Branch, command: KeepTime, now: datetime) -> list[Event]:
    """What is due by now, of all that happens by itself."""
    due: list[Event] = []
    for ticket in branch.aside.values():
        if ticket.parked_until is not None and ticket.parked_until <= now:
            due.append(returned(ticket, "due"))
    for counter in branch.counters.values():
        if overrun(branch, counter, now):
            due.append(BreakOverrun(replace(counter, overrun=True)))
        ticket_here = branch.open_ticket(counter.id)
        if ticket_here and _lapsed(branch, ticket_here, now):
            due.append(no_show(ticket_here, now))
    due += alerts_due(branch, command.reminders, now)
    return due or _call_by_itself(branch, now)


def _call_by_itself(branch: Branch, now: datetime) -> list[Event]:
    """The call of one free counter that calls automatically (OPR-06).

    One at a time, since two counters may have the same ticket next.
    """
    for counter in branch.counters.values():
        plan = branch.plan.counters.get(counter.id)
        if plan and plan.calls_automatic and counter.state is CounterState.OPEN:
            called = following(branch, counter, now)
            if called:
                return [*called]
    return []


def _lapsed(branch: Branch, ticket: Ticket, now: datetime) -> bool:
    """Called as often as may be, and nobody came (OPR-09)."""
    rules = branch.plan.calling
    return (
        rules.no_show_automatic
        and ticket.state is TicketState.CALLED
        and ticket.recalls >= rules.recall_limit
        and cool_down(ticket, rules, now) == timedelta()
    )


def _expire(ticket: Ticket, now: datetime, reason: str | None = None) -> TicketExpired:
    expired = replace(ticket, state=TicketState.EXPIRED, ended_at=ticket.ended_at or now)
    return TicketExpired(expired, ticket.state, reason)
