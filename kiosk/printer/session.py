"""One session with a printer, from an open line to its loss: looks, preflights, slips.

Nothing here sends a slip twice. What is still inside the printer from an earlier slip is waited for
or cleared before the next one.
"""

import logging
import math
from contextlib import suppress
from dataclasses import dataclass

from kiosk.domain.device import Fault
from kiosk.domain.ids import JobId
from kiosk.domain.slip import SlipState
from kiosk.ports import DeviceError, PrintResult
from kiosk.printer.enquiry import SILENCE, StatusEnquiry
from kiosk.printer.fences import Fences, process_id
from kiosk.printer.health import PrinterHealth
from kiosk.printer.link import PrinterLink
from kiosk.printer.page import CUT
from kiosk.printer.presenter import Presenter
from kiosk.printer.profile import PrinterProfile
from kiosk.printer.replies import AutomaticStatus, PrinterCondition, Reply, condition_of_frame
from kiosk.printer.roll import SLIP_MM

_log = logging.getLogger(__name__)

INITIALISE = b"\x1b@"
AUTOMATIC_STATUS_ON = b"\x1da\x0e"
"""``GS a``: tell of every change of off-line, error and paper state."""
_WAITS_FOR_HANDS = frozenset({Fault.PAPER_OUT, Fault.COVER_OPEN})


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """What a session left behind: answers that may still come when the line is back."""

    fences: int = 0
    in_doubt: bool = False
    half_a_slip: bool = False
    """On paper, not cut off."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a slip takes on its way."""

    bytes_a_second: float = math.inf
    grace: float = 3.0
    """Seconds beyond sending and printing that a confirmation may take, also one that is overdue."""


class PrinterSession:
    """What is said and done over one link. One caller at a time."""

    def __init__(
        self,
        link: PrinterLink,
        profile: PrinterProfile,
        health: PrinterHealth,
        pace: Pace,
        *,
        left: LeftOpen,
        presenter: Presenter | None,
    ) -> None:
        self._link = link
        self._profile = profile
        self._health = health
        self._pace = pace
        self._presenter = presenter
        self._enquiry = StatusEnquiry(link, left.in_doubt)
        self._fences = Fences(link, profile.confirms, left.fences)
        self._broke_off = left.half_a_slip
        """A slip was given up on its way, by the line or by clearing: half of it may be on paper."""

    @property
    def lost(self) -> bool:
        """Whether its line is gone."""
        return self._link.lost

    @property
    def left_open(self) -> LeftOpen:
        """What the next session has to know."""
        half_a_slip = self._broke_off or self._fences.open > 0
        return LeftOpen(self._fences.open, self._enquiry.in_doubt, half_a_slip)

    async def begin(self) -> None:
        """Find the printer there and set it up. Raises DeviceError."""
        if not self._enquiry.in_doubt:
            await self._enquiry.ask()
        if self._enquiry.in_doubt and (await self._prepared()).fault is Fault.NO_ANSWER:
            raise DeviceError(self._link.device, Fault.NO_ANSWER, "answers too late")
        await self._link.send(INITIALISE + AUTOMATIC_STATUS_ON)
        self._link.listeners.append(self._take)
        if self._presenter:
            self._presenter.attach(self._link)

    async def ready(self) -> Fault | None:
        """What keeps the printer from taking a slip now. Raises DeviceError."""
        condition = await self._prepared()
        self._health.tell(condition)
        return condition.fault

    async def print(self, job: JobId, body: bytes) -> PrintResult:
        """Send a slip to a printer that is ready, and find out what became of it."""
        sending = len(body) / self._pace.bytes_a_second
        printing = SLIP_MM / self._profile.speed_mm_s
        grace = self._pace.grace
        id_ = process_id(job)
        try:
            await self._fences.send_slip(body, id_, sending + grace)
            worked_off = await self._fences.worked_off(id_, sending + printing + grace)
            fault = await self._look()
        except DeviceError as error:
            printed = self._fences.printed(id_)
            return PrintResult(SlipState.PRINTED if printed else SlipState.UNKNOWN, error.fault)
        # The preflight was well, so a cutter that jams now has jammed on this slip.
        if self._fences.printed(id_) or fault is Fault.CUTTER or (worked_off and fault is None):
            self._health.slip_printed()
            if self._presenter:
                self._presenter.printed(job)
            return PrintResult(SlipState.PRINTED, fault)
        await self._forget(fault)
        return PrintResult(SlipState.UNKNOWN, fault or Fault.NOT_CONFIRMED)

    async def _prepared(self) -> PrinterCondition:
        """How it is now, half a slip that is still inside it included."""
        if self._enquiry.in_doubt:
            await self._settled(SILENCE)
        condition = await self._enquiry.ask()
        if condition.fault:
            return condition
        doubtful = self._enquiry.in_doubt
        if not (await self._settled(self._pace.grace) or await self._emptied()):
            return PrinterCondition(Fault.NO_ANSWER)
        if doubtful:
            condition = await self._believed()
        if not condition.fault and self._broke_off:
            return await self._cut_off()
        return condition

    async def _look(self) -> Fault | None:
        """What is wrong with the printer now."""
        condition = await self._enquiry.ask()
        if self._enquiry.in_doubt and not condition.fault:
            settled = await self._settled(self._pace.grace)
            condition = await self._believed() if settled else PrinterCondition(Fault.NO_ANSWER)
        self._health.tell(condition)
        return condition.fault

    async def _believed(self) -> PrinterCondition:
        """What it says of itself behind a fence, if it says so in time."""
        condition = await self._enquiry.ask()
        doubtful = self._enquiry.in_doubt and not condition.fault
        return PrinterCondition(Fault.NO_ANSWER) if doubtful else condition

    async def _settled(self, within: float) -> bool:
        """Whether nothing that was sent or asked earlier is still on its way."""
        if not (self._fences.open or self._enquiry.in_doubt):
            return True
        if not await self._fences.settle(within):
            return False
        self._enquiry.fenced()
        return True

    async def _emptied(self) -> bool:
        """Whether the printer could be rid of half a slip."""
        if not self._profile.clear.command:
            return False
        _log.warning("%s: half a slip is cleared from its buffer", self._link.device)
        await self._clear()
        self._broke_off = True
        return await self._settled(self._pace.grace)

    async def _cut_off(self) -> PrinterCondition:
        """No slip stands on the same paper as half of another one's: not before that is cut off."""
        await self._link.send(INITIALISE + AUTOMATIC_STATUS_ON + CUT)
        if not await self._fences.settle(self._pace.grace):
            return PrinterCondition(Fault.NO_ANSWER)
        self._broke_off = False
        return await self._believed()

    async def _forget(self, fault: Fault | None) -> None:
        """Have a slip that waits inside the printer for hands forgotten, where that can be done.

        Else it comes out when paper is back, for nobody. What of it is on paper is cut off then.
        """
        if fault in _WAITS_FOR_HANDS and self._profile.clear.command:
            self._broke_off = True
            with suppress(DeviceError):
                await self._clear()

    async def _clear(self) -> None:
        """Have the printer forget what it hasn't printed; it has heard so. Raises DeviceError."""
        await self._link.send(self._profile.clear.command)
        await self._enquiry.ask()

    def _take(self, reply: Reply) -> None:
        """What the printer tells of itself unasked."""
        if isinstance(reply, AutomaticStatus):
            self._health.tell(condition_of_frame(reply.frame))
