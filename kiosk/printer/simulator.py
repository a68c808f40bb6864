"""A receipt printer at the far end of the wire. It obeys physics and has hands.

Without paper or with the cover open it keeps what it was sent and prints it when it can again, as
real ones do; real-time questions are answered all the same, queued ones wait their turn.
"""

import asyncio
from collections import deque

from kiosk.devices.simwire import FarEnd
from kiosk.printer.commands import Command, CommandReader
from kiosk.printer.paper import Paper, PrintedSlip
from kiosk.printer.profile import PrinterProfile

KEPT = 50
"""Pieces of paper that lie in the tray at the most."""


class SimulatedPrinter:
    """The printer. :meth:`run` is its task; ``paper`` is what lies in the tray, the newest last."""

    def __init__(self, wire: FarEnd, profile: PrinterProfile | None = None) -> None:
        self._wire = wire
        self._paper = Paper(profile or PrinterProfile())
        self.paper: deque[PrintedSlip] = deque(maxlen=KEPT)
        self._reader = CommandReader()
        self._waiting: deque[Command] = deque()
        self._since_cut = bytearray()
        self._out_of_paper = False
        self._cover_open = False
        self._cutter_jammed = False
        self._mute = False
        self._automatic = False
        self._moved = asyncio.Event()

    def __repr__(self) -> str:
        return f"<SimulatedPrinter, {len(self.paper)} slips in the tray>"

    async def run(self) -> None:
        """Print what comes over the wire, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen(), name="simulated printer's ear")
            tasks.create_task(self._answer_hands(), name="simulated printer's body")

    def run_out_of_paper(self) -> None:
        """The roll ends."""
        self._out_of_paper = True
        self._moved.set()

    def load_paper(self) -> None:
        """A new roll."""
        self._out_of_paper = False
        self._moved.set()

    def open_cover(self) -> None:
        """Somebody opens the cover."""
        self._cover_open = True
        self._moved.set()

    def close_cover(self) -> None:
        """And closes it."""
        self._cover_open = False
        self._moved.set()

    def jam_cutter(self) -> None:
        """The cutter sticks at the next cut."""
        self._cutter_jammed = True
        self._moved.set()

    def clear_jam(self) -> None:
        """Somebody frees the cutter."""
        self._cutter_jammed = False
        self._moved.set()

    def go_mute(self, mute: bool = True) -> None:
        """It prints and says nothing."""
        self._mute = mute

    def unplug(self) -> None:
        """The cable is pulled, and what was in the buffer is gone with the power."""
        self._wire.unplug()
        self._reader.forget()
        self._waiting.clear()
        self._since_cut.clear()
        self._automatic = False

    def plug(self) -> None:
        """The cable is back; it speaks again."""
        self._mute = False
        self._wire.plug()

    def tear_off(self) -> None:
        """Somebody takes what lies in the tray."""
        self.paper.clear()

    async def _listen(self) -> None:
        while True:
            for command in self._reader.feed(await self._wire.read(1)):
                if command.name == "DLE EOT":
                    await self._say(bytes([self._real_time(command.data[0])]))
                elif command.name in {"DLE ENQ", "DLE DC4"}:
                    self._waiting.clear()
                    self._since_cut.clear()
                else:
                    self._waiting.append(command)
            await self._work()

    async def _answer_hands(self) -> None:
        while True:
            await self._moved.wait()
            self._moved.clear()
            if self._automatic:
                await self._say(self._frame())
            await self._work()

    async def _work(self) -> None:
        while self._waiting and not self._offline:
            await self._execute(self._waiting.popleft())

    async def _execute(self, command: Command) -> None:
        match command.name:
            case "GS a":
                self._automatic = command.data[0] != 0
                if self._automatic:
                    await self._say(self._frame())
            case "GS r":
                await self._say(bytes([0x00]))
            case "GS ( H":
                await self._say(b"\x37\x22" + command.data[2:] + b"\0")
            case "GS V":
                self._cut(command)
            case _:
                self._since_cut += command.raw
                self._paper.draw(command)

    def _cut(self, command: Command) -> None:
        data = bytes(self._since_cut) + command.raw
        self._since_cut.clear()
        self.paper.append(self._paper.cut(data))

    @property
    def _offline(self) -> bool:
        return self._out_of_paper or self._cover_open or self._cutter_jammed

    def _real_time(self, n: int) -> int:
        """One byte of ``0xx1xx10``."""
        bits = 0x12
        match n:
            case 1:
                bits |= 0x08 if self._offline else 0
            case 2:
                bits |= 0x04 if self._cover_open else 0
                bits |= 0x20 if self._out_of_paper else 0
                bits |= 0x40 if self._cutter_jammed else 0
            case 3:
                bits |= 0x08 if self._cutter_jammed else 0
            case 4:
                bits |= 0x6C if self._out_of_paper else 0
            case _:
                pass
        return bits

    def _frame(self) -> bytes:
        """Automatic status, four bytes."""
        first = 0x10 | (0x08 if self._offline else 0) | (0x20 if self._cover_open else 0)
        second = 0x08 if self._cutter_jammed else 0
        third = 0x0F if self._out_of_paper else 0
        return bytes([first, second, third, 0])

    async def _say(self, data: bytes) -> None:
        if not self._mute:
            await self._wire.write(data)
