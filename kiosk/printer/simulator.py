"""A receipt printer at the far end of the wire. It obeys physics and has hands.

Without paper or with the cover open it keeps what it was sent and prints it when it can again, as
real ones do; real-time questions are answered all the same, queued ones wait their turn.
"""

import asyncio
import math
from collections import deque

from kiosk.devices.simwire import FarEnd
from kiosk.printer.answers import Answers
from kiosk.printer.commands import Command, CommandReader
from kiosk.printer.mechanism import Mechanism, Mouth
from kiosk.printer.paper import Paper, PrintedSlip
from kiosk.printer.presenter import FULL_STATUS
from kiosk.printer.profile import DOTS_PER_MM, PrinterProfile

KEPT = 50
"""Pieces of paper that lie in the tray at the most."""


class SimulatedPrinter:
    """The printer. :meth:`run` is its task; ``paper`` is what lies in the tray, the newest last."""

    def __init__(
        self,
        wire: FarEnd,
        profile: PrinterProfile | None = None,
        *,
        speed_mm_s: float = math.inf,
    ) -> None:
        """``speed_mm_s`` is how fast paper comes out; by default a slip is there at once."""
        self._wire = wire
        self._dots_a_second = speed_mm_s * DOTS_PER_MM
        self._paper = Paper(profile or PrinterProfile())
        self.paper: deque[PrintedSlip] = deque(maxlen=KEPT)
        self._reader = CommandReader()
        self._waiting: deque[Command] = deque()
        self.uncut = bytearray()
        """What is on the paper since the last cut, as it was sent."""
        self.mechanism = Mechanism()
        """Roll, cover and cutter, for hands."""
        self.mouth = Mouth(profile.presenter if profile else False)
        """Where a slip hangs until it is taken, in models with a presenter."""
        self.answers = Answers(wire)
        """What it says, for hands that make it mute or slow."""

    def __repr__(self) -> str:
        return f"<SimulatedPrinter, {len(self.paper)} slips in the tray>"

    async def run(self) -> None:
        """Print what comes over the wire, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen(), name="simulated printer's ear")
            tasks.create_task(self._work(), name="simulated printer's body")

    def print_at(self, speed_mm_s: float) -> None:
        """From now on paper comes out as fast as this."""
        self._dots_a_second = speed_mm_s * DOTS_PER_MM

    def pull_cable(self) -> None:
        """The cable is pulled; the printer keeps its power and what it has heard."""
        self._wire.unplug()

    def unplug(self) -> None:
        """The cable is pulled, and what was in the buffer is gone with the power."""
        self._wire.unplug()
        self._reader.forget()
        self._waiting.clear()
        self.uncut.clear()
        self.answers.end_automatic_status()

    def plug(self) -> None:
        """The cable is back; it speaks again."""
        self.answers.go_mute(False)
        self._wire.plug()

    def tear_off(self) -> None:
        """Somebody takes what lies in the tray."""
        self.paper.clear()
        self.mouth.take()

    async def _listen(self) -> None:
        while True:
            for command in self._reader.feed(await self._wire.read(1)):
                if command.name == "DLE EOT":
                    await self.answers.send(self._real_time(command.data[0]))
                elif command.name in {"DLE ENQ", "DLE DC4"}:
                    self._waiting.clear()
                else:
                    self._waiting.append(command)
            self.mechanism.moved.set()

    async def _work(self) -> None:
        while True:
            await self.answers.tell(self.mechanism.frame())
            if self._waiting and not self.mechanism.offline:
                await self._execute(self._waiting.popleft())
            else:
                await self.mechanism.moved.wait()
                self.mechanism.moved.clear()

    async def _execute(self, command: Command) -> None:
        match command.name:
            case "GS a":
                self.answers.begin_automatic_status(command.data[0])
            case "GS r":
                await self.answers.send(bytes([0x00]))
            case "GS ( H":
                await self.answers.send(b"\x37\x22" + command.data[2:] + b"\0")
            case "GS V" if self.mechanism.cutter_stuck:
                self._waiting.appendleft(command)
                self.mechanism.hang()
            case "GS V":
                self._cut(command)
            case "GS e":
                self.mouth.eject(command.data[0])
            case _:
                await self._draw(command)

    def _real_time(self, n: int) -> bytes:
        if n == FULL_STATUS[-1]:
            return self.mouth.full_status(self.mechanism)
        return bytes([self.mechanism.real_time(n)])

    async def _draw(self, command: Command) -> None:
        before = self._paper.height
        self.uncut += command.raw
        self._paper.draw(command)
        if pause := (self._paper.height - before) / self._dots_a_second:
            await asyncio.sleep(pause)

    def _cut(self, command: Command) -> None:
        data = bytes(self.uncut) + command.raw
        self.uncut.clear()
        self.paper.append(self._paper.cut(data))
        self.mouth.present()
