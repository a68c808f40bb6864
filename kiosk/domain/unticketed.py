"""Unticketed: people whose number the machine didn't give, on paper of a roll or none at all."""

from dataclasses import replace
from datetime import datetime

from kiosk.domain.branch import Branch
from kiosk.domain.commands import CallPaperNumber, ServeWithoutTicket
from kiosk.domain.counter import Counter
from kiosk.domain.events import Event, ServingStarted, TicketCalled, TicketIssued
from kiosk.domain.ids import ServiceId
from kiosk.domain.queue import PAPER, REGULAR, WITHOUT_NUMBER
from kiosk.domain.refusals import NumberTaken, UnknownService
from kiosk.domain.service import Service
from kiosk.domain.ticket import Ticket, TicketState

NO_NUMBER = "\N{EN DASH}"
"""Shown for somebody who has none."""


def serve_without_ticket(
    branch: Branch, counter: Counter, command: ServeWithoutTicket, now: datetime
) -> list[Event]:
    """The service is recorded like any other, so that reports know of it. Raises UnknownService."""
    serial = branch.numbers.get(WITHOUT_NUMBER, 0) + 1
    ticket = _ticket(branch, counter, command, now, (WITHOUT_NUMBER, serial, NO_NUMBER))
    serving = replace(
        ticket,
        state=TicketState.SERVING,
        counter=counter.id,
        teller=counter.teller,
        called_at=now,
        last_called_at=now,
        started_at=now,
    )
    return [TicketIssued(ticket), ServingStarted(serving, ticket.state)]


def call_paper_number(
    branch: Branch, counter: Counter, command: CallPaperNumber, now: datetime
) -> list[Event]:
    """The number is recorded and called. Raises NumberTaken for one that was called today."""
    if taken := branch.paper.get(command.number):
        ticket = branch.tickets[taken]
        raise NumberTaken(taken, ticket.number, ticket.state)
    number = (PAPER, command.number, str(command.number))
    ticket = _ticket(branch, counter, command, now, number)
    called = replace(
        ticket,
        state=TicketState.CALLED,
        counter=counter.id,
        teller=counter.teller,
        called_at=now,
        last_called_at=now,
    )
    return [TicketIssued(ticket), TicketCalled(called, ticket.state)]


def _ticket(
    branch: Branch,
    counter: Counter,
    command: ServeWithoutTicket | CallPaperNumber,
    now: datetime,
    number: tuple[str, int, str],
) -> Ticket:
    service = _service(branch, counter, command.service)
    series, serial, label = number
    return Ticket(
        id=command.ticket,
        series=series,
        serial=serial,
        number=label,
        queue=service.queue,
        service=service.id,
        priority_class=REGULAR,
        state=TicketState.WAITING,
        visit=command.visit,
        language=branch.plan.languages[0],
        issued_at=now,
        clock_start=now,
    )


def _service(branch: Branch, counter: Counter, wanted: ServiceId | None) -> Service:
    """The service asked for, else the first one of the counter's queues."""
    if wanted is not None:
        if wanted not in branch.plan.services:
            raise UnknownService(wanted)
        return branch.plan.services[wanted]
    services = list(branch.plan.services.values())
    queues = branch.plan.counters[counter.id].profile.queues
    return next((one for one in services if one.queue in queues), services[0])
