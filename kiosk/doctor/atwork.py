"""The drivers of a branch at work, so that somebody can try their devices."""

import asyncio
import tempfile
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Mapping,
)
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

from kiosk.assembly.hardware import Hardware, assemble
from kiosk.counterports import Buttons
from kiosk.domain.ids import DeviceId
from kiosk.finding import Finding
from kiosk.flow.lending import LentReader
from kiosk.keys.keyring import Keyring
from kiosk.printer.escpos import FIRST_CONTACT_WITHIN
from kiosk.settings import Settings
from kiosk.tasks import Tasks

PATIENCE = 30.0
"""Seconds for somebody to do something."""

Trial = AsyncGenerator[str | Finding, None]
"""What is told one after the other while a device is tried: sentences, and at last what was found."""

Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class AtWork:
    """The devices of a branch as they can be tried."""

    settings: Settings
    hardware: Hardware
    readers: Mapping[DeviceId, LentReader]

    @classmethod
    def of(cls, settings: Settings, hardware: Hardware) -> Self:
        """Its readers are to be taken from here: each is lent to whoever tries it."""
        drivers = hardware.readers.drivers
        return cls(settings, hardware, {one: LentReader(drivers[one]) for one in drivers})


@asynccontextmanager
async def put_to_work(settings: Settings) -> AsyncIterator[AtWork]:
    """Where no branch runs: the drivers of these settings, and nothing that they tell is kept."""
    async with AsyncExitStack() as ending:
        folder = ending.enter_context(tempfile.TemporaryDirectory(prefix="kiosk-doctor-"))
        # Its card key is made there: no token under it is anybody's.
        secrets = settings.secrets.model_copy(update={"card_key": "", "former_card_key": ""})
        keys = Keyring(secrets, Path(folder), {}, Path(folder))
        heard_of = asyncio.Event()
        hardware = assemble(settings, Path(folder), keys, lambda _: heard_of.set())
        ending.callback(hardware.unplug)
        ending.push_async_callback(hardware.calling.close)
        at = AtWork.of(settings, hardware)
        tasks = Tasks(ending)
        for name, work in _work_of(hardware, at.readers.values()):
            tasks.keep(name, work)
        with suppress(TimeoutError):
            # What is used before its driver is ready would be lost.
            await asyncio.wait_for(heard_of.wait(), FIRST_CONTACT_WITHIN)
        yield at


def _work_of(hardware: Hardware, readers: Iterable[LentReader]) -> Iterator[tuple[str, Work]]:
    """The drivers, the far ends of simulated devices, and somebody who takes what comes."""
    calling = hardware.calling
    yield from hardware.readers.work()
    for far in hardware.simulated_printers.values():
        yield repr(far), far.run
    for printer in hardware.printers.values():
        yield repr(printer), printer.run
    if calling.simulated_bus is not None:
        yield repr(calling.simulated_bus), calling.simulated_bus.run
    for led in calling.leds.values():
        yield repr(led), led.run
    for pad in calling.pads.values():
        yield repr(pad), pad.run
    if hardware.voice:
        yield "voice", hardware.voice.run
    for reader in readers:
        yield "readings", partial(_take_readings, reader)
    for buttons in calling.lent_pads.values():
        yield "keys", partial(_take_keys, buttons)


async def _take_readings(reader: LentReader) -> None:
    async for _ in reader.readings():
        pass


async def _take_keys(buttons: Buttons) -> None:
    while True:
        await buttons.pressed()
