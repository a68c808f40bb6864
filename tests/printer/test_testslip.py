"""The test slip as an independent decoder reads it, for every model that the machine knows."""

from pathlib import Path

import pytest

from kiosk.devices.simwire import SimulatedSerialLine
from kiosk.domain.device import Fault
from kiosk.domain.ids import JobId
from kiosk.domain.slip import SlipState
from kiosk.ports import PrintResult
from kiosk.printer.encoder import SlipEncoder, TextMode
from kiosk.printer.profile import CodePage, PrinterProfile, printer_profile
from kiosk.printer.simulator import SimulatedPrinter
from kiosk.printer.testslip import SAMPLES
from kiosk.settings.printers import SerialPrinterSection, printer_models
from tests.printer.atwork import at_work
from tests.support.escpos_decoder import decode

DOTS_PER_MM = 8
LONGEST_MM = 150


def slip_of(profile: PrinterProfile) -> bytes:
    encoder = SlipEncoder(profile, TextMode.AUTO, serial=True)
    return encoder.encode_test("Test slip", ["0755 · slip", "escpos-serial, /dev/ttyS2"])


@pytest.mark.parametrize("model", printer_models())
def test_each_code_page_of_a_model_prints_its_own_letters(model: str) -> None:
    section = SerialPrinterSection(id="slip", driver="escpos-serial", port="sim", profile=model)
    profile = printer_profile(section)
    [paper] = decode(slip_of(profile), profile.dots)
    pages = {*profile.code_pages, *([CodePage.GB18030] if profile.chinese else [])}
    assert paper.text.splitlines() == [text for page, text in SAMPLES.items() if page in pages]
    assert (paper.cut is not None) == profile.cutter
    assert paper.image.height < LONGEST_MM * DOTS_PER_MM


@pytest.mark.parametrize("page", CodePage)
def test_a_sample_shows_the_wrong_number_of_its_page(page: CodePage) -> None:
    codes = SAMPLES[page].encode(page)
    others = [other for other in CodePage if other is not page]
    assert all(codes.decode(other, "replace") != SAMPLES[page] for other in others)


def test_its_last_line_goes_from_edge_to_edge() -> None:
    [paper] = decode(slip_of(PrinterProfile()), 576)
    ink = paper.image.convert("L").point([255] * 128 + [0] * 128)
    last = ink.crop((0, ink.height - 40, ink.width, ink.height)).getbbox()
    assert last is not None
    assert (last[0], last[2]) == (0, 576)


async def test_it_is_printed_as_carefully_as_a_customers(tmp_path: Path) -> None:
    with SimulatedSerialLine(tmp_path, "slip") as line:
        far = SimulatedPrinter(line, PrinterProfile())
        async with at_work(line, far.run()) as work:
            printed = await work.driver.print_test(JobId("test-1"), "Test slip", ["here"])
            assert printed == PrintResult(SlipState.PRINTED)
            far.mechanism.open_cover()
            refused = await work.driver.print_test(JobId("test-2"), "Test slip", ["here"])
            assert refused == PrintResult(SlipState.FAILED, Fault.COVER_OPEN)
        assert len(far.paper) == 1
        assert not work.digests
