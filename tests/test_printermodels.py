"""Printers in the settings: their models, what a site says otherwise, and what it gets wrong."""

from pathlib import Path

import pytest

from kiosk.assembly.hardware import assemble
from kiosk.domain.ids import DeviceId
from kiosk.printer.profile import (
    BufferClear,
    CodePage,
    Confirmation,
    PrinterProfile,
    printer_profile,
)
from kiosk.settings.printers import ModelSection, SerialPrinterSection, printer_models
from tests.settings.site import BRANCH, HALL, faults, settings
from tests.support.keys import keyring

PRINTER = """
[[printer]]
id = "slip"
driver = "escpos-serial"
port = "sim"
"""


def profile(**facts: object) -> PrinterProfile:
    given = {"id": "slip", "driver": "escpos-serial", "port": "sim"} | facts
    return printer_profile(SerialPrinterSection.model_validate(given))


def test_the_common_models_are_there() -> None:
    makers = {"epson", "bixolon", "citizen", "star", "custom", "snbc", "xp", "pos"}
    assert len(printer_models()) >= 12
    assert makers <= {name.partition("-")[0] for name in printer_models()}


@pytest.mark.parametrize("name", printer_models())
def test_each_says_what_of_it_was_read_in_a_manual(name: str) -> None:
    model = printer_models()[name]
    assert set(model.from_manuals) <= set(ModelSection.model_fields) - {"id", "from_manuals"}


@pytest.mark.parametrize("name", printer_models())
def test_each_is_a_profile(name: str) -> None:
    assert profile(profile=name).dots in (384, 576)


def test_without_a_model_it_is_what_nearly_all_are() -> None:
    assert profile() == PrinterProfile()


def test_a_model_brings_its_facts_and_the_site_goes_before_it() -> None:
    epson = profile(profile="epson-tm-t20iii")
    assert (epson.confirms, epson.clear) == (Confirmation.PROCESS_ID, BufferClear.DLE_DC4)
    assert not epson.chinese
    own = profile(profile="epson-tm-t20iii", chinese=True, code_pages={"cp866": 7}, width_mm=58)
    assert (own.chinese, own.code_pages, own.dots) == (True, {CodePage.CP866: 7}, 384)
    assert profile(profile="pos-58").width_mm == 58


@pytest.mark.parametrize(
    ("keys", "complaint"),
    [
        ('profile = "epson-tm-t20ii"', "profile: there is no 'epson-tm-t20ii'; did you mean"),
        ('standby = "slop"', "standby: there is no 'slop'; did you mean 'slip'?"),
        ('standby = "slip"', "standby: is the printer itself; name another one"),
        ("code_pages = { cp852 = 300 }", "code_pages.cp852: 300: "),
        ("width_mm = 76", "width_mm: 76 is none of 58 or 80"),
        ("proflie = 'x'", "proflie: is not known here; did you mean 'profile'?"),
    ],
)
def test_a_wrong_printer_is_told_with_the_way_out(
    tmp_path: Path, keys: str, complaint: str
) -> None:
    told = faults(tmp_path, BRANCH + HALL + PRINTER + keys)
    assert len(told) == 1
    assert complaint.replace(": ", ": ", 1) in told[0].replace("number 1 ", "number 1: ")


def test_slips_go_through_the_stand_by(tmp_path: Path) -> None:
    second = PRINTER.replace('"slip"', '"second"') + 'profile = "xp-80"\n'
    told = settings(tmp_path, PRINTER + 'standby = "second"\n' + second)
    hardware = assemble(told, tmp_path, keyring(tmp_path), lambda condition: None)
    try:
        printers = hardware.slip_printers
        assert repr(printers[DeviceId("slip")]).startswith("<WithStandby")
        second_one = DeviceId("second")
        assert printers[second_one] is hardware.printers[second_one]
    finally:
        hardware.unplug()
