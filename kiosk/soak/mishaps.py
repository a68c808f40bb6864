"""What goes wrong in a branch now and then, done to it on purpose: at the wires, and at the broker."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from random import Random

from kiosk.cardreader.simulator import SimulatedCardReader
from kiosk.printer.simulator import SimulatedPrinter

LASTS = (2.0, 15.0)
"""Seconds that a mishap lasts, from … to."""


class Mishaps:
    """One thing after the other, each mended before the next. :meth:`run` is its task."""

    def __init__(
        self,
        printer: SimulatedPrinter,
        reader: SimulatedCardReader,
        broker: Path,
        luck: Random,
        every: float,
    ) -> None:
        """``broker`` is its pid file. A mishap comes after ``every`` seconds, more or less."""
        self._printer, self._reader, self._broker = printer, reader, broker
        self._luck, self._every = luck, every
        self.happened: Counter[str] = Counter()

    async def run(self) -> None:
        """Until cancelled."""
        kinds: dict[str, Callable[[], Awaitable[None]]] = {
            "printer out of paper": self._out_of_paper,
            "printer's cover open": self._cover_open,
            "printer unplugged": self._printer_unplugged,
            "printer mute": self._printer_mute,
            "reader unplugged": self._reader_unplugged,
            "broker killed": self._broker_killed,
            "broker frozen": self._broker_frozen,
        }
        while True:
            await asyncio.sleep(self._luck.expovariate(1 / self._every))
            name = self._luck.choice(list(kinds))
            self.happened[name] += 1
            await kinds[name]()

    async def _while_it_lasts(self) -> None:
        await asyncio.sleep(self._luck.uniform(*LASTS))

    async def _out_of_paper(self) -> None:
        self._printer.mechanism.run_out_of_paper()
        await self._while_it_lasts()
        self._printer.mechanism.load_paper()

    async def _cover_open(self) -> None:
        self._printer.mechanism.open_cover()
        await self._while_it_lasts()
        self._printer.mechanism.close_cover()

    async def _printer_unplugged(self) -> None:
        self._printer.unplug()
        await self._while_it_lasts()
        self._printer.plug()

    async def _printer_mute(self) -> None:
        self._printer.answers.go_mute()
        await self._while_it_lasts()
        self._printer.answers.go_mute(False)

    async def _reader_unplugged(self) -> None:
        self._reader.unplug()
        await self._while_it_lasts()
        self._reader.plug()

    async def _broker_killed(self) -> None:
        self._signal(signal.SIGKILL)

    async def _broker_frozen(self) -> None:
        self._signal(signal.SIGSTOP)
        try:
            await self._while_it_lasts()
        finally:
            self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        with suppress(FileNotFoundError, ValueError, ProcessLookupError):  # it is down already
            os.kill(int(self._broker.read_text()), number)
