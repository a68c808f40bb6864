"""Receipts: what whoever gave the desk a command is answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.domain.events import Fact
from kiosk.domain.ticket import Ticket
from kiosk.flow.hall import Hall


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a command; everything in it is on disk.

    ``ticket`` is the one that the command was about, as it was then; None when it was about none.
    """

    facts: tuple[Fact, ...]
    ticket: Ticket | None
    people_ahead: int | None
    sequence: int
    """Of the hall when the command was decided."""
    repeated: bool = False
    """The same command under the same key had been carried out before; nothing was done again."""


def receipt(hall: Hall, facts: Sequence[Fact], *, repeated: bool = False) -> Receipt:
    """For the command that caused these facts, in the hall as it is just now."""
    branch = hall.branch
    told = _ticket_of(facts)
    ticket = branch.tickets.get(told.id, told) if told else None
    ahead = None
    if ticket is not None:
        moment = hall.now() if repeated else facts[0].time
        ahead = branch.people_ahead(ticket, moment)
    return Receipt(tuple(facts), ticket, ahead, branch.sequence, repeated)


def _ticket_of(facts: Sequence[Fact]) -> Ticket | None:
    """The ticket that the latest of these facts about a ticket tells of."""
    tickets = (getattr(fact.event, "ticket", None) for fact in reversed(facts))
    return next((ticket for ticket in tickets if ticket is not None), None)
