"""A serial bus with one master, RS-485 as a rule: it asks, one device at a time, and nobody else does."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from kiosk.busframe import Expected, Found
from kiosk.devices.serialport import open_serial
from kiosk.devices.supervision import Plug, Unseen
from kiosk.devices.transport import Wire
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError
from kiosk.tasks import end

BITS = 10
"""Of a character on the line: start, eight of data, stop."""
MOST_HEARD = 1024
"""Bytes after which a bus that never falls silent isn't listened to any longer."""
STALE_FOR = 2.0
"""Seconds after a question without an answer in which the answer may come all the same."""
_WRITE_WITHIN = 1.0
_TURNAROUND, _LATEST = 0.001, 0.0025
"""Seconds that any device takes to begin, and for how long it isn't looked for at the most."""


class Missed(StrEnum):
    """Why a question has no answer."""

    SILENT = "no reply"
    GARBLED = "garbled replies: noise, or two devices at one address"


@dataclass(frozen=True, slots=True)
class Question:
    """A frame for one device, and what it answers with."""

    data: bytes
    answer: Expected | None = None
    """None: it never answers."""
    silence: float = 1
    """Characters for which the line is silent before it."""
    within: float = 0.05
    """Seconds that the device may take before it begins to answer."""


class Bus:
    """The one master of the devices at a serial port. Opened with the first question.

    A line that is lost is opened again by whoever asks next; :meth:`plug` is how to wait for that.
    """

    def __init__(
        self,
        port: str,
        baud: int,
        *,
        open_wire: Callable[[DeviceId, str, int], Awaitable[Wire]] = open_serial,
        plug: Callable[[], Plug] = Unseen,
    ) -> None:
        """``plug`` makes plugs of the port: each device on the bus watches it for itself."""
        self._port = port
        self._plug = plug
        self._character = BITS / baud
        self._baud = baud
        self._open_wire = open_wire
        self._turn = asyncio.Lock()
        self._wire: Wire | None = None
        self._opened = asyncio.Event()
        self._silent_since = 0.0
        self._begins_after = _TURNAROUND
        """Seconds that devices take, as they did of late."""
        self._stale_until = 0.0
        """Until then an answer that nobody waits for any more may still come in."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._port} {'open' if self._wire else 'closed'}>"

    async def ask(self, device: DeviceId, question: Question) -> Found | Missed:
        """Ask one device; whoever else wants to waits for the turn, first come first served.

        Raises ``DeviceError`` of ``device`` when the line can't be used. A question that is never
        answered is found when it has left.
        """
        async with self._turn:
            try:
                wire = await self._line(device)
                return await self._exchange(wire, question)
            except DeviceError as error:
                await self._lose()
                raise DeviceError(device, error.fault, error.detail) from error
            except asyncio.CancelledError:
                # Half an exchange is on the line: what comes of it is nobody's answer.
                self._silent_since = _now() + len(question.data) * self._character
                raise

    def plug(self) -> Plug:
        """Of a device on the bus: in while the bus is, and again as soon as its line is."""
        return _BusPlug(self._plug(), self._opened, self.close)

    async def close(self) -> None:
        """Give the line back; twice does nothing."""
        await self._lose()

    async def _line(self, device: DeviceId) -> Wire:
        if self._wire is None:
            self._wire = await self._open_wire(device, self._port, self._baud)
            self._opened.set()
        return self._wire

    async def _lose(self) -> None:
        wire, self._wire = self._wire, None
        if wire is not None:
            await wire.close()

    async def _exchange(self, wire: Wire, question: Question) -> Found | Missed:
        await self._await_silence(wire, question.silence)
        await wire.write(question.data, _WRITE_WITHIN)
        sent = _now() + len(question.data) * self._character
        stale_until = self._stale_until
        if question.answer is None:
            self._silent_since = sent
            return Found({}, b"", 0)
        self._stale_until = sent + STALE_FOR
        try:
            found = await self._listen(wire, question, question.answer, sent)
        finally:
            self._silent_since = max(sent, _now())
        if isinstance(found, Found):
            self._stale_until = stale_until
        return found

    async def _await_silence(self, wire: Wire, characters: float) -> None:
        """Until the last frame is over; what was said meanwhile was said to nobody."""
        left = self._silent_since + characters * self._character - _now()
        if left > 0:
            await asyncio.sleep(left)
        heard = 0 if _now() < self._stale_until else MOST_HEARD
        while heard < MOST_HEARD and (data := await wire.read(0)):
            heard += len(data)

    async def _listen(
        self, wire: Wire, question: Question, answer: Expected, sent: float
    ) -> Found | Missed:
        heard = b""
        whole = sent + answer.size * self._character
        until = whole + question.within
        # Before that there can't be a whole answer: waking at each byte would cost ten times as much.
        look_at = whole + min(self._begins_after, question.within)
        await asyncio.sleep(look_at - _now())
        left = until - _now()
        while len(heard) < MOST_HEARD:
            # What is there by now was in time, however late the loop comes to look for it.
            heard += await wire.read(0) or (await wire.read(left) if left > 0 else b"")
            told = without_echo(heard, question.data)
            if found := answer.search(told):
                self._expect(look_at, whole)
                return found
            if left <= 0:
                break
            look_at = 0.0
            await asyncio.sleep(min(left, max(answer.size - len(told), 1) * self._character))
            left = until - _now()
        return Missed.GARBLED if without_echo(heard, question.data) else Missed.SILENT

    def _expect(self, looked_at: float, whole: float) -> None:
        """Devices of one bus take about the same time: look for the next answer a little after that.

        An answer that was there when it was looked for may have come earlier.
        """
        late = _now() - whole
        sooner = self._begins_after * 0.95
        self._begins_after = max(_TURNAROUND, sooner if looked_at else min(late, _LATEST))


class _BusPlug:
    """The plug of one device on a bus."""

    def __init__(
        self, plug: Plug, opened: asyncio.Event, lose: Callable[[], Awaitable[None]]
    ) -> None:
        self._plug = plug
        self._opened = opened
        self._lose = lose

    async def rest(self, seconds: float) -> bool:
        """Wait that long, or until a line that was lost is there again."""
        self._opened.clear()
        plugged = asyncio.create_task(self._plug.rest(seconds), name="plug of a bus")
        opened = asyncio.create_task(self._opened.wait(), name="opening of a bus")
        try:
            await asyncio.wait((plugged, opened), return_when=asyncio.FIRST_COMPLETED)
            return plugged.done() and plugged.result()
        finally:
            await end(plugged, opened)

    async def pulled(self) -> None:
        """The bus is closed then: what is plugged in next is another line."""
        await self._plug.pulled()
        await self._lose()

    async def is_out(self) -> bool:
        """Whether the bus is."""
        return await self._plug.is_out()


def without_echo(heard: bytes, said: bytes) -> bytes:
    """What was heard besides one's own words, which some adapters repeat."""
    return b"" if said.startswith(heard) else heard.removeprefix(said)


def _now() -> float:
    return asyncio.get_running_loop().time()
