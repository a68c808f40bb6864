"""Facts about slips: what became of a piece of paper."""

from dataclasses import dataclass

from kiosk.domain.slip import SlipJob
from kiosk.domain.ticket import Ticket


@dataclass(frozen=True, slots=True)
class SlipPrepared:
    """A slip is to be printed; nothing has left the machine yet."""

    job: SlipJob


@dataclass(frozen=True, slots=True)
class SlipSent:
    """The printer is ready and the slip's bytes are about to leave."""

    job: SlipJob


@dataclass(frozen=True, slots=True)
class SlipLeft:
    """The slip hangs in the printer's mouth, and nobody has taken it for a while."""

    job: SlipJob


@dataclass(frozen=True, slots=True)
class SlipTaken:
    """Somebody took a slip that had been left."""

    job: SlipJob


@dataclass(frozen=True, slots=True)
class SlipRetracted:
    """The printer took a slip back that had been left."""

    job: SlipJob


@dataclass(frozen=True, slots=True)
class SlipDropped:
    """A slip that had been left was let fall, or pushed out by the next one."""

    job: SlipJob


@dataclass(frozen=True, slots=True)
class TicketPrinted:
    """The slip is on paper."""

    ticket: Ticket
    job: SlipJob


@dataclass(frozen=True, slots=True)
class PrintFailed:
    """The slip is not on paper and won't be."""

    ticket: Ticket
    job: SlipJob


@dataclass(frozen=True, slots=True)
class PrintUnknown:
    """Nobody knows whether the slip is on paper."""

    ticket: Ticket
    job: SlipJob


SlipMediaEvent = SlipLeft | SlipTaken | SlipRetracted | SlipDropped
SlipOutcomeEvent = TicketPrinted | PrintFailed | PrintUnknown
