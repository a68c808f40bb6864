"""Days of chance: whatever a command changes in what a topic shows, that topic is published anew."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from kiosk.clock import SystemClock
from kiosk.domain import events, ticketcommands, ticketevents
from kiosk.domain.branch import Branch
from kiosk.domain.commands import (
    CallNext,
    CloseCounter,
    Command,
    FinishServing,
    KeepTime,
    KeyCommand,
    MarkNoShow,
    OpenCounter,
    PauseCounter,
    RecallTicket,
    RecogniseTicket,
    ReportDevice,
    ServeWithoutTicket,
    SetStatus,
    StartServing,
)
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.events import SYSTEM, Fact
from kiosk.domain.ids import BranchId, CounterId, DeviceId, StaffRef, TicketId, VisitId
from kiosk.domain.queue import VIP, NumberSeries
from kiosk.domain.refusals import Refused
from kiosk.flow.estimatebook import EstimateBook
from kiosk.messaging.states import changed_by, views_of
from kiosk.messaging.topics import Topics
from tests.domain.day import GOLD, MONDAY, Day, issue
from tests.support.branch import ACCOUNT, CASH, A, B, V, small_plan

TOPICS = Topics(BranchId("0755"))
AS_OF = frozenset({"sequence", "as_of"})
"""They go on with every fact; a message says with them how old it is."""
HAPPENED = {
    *(events.TicketIssued, events.TicketCalled, events.ServingStarted, events.TicketServed),
    *(events.TicketNoShow, events.TicketExpired, events.TicketRecognised, events.SeriesGrew),
    *(events.CounterOpened, events.CounterPaused, events.CounterClosed, events.BreakOverrun),
    *(events.DeviceFailed, events.DeviceRecovered, events.HallCleared),
    *(ticketevents.TicketParked, ticketevents.TicketReturned, ticketevents.TicketTransferred),
    *(ticketevents.TicketMoved, ticketevents.TicketDropped, ticketevents.TicketReinstated),
    *(ticketevents.TicketReclassified, ticketevents.TicketRerouted),
}
"""Else the days were too quiet to say anything."""


WORK: tuple[type[KeyCommand], ...] = (
    *(OpenCounter, CallNext, CallNext, CallNext, StartServing, FinishServing),
)
RARE: tuple[type[KeyCommand], ...] = (
    *(PauseCounter, CloseCounter, RecallTicket, MarkNoShow, MarkNoShow),
)


class Chance:
    """Commands that somebody may give, most of them at work."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._issued = 0

    def command(self, branch: Branch) -> Command:
        pick = self._random.choice
        counter, teller = pick([("1", "li"), ("2", "wang"), ("3", "zhao")])
        at = CounterId(counter), StaffRef(teller)
        ticket = TicketId(f"t{self._random.randint(max(1, self._issued - 9), self._issued + 1)}")
        latest = TicketId(f"t{self._issued}")
        handled: list[Callable[[], Command]] = [
            lambda: ticketcommands.CallTicket(ticket, *at),
            lambda: ticketcommands.ParkTicket(ticket, "documents", None, None),
            lambda: ticketcommands.ReturnTicket(ticket, None),
            lambda: ticketcommands.ReinstateTicket(pick([*branch.aside] or [ticket]), None),
            lambda: ticketcommands.TransferTicket(ticket, pick([A, B, V]), False, None),
            lambda: ticketcommands.MoveTicket(ticket, pick([A, B, V]), self._new()),
            lambda: ticketcommands.DropTicket(ticket, "left"),
            lambda: ticketcommands.ChangePriority(ticket, VIP, "elderly"),
            lambda: ticketcommands.RerouteTicket(latest, pick([CASH, ACCOUNT])),
            lambda: RecogniseTicket(ticket, GOLD),
            lambda: SetStatus(*at, pick(["ready", "short", "lunch"])),
            lambda: ServeWithoutTicket(*at, self._new(), VisitId("v")),
        ]
        seldom: list[Callable[[], Command]] = [
            lambda: ticketcommands.ClearHall("evacuation"),
            lambda: KeepTime(()),
            lambda: ReportDevice(pick([ILL, WELL])),
        ]
        kinds: list[Callable[[], Command]] = [
            *[lambda: issue(self._new(), pick([None, None, GOLD]), pick([CASH, ACCOUNT]))] * 6,
            *[lambda: pick(WORK)(*at)] * 12,
            *[lambda: pick(RARE)(*at)] * 4,
            *[pick(handled)] * 8,
            pick(seldom),
        ]
        return pick(kinds)()

    def _new(self) -> TicketId:
        self._issued += 1
        return TicketId(f"t{self._issued}")

    def pause(self) -> timedelta:
        return timedelta(seconds=self._random.choice([1, 1, 20, 200]))


ILL = DeviceCondition(
    DeviceId("slip"), DeviceKind.PRINTER, DeviceStatus.USER_ERROR, Fault.PAPER_OUT
)
WELL = DeviceCondition(DeviceId("slip"), DeviceKind.PRINTER)


def test_what_a_display_shows_is_never_behind() -> None:
    happened = {kind for seed in range(3) for kind in live_through(seed)}
    assert happened >= HAPPENED, HAPPENED - happened


def live_through(seed: int) -> set[type]:
    """A day of chance, looked at after each command. The kinds of what happened."""
    plan = small_plan()
    short = replace(plan.queues[A], series=NumberSeries("A", last=9))
    day, chance = Day(replace(plan, queues={**plan.queues, A: short})), Chance(seed)
    happened: set[type] = set()
    for _ in range(800):
        day.now += chance.pause()
        before = shown(day)
        try:
            caused = day.do(chance.command(day.branch))
        except Refused:
            continue
        after = shown(day)
        changed = {topic for topic in after if after[topic] != before[topic]}
        facts = [Fact(1, "f", day.now, MONDAY, event, SYSTEM, 1) for event in caused]
        assert changed <= changed_by(facts, plan, TOPICS), caused
        happened |= {type(event) for event in caused}
    return happened


def shown(day: Day) -> dict[str, dict[str, Any]]:
    views = views_of(day.plan, TOPICS, EstimateBook(), SystemClock())
    return {
        topic: {
            name: value for name, value in view(day.branch, day.now).items() if name not in AS_OF
        }
        for topic, view in views.items()
    }
