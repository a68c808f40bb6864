"""The readers that settings name, at work."""

import asyncio
from pathlib import Path

import pytest

from kiosk.cardreader.simulator import SimulatedWedgeReader, sample_cards
from kiosk.domain.ids import DeviceId
from kiosk.hardware import assemble
from kiosk.ports import CardPresented
from kiosk.settingsfile import load

KEY = b"k" * 32
DEMO = Path(__file__).parents[1] / "config" / "demo.toml"
SWIPE = DeviceId("swipe")


@pytest.mark.parametrize("driver", ["magstripe-serial", "magstripe-evdev"])
async def test_a_simulated_reader_of_every_kind_reads_cards(tmp_path: Path, driver: str) -> None:
    settings = tmp_path / "demo.toml"
    settings.write_text(DEMO.read_text("utf-8").replace("magstripe-serial", driver), "utf-8")
    online = asyncio.Event()
    hardware = assemble(load(settings), tmp_path, KEY, lambda _: online.set())
    reader, hands = hardware.readers.drivers[SWIPE], hardware.readers.simulated[SWIPE]
    assert isinstance(hands, SimulatedWedgeReader) == (driver == "magstripe-evdev")
    readings = reader.readings()
    running = asyncio.create_task(reader.run())
    visa = sample_cards()["visa"]
    async with asyncio.timeout(5):
        await online.wait()
        await hands.swipe(visa)
        assert await anext(readings) == CardPresented(SWIPE, visa.token(KEY), visa.scheme)
    running.cancel()
    await asyncio.wait([running])
    hardware.unplug()
