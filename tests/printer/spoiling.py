"""Somebody's hands in a printer all the time, and a count of what came out of it all the same."""

import asyncio
import random
import re
from collections import Counter

from kiosk.printer.simulator import SimulatedPrinter
from tests.printer.atwork import Cable
from tests.support.escpos_decoder import DecodeError, decode


class Tray:
    """Counts the numbers on what lies in the tray, by the independent decoder, and empties it."""

    def __init__(self, number: str) -> None:
        """``number``: a regular expression of a ticket's."""
        self._number = re.compile(number)
        self._on_the_wire = re.compile(number.encode())
        self.found: Counter[str] = Counter()

    def empty(self, printer: SimulatedPrinter) -> None:
        """Take what is there."""
        while printer.paper:
            numbers = self._numbers(printer.paper.popleft().data)
            assert len(numbers) <= 1, "two tickets on one paper"
            self.found.update(numbers)

    def _numbers(self, data: bytes) -> set[str]:
        try:
            lines = [line for paper in decode(data) for line in paper.lines]
        except DecodeError:  # half a command, from a cable that was pulled in its middle
            return {number.decode() for number in self._on_the_wire.findall(data)}
        return {line for line in lines if self._number.fullmatch(line)}


async def hands(
    printer: SimulatedPrinter, cable: Cable, chance: random.Random, *, a_second: float
) -> None:
    """Something is spoilt and mended again, for ever, so often ``a_second``."""
    mechanism = printer.mechanism
    faults = [
        (mechanism.run_out_of_paper, mechanism.load_paper),
        (mechanism.open_cover, mechanism.close_cover),
        (mechanism.jam_cutter, mechanism.clear_jam),
        (mechanism.run_low, mechanism.load_paper),
        (printer.answers.go_mute, lambda: printer.answers.go_mute(False)),
        (printer.pull_cable, printer.plug),
        (printer.unplug, printer.plug),
        (cable.break_soon, cable.plug),
    ]
    try:
        while True:
            await asyncio.sleep(chance.expovariate(a_second))
            spoil, mend = chance.choice(faults)
            spoil()
            await asyncio.sleep(chance.expovariate(20))
            mend()
    finally:
        for _, mend in faults:
            mend()
