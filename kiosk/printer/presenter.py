"""The mouth of a kiosk printer: a slip hangs there until somebody takes it.

Sources: CUSTOM's command reference (VKP80, KPM series): ``DLE EOT 20`` (full status), ``GS e`` (ejector).
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.ids import JobId
from kiosk.domain.slip import SlipMedia
from kiosk.printer.link import PrinterLink
from kiosk.printer.replies import FullStatus, Reply

FULL_STATUS = bytes.fromhex("100414")
"""``DLE EOT 20``"""
REMIND_AFTER = 4.0
"""Seconds after which a slip that hangs there was left."""
LOOK_EVERY = 0.5
_ANSWER_WITHIN = 0.5
_OUT_WITHIN = 3.0
"""Seconds within which a slip that is printed shows in the mouth."""
_UNTAKEN_KEPT = 16


class NotTaken(StrEnum):
    """What is done with a slip that nobody takes."""

    RETRACT = "retract"
    DROP = "drop"
    LEAVE = "leave"

    @property
    def command(self) -> bytes:
        """``GS e 2`` (retract) or ``GS e 5`` (eject); none to leave it."""
        match self:
            case NotTaken.RETRACT:
                return b"\x1de\x02"
            case NotTaken.DROP:
                return b"\x1de\x05"
            case NotTaken.LEAVE:
                return b""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a slip may hang there, in seconds, and what then."""

    after: float = 30.0
    then: NotTaken = NotTaken.RETRACT
    remind_after: float = REMIND_AFTER


@dataclass(slots=True)
class _InTheMouth:
    job: JobId
    since: float
    seen: bool = False
    left: bool = False
    given_up: bool = False


class Presenter:
    """Watches the mouth over whatever link there is. ``told`` hears of each slip whether it was taken.

    Nothing is told of a slip that is taken before its customer had to be reminded.
    """

    def __init__(self, patience: Patience, told: Callable[[bool], None]) -> None:
        self._patience = patience
        self._told = told
        self._slip: _InTheMouth | None = None
        self._link: PrinterLink | None = None
        self._answer: FullStatus | None = None
        self._media: asyncio.Queue[tuple[JobId, SlipMedia]] = asyncio.Queue(_UNTAKEN_KEPT)

    async def media(self) -> AsyncIterator[tuple[JobId, SlipMedia]]:
        """See ``ports.SlipPresenter``."""
        while True:
            yield await self._media.get()

    def attach(self, link: PrinterLink) -> None:
        """Look over this link from now on."""
        self._link = link
        link.listeners.append(self._take)

    def printed(self, job: JobId) -> None:
        """A slip comes out; one that still hung there is pushed out by it."""
        if self._slip:
            self._over(self._slip, SlipMedia.DROPPED)
        self._slip = _InTheMouth(job, asyncio.get_running_loop().time())

    async def keep_looking(self, seconds: float, busy: asyncio.Lock) -> None:
        """For so long, while a slip may hang there and nobody is ``busy`` with the printer.

        Raises DeviceError when the line is lost.
        """
        clock = asyncio.get_running_loop().time
        until = clock() + seconds
        while (left := until - clock()) > 0:
            await asyncio.sleep(min(left, LOOK_EVERY) if self._slip else left)
            if self._slip:
                async with busy:
                    await self._look()

    async def _look(self) -> None:
        """What has become of the slip in the mouth."""
        slip, link = self._slip, self._link
        if slip is None or link is None:
            return
        self._answer = None
        await link.send(FULL_STATUS)
        if not await link.until(lambda: self._answer is not None, _ANSWER_WITHIN):
            return
        waited = asyncio.get_running_loop().time() - slip.since
        if self._answer and self._answer.ticket_in_mouth:
            slip.seen = True
            await self._still_there(slip, waited, link)
        elif slip.seen or waited > _OUT_WITHIN:
            self._over(slip, SlipMedia.TAKEN)

    async def _still_there(self, slip: _InTheMouth, waited: float, link: PrinterLink) -> None:
        if waited >= self._patience.remind_after and not slip.left:
            slip.left = True
            self._tell(slip.job, SlipMedia.LEFT)
        if waited < self._patience.after or slip.given_up:
            return
        then = self._patience.then
        slip.given_up = True
        self._told(False)
        if then.command:
            await link.send(then.command)
            retracted = then is NotTaken.RETRACT
            self._over(slip, SlipMedia.RETRACTED if retracted else SlipMedia.DROPPED)

    def _over(self, slip: _InTheMouth, media: SlipMedia) -> None:
        self._slip = None
        if media is SlipMedia.TAKEN:
            self._told(True)
        if slip.left:
            self._tell(slip.job, media)

    def _tell(self, job: JobId, media: SlipMedia) -> None:
        # Where nobody listens, what is old is of nobody's interest.
        if self._media.full():
            self._media.get_nowait()
        self._media.put_nowait((job, media))

    def _take(self, reply: Reply) -> None:
        if isinstance(reply, FullStatus):
            self._answer = reply
