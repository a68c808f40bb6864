"""Customer after customer with a card, while somebody's hands are in reader and printer.

Every swipe is one reading or, with the reader's plug out, none; nobody is greeted as somebody else;
every ticket has one outcome, and the tests' own decoder finds at most one piece of paper of it.

    python -m tests.reliability.swipesandslips --customers 2500 --seed 1
"""

import argparse
import asyncio
import gc
import json
import logging
import math
import os
import random
import tempfile
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path

from kiosk.assembly.hardware import Hardware
from kiosk.cardreader.idreader import IdCardReader
from kiosk.cardreader.magstripe import MagstripeReader
from kiosk.cardreader.simulator import SampleCard
from kiosk.devices.simwire import SimulatedSocket
from kiosk.domain.client import Client
from kiosk.domain.commands import OpenDay
from kiosk.domain.device import DeviceStatus
from kiosk.domain.events import Event, TicketIssued
from kiosk.domain.ids import ClientRef, DeviceId, Language, ServiceId
from kiosk.domain.slip import SlipState
from kiosk.domain.slipevents import PrintFailed, PrintUnknown, TicketPrinted
from kiosk.domain.visit import (
    CancelTouched,
    ChoosingService,
    HoldingTicket,
    Idle,
    LanguageTouched,
    Notice,
    ServiceTouched,
    Stage,
)
from kiosk.identities import CardReading
from kiosk.printer.encoder import SlipEncoder, TextMode
from kiosk.printer.escpos import EscposPrinter
from kiosk.printer.profile import BufferClear, PrinterProfile
from kiosk.printer.simulator import SimulatedPrinter
from tests.day.wholeday import PRINTER, WholeDay, whole_day
from tests.domain.day import MORNING
from tests.flow.work import at_work
from tests.printer.atwork import Cable, opener
from tests.printer.spoiling import Tray, hands
from tests.support.eventually import until

READER = DeviceId("swipe")
CARDS = 60
"""More than can be swiped within three seconds: the same card again would be the same reading."""
A_DAY = 250
ONE_A_SECOND = 1.0
WELL, UNPLUGGED = 0.85, 0.99
"""Up to this share of swipes all is well; from that on the plug is out."""
BACK_WITHIN = 6.0
"""Seconds after which a reader that is plugged in again is read."""
LONG = 20.0
"""Seconds within which everything that is to come has come."""


@dataclass(frozen=True)
class Upkeep:
    """What the process holds when a day is over."""

    customers: int
    megabytes: float
    files: int
    threads: int
    tasks: int


@dataclass
class Found:
    """What became of everybody."""

    swipes: Counter[str] = field(default_factory=Counter)
    slips: Counter[str] = field(default_factory=Counter)
    papers: int = 0
    upkeep: list[Upkeep] = field(default_factory=list)


class CountedReader:
    """The real driver, and how many readings the kiosk had of it."""

    def __init__(self, driver: MagstripeReader | IdCardReader) -> None:
        self._driver = driver
        self.run = driver.run
        self.readings_had = 0

    async def readings(self) -> AsyncIterator[CardReading]:
        async for reading in self._driver.readings():
            self.readings_had += 1
            yield reading


class Lobby:
    """The branch with spoilt devices, and its customers."""

    def __init__(self, chance: random.Random, told: Callable[[Found], object]) -> None:
        self._chance = chance
        self._told = told
        self._line = SimulatedSocket()
        self.cable = Cable(self._line)
        self.printer = SimulatedPrinter(self.cable)
        self._cards = [SampleCard(f"sample-{n}", f"62{n:03}", 16) for n in range(CARDS)]
        self._next_card = 0
        self._numbers: dict[str, SlipState] = {}
        self._read_up_to = 0
        self._replugged = -math.inf
        self.found = Found()

    def refit(self, hardware: Hardware) -> None:
        """A printer that finds its way back quickly, and a reader whose readings are counted."""
        hardware.simulated_printers[PRINTER].unplug()
        self._line.plug()
        profile = PrinterProfile(speed_mm_s=10_000, clear=BufferClear.DLE_DC4)
        hardware.simulated_printers[PRINTER] = self.printer
        hardware.printers[PRINTER] = EscposPrinter(
            PRINTER,
            opener(self._line),
            profile,
            SlipEncoder(profile, TextMode.CODEPAGE, serial=True),
            hardware.printers[PRINTER]._health._report,
            delays=(0.02,),
            look_every=0.05,
            grace=0.1,
        )
        driver = hardware.readers.drivers[READER]
        assert isinstance(driver, MagstripeReader)
        self._reader = CountedReader(driver)
        hardware.readers.drivers[READER] = self._reader  # type: ignore[assignment]

    async def open(self, day: WholeDay) -> None:
        """Its customers are known."""
        self._day = day
        self._far_reader = day.hardware.readers.simulated[READER]
        for number, card in enumerate(self._cards):
            client = Client(
                ClientRef(f"client-{number}"),
                f"Jane Sample {number}",
                f"Sample {number}",
                language=Language("en"),
            )
            await day.enrol(client, card)
        await until(lambda: self._driver.status is DeviceStatus.ONLINE, within=LONG)

    @property
    def _driver(self) -> EscposPrinter:
        return self._day.hardware.printers[PRINTER]

    async def serve(self, customers: int) -> None:
        """One after the other; a new business day after :data:`A_DAY` of them."""
        for begun in range(0, customers, A_DAY):
            count = min(A_DAY, customers - begun)
            tray = Tray(r"[ABV]\d{3}")
            async with at_work(
                hands(self.printer, self.cable, self._chance, a_second=ONE_A_SECOND)
            ):
                for _ in range(count):
                    await self._one()
                    tray.empty(self.printer)
                    self._day.clock.move(seconds=2)
            await self._end_of_day(tray, begun + count)

    async def _one(self) -> None:
        screen = self._day.screen
        await screen.now(Idle)
        del screen.shown[:-1]
        stage = await self._swipe()
        if isinstance(stage, Idle):
            screen.touch(LanguageTouched(Language("en")))
            await screen.now(ChoosingService)
        screen.touch(ServiceTouched(ServiceId("cash")))
        await until(self._slip, within=LONG)
        holding = await screen.now(HoldingTicket)
        state = self._slip()
        assert state
        assert holding.number not in self._numbers, "a number was given twice"
        self._numbers[holding.number] = state
        screen.touch(CancelTouched())
        await screen.now(Idle)
        if state is SlipState.FAILED:
            await asyncio.sleep(0.05)  # the next customer isn't there at once

    def _slip(self) -> SlipState | None:
        stage = self._day.screen.shown[-1]
        state = stage.slip if isinstance(stage, HoldingTicket) else None
        return state if state and state.final else None

    async def _swipe(self) -> Stage:
        """Somehow; what the screen shows of it."""
        card = self._cards[self._next_card]
        self._next_card = (self._next_card + 1) % CARDS
        before = self._reader.readings_had
        far, how = self._far_reader, self._chance.random()
        if how > UNPLUGGED:
            far.unplug()
            self._replugged = asyncio.get_running_loop().time()
        await (far.swipe_partial if WELL < how <= UNPLUGGED else far.swipe)(card)
        far.plug()
        if not await self._read(before):
            self.found.swipes["lost while the reader was away"] += 1
            return self._day.screen.shown[-1]
        stage = await (self._told_to_swipe_again() if how > WELL else self._greeted(card))
        assert self._reader.readings_had == before + 1
        return stage

    async def _read(self, before: int) -> bool:
        """Whether a reading came of it; it always does while the reader is there."""
        away = asyncio.get_running_loop().time() - self._replugged < BACK_WITHIN
        try:
            await until(lambda: self._reader.readings_had > before, within=1.0 if away else LONG)
        except AssertionError:
            assert away, "a swipe was lost"
            return False
        return True

    async def _greeted(self, card: SampleCard) -> Stage:
        stage = await self._day.screen.now(ChoosingService)
        assert stage.client, stage
        assert stage.client.reference == f"client-{card.label.removeprefix('sample-')}"
        self.found.swipes["greeted"] += 1
        return stage

    async def _told_to_swipe_again(self) -> Stage:
        again = Notice.SWIPE_AGAIN
        stage = await self._day.screen.now(Idle, lambda idle: idle.notice is again)
        self.found.swipes["told to swipe again"] += 1
        return stage

    async def _end_of_day(self, tray: Tray, customers: int) -> None:
        """All is mended; the papers are counted, and the next morning comes."""
        await until(lambda: self._driver.status is DeviceStatus.ONLINE, within=LONG)
        await self._one()  # it works, and what was left inside has come out before
        tray.empty(self.printer)
        self._counted(tray)
        facts = [fact for fact in self._day.log.read(self._read_up_to, 10 * A_DAY)]
        self._read_up_to = facts[-1].sequence
        _each_has_one_outcome([fact.event for fact in facts])
        self._numbers.clear()
        morning = MORNING + timedelta(days=len(self.found.upkeep) + 1)
        self._day.clock.time = morning
        await self._day.do(OpenDay(morning.date()), "system", "")
        self.found.upkeep.append(_upkeep(customers))
        self._told(self.found)

    def _counted(self, tray: Tray) -> None:
        states = self._numbers
        assert {number for number, count in tray.found.items() if count > 1} == set()
        printed = {number for number, state in states.items() if state is SlipState.PRINTED}
        failed = {number for number, state in states.items() if state is SlipState.FAILED}
        assert printed <= set(tray.found), "told printed, and no paper"
        assert not failed & set(tray.found), "told failed, and paper came out"
        self.found.slips.update(states.values())
        self.found.papers += sum(tray.found.values())


def _each_has_one_outcome(events: list[Event]) -> None:
    issued = {event.ticket.id for event in events if isinstance(event, TicketIssued)}
    outcomes = [
        event.ticket.id
        for event in events
        if isinstance(event, TicketPrinted | PrintFailed | PrintUnknown)
    ]
    assert sorted(outcomes) == sorted(issued)


def _upkeep(customers: int) -> Upkeep:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return Upkeep(
        customers,
        round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1),
        len(os.listdir("/proc/self/fd")),
        threading.active_count(),
        len(asyncio.all_tasks()),
    )


async def live_through(
    folder: Path, customers: int, seed: int, told: Callable[[Found], object] = lambda found: None
) -> Found:
    """The soak. ``told`` hears at the end of every day."""
    lobby = Lobby(random.Random(seed), told)
    async with whole_day(folder, lobby.refit) as day:
        await lobby.open(day)
        await lobby.serve(customers)
    return lobby.found


def main() -> None:
    """Print what was found so far as a line of JSON at the end of every day."""
    parser = argparse.ArgumentParser(prog="swipesandslips", description=main.__doc__)
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    logging.disable()
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        asyncio.run(live_through(Path(folder), asked.customers, asked.seed, _tell))


def _tell(found: Found) -> None:
    line = vars(found) | {"upkeep": asdict(found.upkeep[-1])}
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
