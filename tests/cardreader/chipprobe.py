"""Run in a network and a /run of its own: the real driver, pcscd, a virtual reader and its cards.

What the driver hands on and tells, and what it took, as JSON lines.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

from kiosk.cardreader.chipreader import ChipReader
from kiosk.cardreader.chipsimulator import SampleChip
from kiosk.cardreader.simulator import sample_cards
from kiosk.devices.pcsc import open_pcsc
from kiosk.domain.device import DeviceCondition, Fault
from kiosk.domain.ids import DeviceId
from kiosk.identities import CardPresented, CardReading, CardUnreadable
from kiosk.ports import DeviceError
from tests.support.keys import always
from tests.support.virtualcard import NAME, Answer, Daemon, VirtualCard, raise_loopback

READER = DeviceId("chip")
KEY = b"k" * 32


def say(**what: object) -> None:
    print(json.dumps(what), flush=True)


class Watch:
    """What the driver tells."""

    def __init__(self) -> None:
        self._fault: Fault | None = Fault.INTERNAL
        self._news = asyncio.Event()

    def tell(self, condition: DeviceCondition) -> None:
        say(status=condition.status, fault=condition.fault, detail=condition.detail)
        self._fault = condition.fault
        self._news.set()

    async def until(self, *faults: Fault | None) -> None:
        async with asyncio.timeout(20):
            while self._fault not in faults:
                self._news.clear()
                await self._news.wait()


async def main(folder: Path) -> None:
    raise_loopback()
    watch, daemon = Watch(), Daemon(folder)
    driver = ChipReader(
        READER, partial(open_pcsc, READER, NAME), always(KEY), watch.tell, delays=(0.1,)
    )
    readings = driver.readings()
    running = asyncio.create_task(driver.run())
    async with AsyncExitStack() as ending:
        ending.callback(daemon.kill)
        await watch.until(Fault.NO_PROGRAM)
        daemon.start()
        await watch.until(None)
        for name in ("", "Virtual", "Nobody's"):
            say(reader=name, refused=await refusal(name))
        for label, card in sample_cards().items():
            chip = SampleChip(card, contactless=label != "gold")
            begun = time.perf_counter()
            reading = await read(chip.answer, readings)
            took = time.perf_counter() - begun
            right = reading == CardPresented(READER, card.token(KEY), card.scheme)
            say(card=label, right=right, took=took)
        for name, answer in SPOILT.items():
            reading = await read(answer, readings)
            assert isinstance(reading, CardUnreadable)
            say(spoilt=name, reason=reading.reason)
        daemon.kill()
        await watch.until(Fault.NO_PROGRAM)
        daemon.start()
        await watch.until(None)
        card = sample_cards()["visa"]
        reading = await read(SampleChip(card).answer, readings)
        say(card="visa again", right=reading == CardPresented(READER, card.token(KEY), card.scheme))
        running.cancel()
        began = time.perf_counter()
        await asyncio.wait([running])
        say(stopped=time.perf_counter() - began)


SPOILT: dict[str, Answer] = {
    "leaves": lambda command: None,
    "knows nothing": lambda command: b"\x6d\x00",
    "no status": lambda command: b"\x90",
    "endless": lambda command: b"\x00" * 8 + b"\x61\x08",
    "broken": lambda command: bytes.fromhex("6F81FF84") + b"\x90\x00",
}


async def refusal(name: str) -> str:
    try:
        slot = await open_pcsc(READER, name)
    except DeviceError as error:
        return error.detail
    await slot.close()
    return ""


async def read(answer: Answer, readings: AsyncIterator[CardReading]) -> CardReading:
    async with VirtualCard(answer):
        return await taken(readings)


async def taken(readings: AsyncIterator[CardReading]) -> CardReading:
    return await asyncio.wait_for(anext(readings), 10)


asyncio.run(main(Path(sys.argv[1])))
