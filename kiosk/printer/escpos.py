"""The ESC/POS driver: a ``TicketPrinter`` on a serial, network or USB line.

A slip is sent only to a printer that has just said that it is ready, and is *printed* only on the
printer's own word; without it the outcome is unknown and nothing is ever sent again by itself.
"""

import asyncio
import hashlib
import logging
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial

from kiosk.devices.supervision import DELAYS, Plug, supervise
from kiosk.devices.transport import Wire
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId, JobId
from kiosk.domain.slip import Slip, SlipMedia, SlipState
from kiosk.machine.typefaces import FontMissing
from kiosk.ports import DeviceError, PrintResult, ReportCondition
from kiosk.printer.encoder import SlipEncoder
from kiosk.printer.health import PrinterHealth
from kiosk.printer.link import PrinterLink
from kiosk.printer.presenter import Patience, Presenter
from kiosk.printer.profile import PrinterProfile
from kiosk.printer.roll import PaperRoll
from kiosk.printer.session import LeftOpen, Pace, PrinterSession

_log = logging.getLogger(__name__)

OpenWire = Callable[[], Awaitable[Wire]]

LOOK_EVERY = 2.0
"""Seconds between two looks at an idle printer."""
FIRST_CONTACT_WITHIN = 2.0
"""Seconds that a slip waits for a printer that nothing is known of yet: the machine has just started."""
WARM_AFTER = 3.0
"""Seconds from the start to the loading of what the first slip needs."""
GRACE = 3.0


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
        roll: PaperRoll | None = None,
        patience: Patience | None = None,
        look_every: float = LOOK_EVERY,
        grace: float = GRACE,
    ) -> None:
        """``baud`` is the serial line's; None: a line whose speed doesn't matter. ``grace``: Pace.

        ``patience`` is for a model with a presenter.
        """
        self._device = device
        self._open_wire = open_wire
        self._profile = profile
        self._encoder = encoder
        self._roll = roll or PaperRoll()
        self._health = PrinterHealth(device, report, self._roll)
        self._presenter = Presenter(patience or Patience(), self._health.slip_held_out)
        self._pace = Pace(baud / 10 if baud else math.inf, grace)
        self._delays = delays
        self._plug = plug
        self._look_every = look_every
        self._session: PrinterSession | None = None
        self._left = LeftOpen()
        self._busy = asyncio.Lock()
        self._heard_of = asyncio.Event()

    def __repr__(self) -> str:
        return f"<EscposPrinter {self._device} {self.status}>"

    @property
    def status(self) -> DeviceStatus:
        """How the printer was when last heard of."""
        return self._health.status

    @property
    def slips_left(self) -> int | None:
        """For about how many slips there is paper; None while nobody knows."""
        return self._roll.left

    async def run(self) -> None:
        """Keep the line open and an eye on the printer, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._warm_up(), name="first slip's warmth")
            await supervise(
                self._device,
                DeviceKind.PRINTER,
                self._one_line,
                self._report_line,
                delays=self._delays,
                plug=self._plug,
            )

    def media(self) -> AsyncIterator[tuple[JobId, SlipMedia]]:
        """See ``ports.SlipPresenter``."""
        return self._presenter.media()

    async def print(
        self, slip: Slip, about_to_send: Callable[[str], Awaitable[None]]
    ) -> PrintResult:
        """See ``ports.TicketPrinter``."""
        return await self._print(slip.job, partial(self._encoded, slip), about_to_send)

    async def print_test(self, job: JobId, title: str, facts: Sequence[str]) -> PrintResult:
        """Put a test slip on paper, as carefully as a customer's; see :mod:`kiosk.printer.testslip`."""

        async def unannounced(digest: str) -> None:
            """It stands in no log."""

        def encoded() -> tuple[bytes, str]:
            return self._encoder.encode_test(title, facts), ""

        return await self._print(job, encoded, unannounced)

    async def _print(
        self,
        job: JobId,
        encode: Callable[[], tuple[bytes, str]],
        about_to_send: Callable[[str], Awaitable[None]],
    ) -> PrintResult:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._heard_of.wait(), FIRST_CONTACT_WITHIN)
        async with self._busy:
            session = self._session
            if session is None:
                return PrintResult(SlipState.FAILED, self._health.fault or Fault.OFFLINE)
            # Both at once: a serial line carries the questions while the slip is drawn.
            fault, encoded = await asyncio.gather(_preflight(session), self._drawn(encode))
            if fault or encoded is None:
                return PrintResult(SlipState.FAILED, fault or Fault.INTERNAL)
            body, digest = encoded
            await about_to_send(digest)
            if session.lost:
                return PrintResult(SlipState.FAILED, Fault.CONNECTION_LOST)
            return await session.print(job, body)

    async def _drawn(self, encode: Callable[[], tuple[bytes, str]]) -> tuple[bytes, str] | None:
        try:
            return await asyncio.to_thread(encode)
        except FontMissing as error:
            _log.error("%s: %s", self._device, error)
            return None

    def _encoded(self, slip: Slip) -> tuple[bytes, str]:
        """The bytes and their digest; of a slip with a name the digest is without it, for it is kept."""
        body = kept = self._encoder.encode(slip)
        if slip.named_greeting is not None:
            kept = self._encoder.encode(slip.unnamed)
        return body, hashlib.sha256(kept).hexdigest()

    async def _warm_up(self) -> None:
        """In good time for the first slip, and not while the branch starts: it would start later."""
        await asyncio.sleep(WARM_AFTER)
        await asyncio.to_thread(self._encoder.warm_up)

    async def _one_line(self, online: Callable[[], None]) -> None:
        """One line from opening to loss."""
        wire = await self._open_wire()
        link = PrinterLink(self._device, wire)
        presenter = self._presenter if self._profile.presenter else None
        session = PrinterSession(
            link, self._profile, self._health, self._pace, left=self._left, presenter=presenter
        )
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(link.listen(), name=f"{self._device} replies")
                await self._watch(session, online)
        except ExceptionGroup as errors:
            # No except*: up to Python 3.11.3 what is raised there comes out in a group again.
            lost, others = errors.split(DeviceError)
            if lost is None or others:
                raise
            raise _first(lost) from None
        finally:
            link.lose()
            self._left = session.left_open
            self._session = None
            self._health.line_lost()
            await wire.close()

    async def _watch(self, session: PrinterSession, online: Callable[[], None]) -> None:
        await session.begin()
        online()
        self._session = session
        self._heard_of.set()
        while True:
            async with self._busy:
                await session.ready()
            await self._presenter.keep_looking(self._look_every, self._busy)

    def _report_line(self, condition: DeviceCondition) -> None:
        if condition.fault:
            self._heard_of.set()
        self._health.tell_line(condition)


async def _preflight(session: PrinterSession) -> Fault | None:
    """What keeps the printer from taking a slip now."""
    try:
        return await session.ready()
    except DeviceError as error:
        return error.fault


def _first(errors: "ExceptionGroup[DeviceError]") -> DeviceError:
    error: Exception = errors
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, DeviceError)
    return error
