"""The readers that settings name, at work."""

import asyncio
from datetime import date
from pathlib import Path

import pytest

from kiosk.assembly.hardware import assemble
from kiosk.assembly.readers import card_use
from kiosk.assembly.visitcodes import sample_code
from kiosk.cardreader.chipsimulator import SampleChip
from kiosk.cardreader.idsimulator import SampleIdCard, sample_id_cards
from kiosk.cardreader.scansimulator import SampleCode, SimulatedWedgeScanner
from kiosk.cardreader.simulator import SimulatedWedgeReader, sample_cards
from kiosk.clients.directory import EmbeddedDirectory
from kiosk.clients.samples import enrol_samples
from kiosk.clock import SystemClock
from kiosk.documents import document_key
from kiosk.domain.ids import DeviceId
from kiosk.domain.visit import CardUse
from kiosk.identities import CardPresented, CodePresented, CodeUnreadable, DocumentPresented
from kiosk.settings.file import load
from tests.support.keys import always, keyring

KEY = b"k" * 32
DEMO = Path(__file__).parents[2] / "config" / "demo.toml"
SWIPE, ID_CARD, CHIP = DeviceId("swipe"), DeviceId("id-card"), DeviceId("chip")
SCANNER = DeviceId("scanner")


@pytest.mark.parametrize("driver", ["magstripe-serial", "magstripe-evdev"])
async def test_a_simulated_reader_of_every_kind_reads_cards(tmp_path: Path, driver: str) -> None:
    settings = tmp_path / "demo.toml"
    settings.write_text(DEMO.read_text("utf-8").replace("magstripe-serial", driver), "utf-8")
    online = asyncio.Event()
    hardware = assemble(load(settings), tmp_path, keyring(tmp_path, KEY), lambda _: online.set())
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


@pytest.mark.parametrize("driver", ["scanner-serial", "scanner-evdev"])
@pytest.mark.parametrize("kind", SampleCode)
async def test_a_simulated_scanner_of_every_kind_reads_the_benchs_codes(
    tmp_path: Path, driver: str, kind: SampleCode
) -> None:
    """And takes for the bank's what the branch's own code key signed."""
    file = tmp_path / "demo.toml"
    file.write_text(DEMO.read_text("utf-8").replace("scanner-serial", driver), "utf-8")
    settings, online = load(file), asyncio.Event()
    hardware = assemble(settings, tmp_path, keyring(tmp_path, KEY), lambda _: online.set())
    hands = hardware.readers.simulated_scanners[SCANNER]
    assert isinstance(hands, SimulatedWedgeScanner) == (driver == "scanner-evdev")
    scanner = hardware.readers.drivers[SCANNER]
    readings = scanner.readings()
    running = asyncio.create_task(scanner.run())
    async with asyncio.timeout(5):
        await online.wait()
        await hands.scan(sample_code(settings, keyring(tmp_path).code_key(), SystemClock(), kind))
        reading = await anext(readings)
    strange = kind in (SampleCode.FORGED, SampleCode.SHOP)
    assert isinstance(reading, CodeUnreadable if strange else CodePresented)
    running.cancel()
    await asyncio.wait([running])
    hardware.unplug()


@pytest.mark.parametrize("card", sample_id_cards().values(), ids=sample_id_cards())
async def test_sample_identity_cards_are_of_the_sample_clients(
    tmp_path: Path, card: SampleIdCard
) -> None:
    key = document_key(KEY)
    async with EmbeddedDirectory(tmp_path / "clients.db", always(key)) as directory:
        await enrol_samples(directory, {}, date(2026, 11, 22))
        client = await directory.find(card.token(key))
    if card.label == "stranger":
        assert client is None
    else:
        assert client
        assert client.name[0] == card.initial


async def test_a_simulated_reader_of_chip_cards_reads_them(tmp_path: Path) -> None:
    online = asyncio.Event()
    hardware = assemble(load(DEMO), tmp_path, keyring(tmp_path, KEY), lambda _: online.set())
    reader, hands = hardware.readers.drivers[CHIP], hardware.readers.simulated_chip[CHIP]
    readings = reader.readings()
    running = asyncio.create_task(reader.run())
    visa = sample_cards()["visa"]
    async with asyncio.timeout(5):
        await online.wait()
        hands.put(SampleChip(visa))
        assert await anext(readings) == CardPresented(CHIP, visa.token(KEY), visa.scheme)
    running.cancel()
    await asyncio.wait([running])
    hardware.unplug()


async def test_a_simulated_reader_of_identity_cards_reads_them(tmp_path: Path) -> None:
    online = asyncio.Event()
    hardware = assemble(load(DEMO), tmp_path, keyring(tmp_path, KEY), lambda _: online.set())
    reader, hands = hardware.readers.drivers[ID_CARD], hardware.readers.simulated_id[ID_CARD]
    readings = reader.readings()
    running = [asyncio.create_task(far()) for far in (hands.run, reader.run)]
    card = sample_id_cards()["gold"]
    async with asyncio.timeout(5):
        await online.wait()
        hands.put(card)
        reading = await anext(readings)
    assert isinstance(reading, DocumentPresented)
    assert reading.token == card.token(document_key(KEY))
    for task in running:
        task.cancel()
    await asyncio.wait(running)
    hardware.unplug()


@pytest.mark.parametrize(
    ("section", "use"),
    [
        ('driver = "magstripe-serial"\nport = "sim"', CardUse.SWIPE),
        ('driver = "pcsc"\nport = "sim"', CardUse.HOLD),
        ('driver = "idcard-sdt"\nport = "sim"', CardUse.HOLD),
        ('driver = "scanner-serial"\nport = "sim"', None),
    ],
)
def test_customers_are_told_what_to_do_with_their_cards(
    tmp_path: Path, section: str, use: CardUse | None
) -> None:
    settings = tmp_path / "branch.toml"
    bare = DEMO.read_text("utf-8").split("[[reader]]")[0]
    settings.write_text(f'{bare}\n[[reader]]\nid = "swipe"\n{section}\n', "utf-8")
    hardware = assemble(load(settings), tmp_path, keyring(tmp_path, KEY), lambda _: None)
    assert card_use(hardware.readers.drivers.values()) is use
    hardware.unplug()
