"""Events on the wire and on disk: the only codec of events, versioned JSON (messaging.md).

What the log stores is what subscribers get as ``data`` of a CloudEvent, in the shapes of ``kiosk/shapes``.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Annotated, Any, assert_never

from pydantic_core import from_json, to_json
from typing_extensions import TypedDict

from kiosk.domain import alertevents, auditevents, events, slipevents, ticketevents
from kiosk.domain.alert import Alert
from kiosk.domain.counter import Counter
from kiosk.domain.device import DeviceCondition, DeviceTrial
from kiosk.domain.estimate import EstimatedWait
from kiosk.domain.events import Event
from kiosk.domain.ids import CounterId
from kiosk.domain.slip import SlipJob
from kiosk.domain.ticket import Ticket, TicketState
from kiosk.shapes.audit import AUDIT_KINDS, AUDIT_SHAPES
from kiosk.shapes.objects import (
    AlertShape,
    ClearedShape,
    CounterShape,
    DayShape,
    DeviceShape,
    EstimateShape,
    GrowthShape,
    LastTicketsShape,
    SlipShape,
    TicketShape,
    TrialShape,
)
from kiosk.shapes.writing import InShape, Shape, restored, written

Json = dict[str, Any]

VERSION = 1
"""Of every event's data; a change of meaning makes a new one."""


KINDS: Mapping[str, type[Event]] = AUDIT_KINDS | {
    "day.opened": events.DayOpened,
    "day.cleared": events.HallCleared,
    "ticket.issued": events.TicketIssued,
    "ticket.recognised": events.TicketRecognised,
    "ticket.called": events.TicketCalled,
    "ticket.recalled": events.TicketRecalled,
    "ticket.serving": events.ServingStarted,
    "ticket.served": events.TicketServed,
    "ticket.no_show": events.TicketNoShow,
    "ticket.parked": ticketevents.TicketParked,
    "ticket.returned": ticketevents.TicketReturned,
    "ticket.transferred": ticketevents.TicketTransferred,
    "ticket.rerouted": ticketevents.TicketRerouted,
    "ticket.moved": ticketevents.TicketMoved,
    "ticket.dropped": ticketevents.TicketDropped,
    "ticket.reinstated": ticketevents.TicketReinstated,
    "ticket.reclassified": ticketevents.TicketReclassified,
    "ticket.reprinted": ticketevents.TicketReprinted,
    "ticket.expired": events.TicketExpired,
    "ticket.printed": slipevents.TicketPrinted,
    "ticket.print_failed": slipevents.PrintFailed,
    "ticket.print_unknown": slipevents.PrintUnknown,
    "wait.estimated": events.WaitEstimated,
    "slip.prepared": slipevents.SlipPrepared,
    "slip.sent": slipevents.SlipSent,
    "slip.left": slipevents.SlipLeft,
    "slip.taken": slipevents.SlipTaken,
    "slip.retracted": slipevents.SlipRetracted,
    "slip.dropped": slipevents.SlipDropped,
    "counter.opened": events.CounterOpened,
    "counter.paused": events.CounterPaused,
    "counter.overran": events.BreakOverrun,
    "counter.closed": events.CounterClosed,
    "queue.grew": events.SeriesGrew,
    "service.last_tickets": events.LastTickets,
    "alert.raised": alertevents.AlertRaised,
    "alert.escalated": alertevents.AlertEscalated,
    "alert.acknowledged": alertevents.AlertAcknowledged,
    "alert.expired": alertevents.AlertExpired,
    "device.failed": events.DeviceFailed,
    "device.recovered": events.DeviceRecovered,
    "device.tested": events.DeviceTested,
}
"""Every kind of event by its name."""
_NAMES = {kind: name for name, kind in KINDS.items()}
_SHAPES: dict[str, type[Shape]] = AUDIT_SHAPES | {
    "ticket": TicketShape,
    "wait": EstimateShape,
    "slip": SlipShape,
    "counter": CounterShape,
    "device": DeviceShape,
    "device.tested": TrialShape,
    "alert": AlertShape,
    "day": DayShape,
    "day.cleared": ClearedShape,
    "queue": GrowthShape,
    "service": LastTicketsShape,
}
"""By the whole name, else by its first word."""
_SHAPE_OF = {
    kind: _SHAPES.get(name) or _SHAPES[name.partition(".")[0]] for name, kind in KINDS.items()
}
_OfTicket = events.TicketEvent | slipevents.SlipOutcomeEvent
"""Most of all events: they are looked for first."""
FAMILIES = tuple(dict.fromkeys(name.partition(".")[0] for name in KINDS))
"""The first word of every event's name: ``ticket``, ``counter`` …"""


def name_of(event: Event) -> str:
    """The event's name, family first: ``ticket.called``."""
    return _NAMES[type(event)]


def names_of(kinds: Iterable[type[Event]]) -> list[str]:
    """The names of these kinds of events."""
    return [_NAMES[kind] for kind in kinds]


def family_of(event: Event) -> str:
    """The topic family: ``ticket`` for ``event/ticket/called``."""
    return name_of(event).partition(".")[0]


def subject_of(event: Event) -> str:
    """What the event is about: the id of a ticket, counter, queue, service or device, or the day."""
    return _told(event)[1]


def shape_of(name: str) -> type[Shape]:
    """In which shape the event of this name tells what it is about."""
    return _SHAPE_OF[KINDS[name]]


def data_of(event: Event) -> Json:
    """The event's data as JSON values."""
    data = written(_SHAPE_OF[type(event)], _told(event)[0])
    return {**data, **_more_of_ticket(event)} if isinstance(event, _OfTicket) else data


def _told(event: Event) -> tuple[object, str]:
    """What the event's shape is filled from, and its subject."""
    if isinstance(event, _OfTicket):
        return event.ticket, event.ticket.id
    match event:
        case events.WaitEstimated(wait=wait):
            return wait, wait.ticket
        case (
            slipevents.SlipPrepared(job=job)
            | slipevents.SlipSent(job=job)
            | slipevents.SlipLeft(job=job)
            | slipevents.SlipTaken(job=job)
            | slipevents.SlipRetracted(job=job)
            | slipevents.SlipDropped(job=job)
        ):
            return job, job.ticket
        case (
            events.CounterOpened(counter=counter)
            | events.CounterPaused(counter=counter)
            | events.BreakOverrun(counter=counter)
            | events.CounterClosed(counter=counter)
        ):
            return counter, counter.id
        case events.DeviceFailed(condition=found) | events.DeviceRecovered(condition=found):
            return found, found.device
        case events.DeviceTested(trial=trial):
            return trial, trial.device
        case (
            alertevents.AlertRaised(alert=alert)
            | alertevents.AlertEscalated(alert=alert)
            | alertevents.AlertAcknowledged(alert=alert)
            | alertevents.AlertExpired(alert=alert)
        ):
            return alert, alert.id
        case events.DayOpened(day=day) | events.HallCleared(day=day):
            return event, day.isoformat()
        case events.SeriesGrew(queue=queue):
            return event, queue
        case events.LastTickets(service=service):
            return event, service
        case auditevents.OnRecord():
            return event, event.subject
        case _:
            assert_never(event)


SlipJson = Annotated[Json, InShape(SlipShape)]
MoreOfTicket = TypedDict(
    "MoreOfTicket",
    {
        "from": TicketState | None,
        "from_counter": CounterId | None,
        "slip": SlipJson | None,
        "reason": str | None,
    },
)
"""What a ticket's event tells beside the ticket: its state before, the counter it left, its slip, why."""


def _more_of_ticket(event: _OfTicket) -> MoreOfTicket:
    more: MoreOfTicket = {"from": None, "from_counter": None, "slip": None, "reason": None}
    match event:
        case events.TicketIssued():
            return more
        case slipevents.TicketPrinted() | slipevents.PrintFailed() | slipevents.PrintUnknown():
            return {**more, "slip": written(SlipShape, event.job)}
        case _:
            left, reason = getattr(event, "left", None), getattr(event, "reason", None)
            return {**more, "from": event.was, "from_counter": left, "reason": reason}


def encode(event: Event) -> str:
    """The event's data as compact JSON."""
    return to_json(data_of(event)).decode()


class UnknownEvent(Exception):
    """The log holds an event that this program doesn't know: it was written by a newer one."""


def decode(name: str, version: int, data: str) -> Event:
    """The event again. Raises UnknownEvent for a name or version of a newer program.

    KeyError or ValueError for data that is none of this event's.
    """
    kind = KINDS.get(name)
    if kind is None or version > VERSION:
        raise UnknownEvent(f"{name}.v{version}")
    read = _DECODERS.get(name) or _DECODERS.get(name.partition(".")[0], _decode_whole)
    return read(kind, from_json(data))


def _decode_ticket(kind: Callable[..., Event], found: Json) -> Event:
    ticket = restored(TicketShape, Ticket, found)
    if kind is events.TicketIssued:
        return events.TicketIssued(ticket)
    if slip := found.get("slip"):
        return kind(ticket, restored(SlipShape, SlipJob, slip))
    was = TicketState(found["from"])
    told = {"reason": found.get("reason"), "left": found.get("from_counter")}
    return kind(ticket, was, **{name: value for name, value in told.items() if value is not None})


def _decode_part(part: type[Any]) -> Callable[[Any, Json], Event]:
    return lambda kind, found: kind(restored(_SHAPE_OF[kind], part, found))


def _decode_whole(kind: Any, found: Json) -> Event:
    event: Event = restored(_SHAPE_OF[kind], kind, found)
    return event


def _decode_day(kind: Any, found: Json) -> Event:
    faults = (restored(DeviceShape, DeviceCondition, one) for one in found.get("faults", ()))
    event: Event = kind(date.fromisoformat(found["day"]), tuple(faults))
    return event


_DECODERS: dict[str, Callable[[Any, Json], Event]] = {
    "ticket": _decode_ticket,
    "wait": _decode_part(EstimatedWait),
    "slip": _decode_part(SlipJob),
    "counter": _decode_part(Counter),
    "device": _decode_part(DeviceCondition),
    "alert": _decode_part(Alert),
    "device.tested": _decode_part(DeviceTrial),
    "day": _decode_day,
    "day.cleared": _decode_whole,
    "day.sealed": _decode_whole,
}
"""By the whole name, else by its first word; others are told whole."""
