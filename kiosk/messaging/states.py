"""State messages: the hall as it is, retained, for whoever comes later (messaging.md, Topics).

They name no client, not even by the reference: who may know it asks over HTTP or follows events.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, assert_never

from pydantic_core import to_json

from kiosk.domain.alertevents import AlertAcknowledged, AlertEscalated, AlertExpired, AlertRaised
from kiosk.domain.auditevents import OnRecord
from kiosk.domain.branch import Branch
from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.events import (
    BreakOverrun,
    CounterClosed,
    CounterOpened,
    CounterPaused,
    DayOpened,
    DeviceFailed,
    DeviceRecovered,
    DeviceTested,
    Fact,
    HallCleared,
    LastTickets,
    SeriesGrew,
    ServingStarted,
    TicketCalled,
    TicketEvent,
    TicketExpired,
    TicketIssued,
    TicketNoShow,
    TicketRecalled,
    TicketRecognised,
    TicketServed,
    WaitEstimated,
)
from kiosk.domain.ids import CounterId, QueueId
from kiosk.domain.slipevents import (
    PrintFailed,
    PrintUnknown,
    SlipDropped,
    SlipLeft,
    SlipPrepared,
    SlipRetracted,
    SlipSent,
    SlipTaken,
    TicketPrinted,
)
from kiosk.domain.ticketevents import (
    TicketDropped,
    TicketMoved,
    TicketParked,
    TicketReclassified,
    TicketReinstated,
    TicketReprinted,
    TicketRerouted,
    TicketReturned,
    TicketTransferred,
)
from kiosk.flow.boardstate import board_state
from kiosk.flow.estimatebook import EstimateBook
from kiosk.flow.feed import Feed
from kiosk.flow.state import (
    branch_state,
    counter_state,
    public_queue_state,
    queue_state,
)
from kiosk.messaging.broker import LARGEST_PACKET
from kiosk.messaging.keptstates import KeptStates
from kiosk.messaging.mqtt import MqttPublisher
from kiosk.messaging.topics import Topics
from kiosk.ports import Clock, Message
from kiosk.shapes.hall import CounterNowJson, PublicQueueState, QueueState
from kiosk.shapes.writing import Json

PAUSE = 0.05
"""Seconds between two rounds at the least."""
SHARE = 50
"""A round is followed by a pause of so many times what it took to work out: however long a queue
is, showing it takes no more than 2 % of the time, and few requests ever wait for it."""

LARGEST = LARGEST_PACKET - 1024
"""Bytes of a message. The broker cuts off who sends more, and would do so again at each reconnect."""

_View = Callable[[Branch, datetime], Mapping[str, Any]]


class HallStates:
    """Publishes the hall: all of it at first, then what has changed, the latest of each topic."""

    def __init__(
        self,
        topics: Topics,
        hall: Callable[[], Awaitable[Branch]],
        feed: Feed,
        clock: Clock,
        book: EstimateBook,
    ) -> None:
        self._topics = topics
        self._hall = hall
        self._feed = feed
        self._clock = clock
        self._book = book

    async def run(self, publisher: MqttPublisher) -> None:
        """Publish until the broker is lost; raises BrokerLost, alone or in a group."""
        kept = KeptStates(self._topics)
        with self._feed.follow() as follower:
            plan = (await self._hall()).plan
            views = views_of(plan, self._topics, self._book, self._clock)
            edition = self._book.edition
            await kept.ask(publisher)
            work = await self._publish(publisher, views, set(views))
            await kept.clear(publisher, set(views))
            while True:
                await asyncio.sleep(max(PAUSE, SHARE * work))
                facts = await follower.next()
                # Woken without a fact: an outage began, which can be shown and not told, or estimates
                # are new.
                changed = changed_by(facts, plan, self._topics) if facts else {self._topics.hall}
                if edition != self._book.edition:
                    changed |= set(_queues(plan.queues, self._topics))
                changed &= set(views)
                if follower.missed:
                    follower.missed = False
                    changed = set(views)
                await asyncio.sleep(0)  # the events themselves go first
                edition = self._book.edition
                work = await self._publish(publisher, views, changed)

    async def _publish(
        self, publisher: MqttPublisher, views: dict[str, _View], changed: set[str]
    ) -> float:
        """Publish these topics as they are now. Returns the seconds spent on working them out."""
        work = 0.0
        sent = []
        for topic in sorted(changed):
            branch = await self._hall()
            began = time.perf_counter()
            content = _fitting(views[topic](branch, self._clock.now()))
            work += time.perf_counter() - began
            sent.append(publisher.publish(Message(topic, content, retain=True)))
            await asyncio.sleep(0)  # others take their turn between two topics
        await asyncio.gather(*sent)
        return work


def _fitting(state: Mapping[str, Any]) -> bytes:
    """As a message that the broker takes: of a queue that is too long, those who are called first.

    How many wait in it is said all the same (``waiting``).
    """
    content = to_json(state)
    while len(content) > LARGEST and state.get("tickets"):
        tickets = state["tickets"]
        fitting = len(tickets) * LARGEST // len(content)
        state = {**state, "tickets": tickets[: min(fitting, len(tickets) - 1)]}
        content = to_json(state)
    return content


def views_of(
    plan: BranchPlan, topics: Topics, book: EstimateBook, clock: Clock
) -> dict[str, _View]:
    """What is shown under each state topic of a branch."""
    views: dict[str, _View] = {
        topics.board: lambda branch, now: board_state(branch),
        topics.hall: lambda branch, now: branch_state(branch, clock.skew),
    }
    for queue in plan.queues:
        views[topics.queue(queue)] = partial(_show_queue, queue, book)
        views[topics.public_queue(queue)] = partial(_show_public_queue, queue, book)
    for counter in plan.counters:
        views[topics.counter(counter)] = partial(_show_counter, counter)
    return views


def changed_by(facts: Iterable[Fact], plan: BranchPlan, topics: Topics) -> set[str]:
    """The topics whose content these facts may have changed."""
    return {topic for fact in facts for topic in _changed_by(fact, plan, topics)}


def _changed_by(fact: Fact, plan: BranchPlan, topics: Topics) -> list[str]:
    match fact.event:
        case DayOpened():
            counters = [topics.counter(counter) for counter in plan.counters]
            return [topics.board, topics.hall, *_queues(plan.queues, topics), *counters]
        case (
            TicketRecognised(ticket=ticket)
            | TicketTransferred(ticket=ticket)
            | TicketRerouted(ticket=ticket)
        ):
            # It may have left any queue for another one.
            return [topics.board, *_queues(plan.queues, topics), *_counters(fact.event, topics)]
        case (
            TicketIssued(ticket=ticket)
            | TicketCalled(ticket=ticket)
            | TicketRecalled(ticket=ticket)
            | ServingStarted(ticket=ticket)
            | TicketServed(ticket=ticket)
            | TicketNoShow(ticket=ticket)
            | TicketParked(ticket=ticket)
            | TicketReturned(ticket=ticket)
            | TicketMoved(ticket=ticket)
            | TicketDropped(ticket=ticket)
            | TicketReinstated(ticket=ticket)
            | TicketReclassified(ticket=ticket)
            | TicketExpired(ticket=ticket)
        ):
            return [topics.board, *_queues([ticket.queue], topics), *_counters(fact.event, topics)]
        case (
            CounterOpened(counter=counter)
            | CounterPaused(counter=counter)
            | BreakOverrun(counter=counter)
            | CounterClosed(counter=counter)
        ):
            return [topics.board, topics.counter(counter.id)]
        case DeviceFailed() | DeviceRecovered() | SeriesGrew():
            return [topics.hall]
        case HallCleared():
            return [topics.board]
        case AlertRaised() | AlertEscalated() | AlertAcknowledged() | AlertExpired():
            return []
        case LastTickets() | TicketReprinted() | WaitEstimated() | DeviceTested():
            return []
        case OnRecord():
            return []
        case SlipPrepared() | SlipSent() | TicketPrinted() | PrintFailed() | PrintUnknown():
            return []
        case SlipLeft() | SlipTaken() | SlipRetracted() | SlipDropped():
            return []
        case _:
            assert_never(fact.event)


def _queues(queues: Iterable[QueueId], topics: Topics) -> list[str]:
    return [
        topic for queue in queues for topic in (topics.queue(queue), topics.public_queue(queue))
    ]


def _counters(event: TicketEvent, topics: Topics) -> list[str]:
    """The counter that the ticket is at, or was until now."""
    left = (
        event.left if isinstance(event, TicketParked | TicketReturned | TicketTransferred) else None
    )
    return [topics.counter(counter) for counter in (event.ticket.counter, left) if counter]


def _show_queue(queue: QueueId, book: EstimateBook, branch: Branch, now: datetime) -> QueueState:
    state = queue_state(branch, queue, now, book)
    state["tickets"] = [_of_nobody(ticket) for ticket in state["tickets"]]
    return state


def _show_public_queue(
    queue: QueueId, book: EstimateBook, branch: Branch, now: datetime
) -> PublicQueueState:
    return public_queue_state(branch, queue, now, book)


def _show_counter(counter: CounterId, branch: Branch, now: datetime) -> CounterNowJson:
    state = counter_state(branch, counter)
    return state | {"ticket": _of_nobody(state["ticket"])} if state["ticket"] else state


def _of_nobody(ticket: Json) -> Json:
    """Without its client's reference: displays and monitoring read the same message as staff."""
    return ticket | {"client": None}
