"""Alerting: the alerts that follow from what happens in the hall, and from time that passes.

An alert is raised once for its cause and recipient. Whatever is due is seen in the hall's state
alone, so that nothing is forgotten or raised again after a restart.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kiosk.domain.alert import (
    LASTING,
    Alert,
    AlertKind,
    AlertLevel,
    Recipient,
    for_pad,
    for_role,
)
from kiosk.domain.alertevents import (
    AlertAcknowledged,
    AlertEscalated,
    AlertExpired,
    AlertRaised,
)
from kiosk.domain.branch import Branch
from kiosk.domain.commands import AcknowledgeAlert, CallLobbyManager
from kiosk.domain.counter import CounterState
from kiosk.domain.device import DeviceCondition, DeviceKind, Fault
from kiosk.domain.events import (
    DayOpened,
    DeviceFailed,
    DeviceRecovered,
    Event,
    TicketIssued,
    TicketRecognised,
)
from kiosk.domain.ids import AlertId, CounterId, DeviceId, QueueId
from kiosk.domain.refusals import UnknownAlert
from kiosk.domain.role import Role
from kiosk.domain.ticket import COMPLAINT, Ticket, TicketState

_LOBBY = for_role(Role.LOBBY_MANAGER)
_MANAGERS = (_LOBBY, for_role(Role.WEALTH_MANAGER))
_TECHNICAL = (_LOBBY, for_role(Role.ADMINISTRATOR))
_PROGRAMS = frozenset(
    {
        DeviceKind.BROKER,
        DeviceKind.CERTIFICATE,
        DeviceKind.DIRECTORY,
        DeviceKind.LOG,
        DeviceKind.REPORTS,
    }
)
_LEVELS: Mapping[AlertKind, AlertLevel] = {
    AlertKind.LONG_WAIT: AlertLevel.WARNING,
    AlertKind.KEY_CLIENT: AlertLevel.INFO,
    AlertKind.CALL: AlertLevel.URGENT,
    AlertKind.NO_COUNTER: AlertLevel.URGENT,
    AlertKind.DEVICE: AlertLevel.WARNING,
    AlertKind.PAPER_LOW: AlertLevel.INFO,
    AlertKind.CLOCK: AlertLevel.WARNING,
    AlertKind.DEGRADED: AlertLevel.WARNING,
}


@dataclass(frozen=True, slots=True)
class _Cause:
    """What is to be told, before it is known to whom it is news."""

    kind: AlertKind
    ticket: Ticket | None = None
    queue: QueueId | None = None
    counter: CounterId | None = None
    device: DeviceId | None = None
    fault: Fault | None = None

    def alert(self, recipient: Recipient, now: datetime) -> Alert:
        """The first of its kind for this recipient."""
        ticket = self.ticket
        alert = Alert(
            AlertId(""),
            self.kind,
            _LEVELS[self.kind],
            recipient,
            now,
            ticket.id if ticket else None,
            ticket.number if ticket else None,
            ticket.queue if ticket else self.queue,
            self.counter,
            self.device,
            self.fault,
        )
        return _named(alert, 1)


def _named(alert: Alert, nth: int) -> Alert:
    whose = alert.recipient.replace("/", "-")
    return replace(alert, id=AlertId(f"{alert.cause}-{whose}-{nth}"))


class _Bell:
    """Rings for those to whom a cause is news, if the branch wants to be told of its kind."""

    def __init__(self, branch: Branch, known: Mapping[AlertId, Alert], now: datetime) -> None:
        self._kinds = branch.plan.alerts.kinds
        self._known = known
        self._now = now

    def ring(self, cause: _Cause, *recipients: Recipient) -> Iterator[Event]:
        """An alert for each of these who hasn't been told."""
        wanted = cause.kind is AlertKind.CALL or cause.kind in self._kinds
        for recipient in recipients if wanted else ():
            alert = cause.alert(recipient, self._now)
            nth = 1
            while (known := self._known.get(alert.id)) and _over(known):
                nth += 1
                alert = _named(alert, nth)
            if known is None:
                yield AlertRaised(alert)


def _over(alert: Alert) -> bool:
    """Whether the same cause would be news to the same recipient."""
    if alert.kind in LASTING:
        return alert.expired_at is not None
    return alert.kind is AlertKind.CALL and not alert.open


def consequences(
    branch: Branch, events: Sequence[Event], now: datetime, pads: Sequence[str] = ()
) -> list[Event]:
    """The alerts that these events raise, and the end of those whose cause they end.

    ``pads``: those to which whoever the events are about is a key client by their own amount.
    """
    bell = _Bell(branch, branch.alerts, now)
    told: list[Event] = []
    for event in events:
        match event:
            case TicketIssued(ticket=ticket) | TicketRecognised(ticket=ticket):
                if ticket.moved_from is None:
                    told += _key_client_told(bell, ticket, pads)
            case DeviceFailed(condition=condition):
                told += _ended(branch, condition, now)
                told += _fault_told(bell, condition)
            case DeviceRecovered(condition=condition):
                told += _ended(branch, condition, now)
            case DayOpened(faults=faults):
                morning = _Bell(branch, {}, now)
                for fault in faults:
                    told += _fault_told(morning, fault)
            case _:
                pass
    return told


def call_lobby_manager(branch: Branch, command: CallLobbyManager, now: datetime) -> list[Event]:
    """One call at a time from each place; the next one once it was acknowledged (LOB-59)."""
    call = _Cause(AlertKind.CALL, counter=command.counter, device=command.device)
    return list(_Bell(branch, branch.alerts, now).ring(call, _LOBBY))


def open_call(
    branch: Branch, counter: CounterId | None = None, device: DeviceId | None = None
) -> Alert | None:
    """The call from this place that nobody has acknowledged yet."""
    calls = (one for one in branch.alerts.open.values() if one.kind is AlertKind.CALL)
    return next((one for one in calls if (one.counter, one.device) == (counter, device)), None)


def acknowledge(branch: Branch, command: AcknowledgeAlert, now: datetime) -> list[Event]:
    """Nothing for one that was acknowledged or has expired before. Raises UnknownAlert."""
    alert = branch.alerts.get(command.alert)
    if alert is None:
        raise UnknownAlert(command.alert)
    if not alert.open:
        return []
    return [AlertAcknowledged(replace(alert, acknowledged_at=now, acknowledged_by=command.by))]


def alerts_due(branch: Branch, reminders: Iterable[tuple[str, int]], now: datetime) -> list[Event]:
    """What begins, ends or is escalated by now."""
    return [
        *_long_waits(branch, reminders, now),
        *_unserved(branch, now),
        *_escalated(branch, now),
    ]


def day_over(branch: Branch, now: datetime) -> list[Event]:
    """Nobody has to look at yesterday's alerts."""
    return [_expired(alert, now) for alert in branch.alerts.open.values()]


def _key_client_told(bell: _Bell, ticket: Ticket, pads: Sequence[str]) -> Iterator[Event]:
    """All managers of a client in a segment that the bank has named, or who complained before.

    Of any other the PADs whose own amount the client meets (LOB-53).
    """
    if ticket.client is None:
        return iter(())
    named = ticket.segment is not None or COMPLAINT in ticket.flags
    recipients = _MANAGERS if named else tuple(map(for_pad, pads))
    return bell.ring(_Cause(AlertKind.KEY_CLIENT, ticket), *recipients)


def _fault_told(bell: _Bell, condition: DeviceCondition) -> Iterator[Event]:
    kind = _kind_of(condition)
    cause = _Cause(kind, device=condition.device, fault=condition.fault)
    recipients = (_LOBBY,) if kind is AlertKind.PAPER_LOW else _TECHNICAL
    return bell.ring(cause, *recipients)


def _kind_of(condition: DeviceCondition) -> AlertKind:
    if condition.fault is Fault.PAPER_LOW:
        return AlertKind.PAPER_LOW
    if condition.kind is DeviceKind.CLOCK:
        return AlertKind.CLOCK
    return AlertKind.DEGRADED if condition.kind in _PROGRAMS else AlertKind.DEVICE


def _ended(branch: Branch, condition: DeviceCondition, now: datetime) -> list[Event]:
    """The alerts of a device whose fault is over, or has become another one."""
    return [
        _expired(alert, now)
        for alert in branch.alerts.standing.values()
        if alert.device == condition.device and alert.fault != condition.fault
    ]


def _long_waits(
    branch: Branch, reminders: Iterable[tuple[str, int]], now: datetime
) -> Iterator[Event]:
    """One alert for each ticket and PAD; a wait that equals the reminder is long (LOB-55)."""
    bell = _Bell(branch, branch.alerts, now)
    moment = now.timestamp()
    for pad, minutes in reminders:
        for queue in branch.plan.queues:
            for ticket in branch.lines.waited(queue, moment - minutes * 60):
                cause = _Cause(AlertKind.LONG_WAIT, branch.tickets[ticket])
                yield from bell.ring(cause, for_pad(pad))


def _unserved(branch: Branch, now: datetime) -> Iterator[Event]:
    """Queues in which somebody has waited for a while and from which nobody calls."""
    for alert in branch.alerts.standing.values():
        if alert.queue and (_served(branch, alert.queue) or not branch.lines.count(alert.queue)):
            yield _expired(alert, now)
    bell = _Bell(branch, branch.alerts, now)
    moment = (now - branch.plan.alerts.no_counter).timestamp()
    for queue in branch.plan.queues:
        if branch.lines.waiting_since(queue, moment) and not _served(branch, queue):
            cause = _Cause(AlertKind.NO_COUNTER, queue=queue)
            yield from bell.ring(cause, _LOBBY)


def _served(branch: Branch, queue: QueueId) -> bool:
    """Whether some counter that isn't resting calls from this queue."""
    for counter in branch.counters.values():
        plan = branch.plan.counters.get(counter.id)
        works = counter.state in (CounterState.OPEN, CounterState.SERVING) and not counter.pausing
        if plan and works and plan.profile.may_serve(queue):
            return True
    return False


def _escalated(branch: Branch, now: datetime) -> Iterator[Event]:
    """Whatever nobody has looked at in time, once for each cause."""
    rules = branch.plan.alerts
    if rules.escalate_after is None:
        return
    other = for_role(rules.escalate_to)
    told = set(branch.alerts.answered)
    for alert in branch.alerts.open.values():
        if alert.raised_at + rules.escalate_after > now:
            break  # and so are all that come after it
        if alert.cause not in told and alert.recipient != other and _presses(branch, alert):
            told.add(alert.cause)
            yield AlertEscalated(replace(alert, escalated_to=other))


def _presses(branch: Branch, alert: Alert) -> bool:
    """Whether somebody has to act, still: who was called meanwhile waits no longer (LOB-24)."""
    if alert.kind is AlertKind.LONG_WAIT and alert.ticket:
        return branch.tickets[alert.ticket].state is TicketState.WAITING
    return alert.level is not AlertLevel.INFO


def _expired(alert: Alert, now: datetime) -> AlertExpired:
    return AlertExpired(replace(alert, expired_at=now))
