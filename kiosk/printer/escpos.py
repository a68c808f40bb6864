"""The ESC/POS driver: a ``TicketPrinter`` on a serial or network line.

A slip is sent only to a printer that has just said that it is ready, and is *printed* only on the
printer's own word; without it the outcome is unknown and nothing is ever sent again by itself.
"""

import asyncio
import hashlib
import logging
import math
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from kiosk.devices.supervision import DELAYS, Plug, status_of, supervise
from kiosk.devices.transport import Wire
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId, JobId
from kiosk.domain.slip import Slip, SlipState
from kiosk.ports import DeviceError, PrintResult, ReportCondition
from kiosk.printer.encoder import CUT, SlipEncoder
from kiosk.printer.link import AUTOMATIC_STATUS_ON, PrinterLink
from kiosk.printer.profile import PrinterProfile
from kiosk.printer.replies import PrinterCondition
from kiosk.typefaces import FontMissing

_log = logging.getLogger(__name__)

OpenWire = Callable[[], Awaitable[Wire]]

LOOK_EVERY = 2.0
"""Seconds between two looks at an idle printer."""
FIRST_CONTACT_WITHIN = 2.0
"""Seconds that a slip waits for a printer that nothing is known of yet: the machine has just started."""
GRACE = 3.0
"""Seconds beyond sending and printing that a confirmation may take, also one that is overdue."""
SLIP_MM = 120.0
"""Longer than any slip."""
INITIALISE = b"\x1b@"
SLIPS_LEFT = 60
"""How many slips the rest of a roll is good for, at the least, when its end is told to be near."""
_BASE = 94


class EscposPrinter:
    """A receipt printer. :meth:`run` is its task."""

    def __init__(
        self,
        device: DeviceId,
        open_wire: OpenWire,
        profile: PrinterProfile,
        encoder: SlipEncoder,
        report: ReportCondition,
        *,
        baud: int | None = None,
        delays: Sequence[float] = DELAYS,
        plug: Plug | None = None,
        look_every: float = LOOK_EVERY,
        grace: float = GRACE,
    ) -> None:
        """``baud`` is the serial line's; None: a line whose speed doesn't matter."""
        self._device = device
        self._open_wire = open_wire
        self._profile = profile
        self._encoder = encoder
        self._report = report
        self._bytes_a_second = baud / 10 if baud else math.inf
        self._delays = delays
        self._plug = plug
        self._look_every = look_every
        self._grace = grace
        self._link: PrinterLink | None = None
        self._busy = asyncio.Lock()
        self._fault: Fault | None = Fault.OFFLINE
        self._told: Fault | None = None
        self._heard_of = asyncio.Event()
        self._open_fences = 0
        self._slips_left: int | None = None
        """While the roll's end is near."""

    def __repr__(self) -> str:
        return f"<EscposPrinter {self._device} {self.status}>"

    @property
    def status(self) -> DeviceStatus:
        """How the printer was when last heard of."""
        return status_of(self._fault) if self._fault else DeviceStatus.ONLINE

    async def run(self) -> None:
        """Keep the line open and an eye on the printer, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(asyncio.to_thread(self._encoder.warm_up), name="first slip's warmth")
            await supervise(
                self._device,
                DeviceKind.PRINTER,
                self._session,
                self._report_line,
                delays=self._delays,
                plug=self._plug,
            )

    async def print(
        self, slip: Slip, about_to_send: Callable[[str], Awaitable[None]]
    ) -> PrintResult:
        """See ``ports.TicketPrinter``."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._heard_of.wait(), FIRST_CONTACT_WITHIN)
        async with self._busy:
            link = self._link
            if link is None:
                return PrintResult(SlipState.FAILED, self._fault or Fault.OFFLINE)
            # Both at once: a serial line carries the questions while the slip is drawn.
            fault, body = await asyncio.gather(self._preflight(link), self._encoded(slip))
            if fault or body is None:
                return PrintResult(SlipState.FAILED, fault or Fault.INTERNAL)
            await about_to_send(hashlib.sha256(body).hexdigest())
            if link.lost:
                return PrintResult(SlipState.FAILED, Fault.CONNECTION_LOST)
            return await self._send(link, slip.job, body)

    async def _encoded(self, slip: Slip) -> bytes | None:
        try:
            return await asyncio.to_thread(self._encoder.encode, slip)
        except FontMissing as error:
            _log.error("%s: %s", self._device, error)
            return None

    async def _preflight(self, link: PrinterLink) -> Fault | None:
        """What keeps the printer from taking a slip now."""
        try:
            return await self._ready(link)
        except DeviceError as error:
            return error.fault

    async def _send(self, link: PrinterLink, job: JobId, body: bytes) -> PrintResult:
        sending = len(body) / self._bytes_a_second
        printing = SLIP_MM / self._profile.speed_mm_s
        id_ = _process_id(job)
        try:
            await link.send_slip(body, id_, self._profile.confirms, sending + self._grace)
            worked_off = await link.worked_off(id_, sending + printing + self._grace)
            fault = await self._look(link)
        except DeviceError as error:
            printed = link.printed(id_)
            return PrintResult(SlipState.PRINTED if printed else SlipState.UNKNOWN, error.fault)
        # The preflight was well, so a cutter that jams now has jammed on this slip.
        if link.printed(id_) or fault is Fault.CUTTER or (worked_off and fault is None):
            self._count_down()
            return PrintResult(SlipState.PRINTED, fault)
        await self._forget(link, fault)
        return PrintResult(SlipState.UNKNOWN, fault or Fault.NOT_CONFIRMED)

    async def _forget(self, link: PrinterLink, fault: Fault | None) -> None:
        """Have a slip that waits inside the printer for hands forgotten, where that can be done.

        Else it comes out when paper is back, for nobody. What of it is on paper the hands take away.
        """
        if fault in {Fault.PAPER_OUT, Fault.COVER_OPEN} and self._profile.clear.command:
            with suppress(DeviceError):
                await link.clear(self._profile.clear.command)

    async def _look(self, link: PrinterLink) -> Fault | None:
        """What is wrong with the printer now."""
        condition = await link.ask()
        self._tell(condition)
        return condition.fault

    async def _ready(self, link: PrinterLink) -> Fault | None:
        """What is wrong with it, half a slip that is still inside it included."""
        fault = await self._look(link)
        if fault:
            return fault
        if await link.settle(self._grace) or await self._emptied(link):
            await self._cut_off(link)
            return None
        self._tell(PrinterCondition(Fault.NO_ANSWER))
        return Fault.NO_ANSWER

    async def _cut_off(self, link: PrinterLink) -> None:
        """No slip stands on the same paper as half of another one's."""
        if link.broke_off:
            link.broke_off = False
            await link.send(INITIALISE + AUTOMATIC_STATUS_ON + CUT)

    async def _emptied(self, link: PrinterLink) -> bool:
        """Whether the printer could be rid of half a slip."""
        clear = self._profile.clear.command
        if not clear:
            return False
        _log.warning("%s: half a slip is cleared from its buffer", self._device)
        await link.clear(clear)
        link.broke_off = True
        return await link.settle(self._grace)

    async def _session(self, online: Callable[[], None]) -> None:
        """One line from opening to loss."""
        wire = await self._open_wire()
        link = PrinterLink(self._device, wire, self._open_fences)
        link.changed = self._tell
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(link.listen(), name=f"{self._device} replies")
                await self._watch(link, online)
        except* DeviceError as errors:
            raise _first(errors) from None
        finally:
            link.lose()
            self._open_fences = link.open_fences
            self._link = None
            self._fault = self._fault or Fault.OFFLINE
            await wire.close()

    async def _watch(self, link: PrinterLink, online: Callable[[], None]) -> None:
        await link.ask()
        await link.send(INITIALISE + AUTOMATIC_STATUS_ON)
        online()
        self._link = link
        self._heard_of.set()
        while True:
            async with self._busy:
                await self._ready(link)
            await asyncio.sleep(self._look_every)

    def _tell(self, condition: PrinterCondition) -> None:
        """Report a fault of the printer itself when it begins, changes or ends."""
        self._fault = condition.fault
        self._watch_roll(condition)
        left = f"about {self._slips_left} slips" if self._slips_left is not None else ""
        fault = self._fault or (Fault.PAPER_LOW if left else None)
        if fault is self._told:
            return
        self._told = fault
        _log.info("%s: %s", self._device, fault or "well again")
        detail = left if fault is Fault.PAPER_LOW else ""
        self._report(DeviceCondition(self._device, DeviceKind.PRINTER, self.status, fault, detail))

    def _watch_roll(self, condition: PrinterCondition) -> None:
        """A sensor that wavers near the roll's end doesn't begin the count anew; a new roll does."""
        if condition.fault in {Fault.PAPER_OUT, Fault.COVER_OPEN}:
            self._slips_left = None
        elif condition.paper_low and self._slips_left is None:
            self._slips_left = SLIPS_LEFT

    def _count_down(self) -> None:
        if self._slips_left is not None:
            self._slips_left = max(0, self._slips_left - 1)

    def _report_line(self, condition: DeviceCondition) -> None:
        """Report the line's faults; with the line gone nothing is known of the printer."""
        self._told = None
        self._fault = condition.fault
        if condition.fault:
            self._heard_of.set()
        self._report(condition)


def _process_id(job: JobId) -> bytes:
    """Four printable characters of the job (``GS ( H`` allows 20h to 7Eh)."""
    number = int.from_bytes(hashlib.sha256(job.encode()).digest()[:8])
    digits = []
    for _ in range(4):
        number, digit = divmod(number, _BASE)
        digits.append(0x21 + digit)
    return bytes(digits)


def _first(errors: "ExceptionGroup[DeviceError]") -> DeviceError:
    error: Exception = errors
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, DeviceError)
    return error
