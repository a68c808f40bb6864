"""What is found at each kind of wrong cable: real opens on pseudo-terminals and loopback."""

import re
from pathlib import Path

import pytest

from kiosk.devices.serialport import open_serial
from kiosk.doctor.devices import asked, told
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.faultwords import fault_words
from kiosk.finding import Symptom, Verdict
from tests.doctor.cables import one, serial_printer, serial_reader, site
from tests.doctor.farend import AtSpeed, FarEnd, printer
from tests.doctor.laidout import KIOSK, add_process, machine, plug_serial
from tests.support.farbus import FarBus, FarDevice
from tests.support.serialline import SerialLine

pytestmark = pytest.mark.usefixtures("impatience")


async def test_a_port_that_is_missing_is_told_with_those_that_are_there(tmp_path: Path) -> None:
    here = machine(tmp_path / "machine")
    plug_serial(here, "ttyUSB0", "FT232R USB UART", "usb-FTDI-if00")
    found = await one(tmp_path, serial_printer("/dev/ttyUSB7"), here)
    assert (found.status, found.symptom) == (Verdict.WRONG, Symptom.MISSING)
    assert "serial/by-id/usb-FTDI-if00 (0403:6001 FT232R USB UART)" in found.advice


async def test_without_any_port_the_cable_is_asked_after(tmp_path: Path) -> None:
    found = await one(tmp_path, serial_reader("/dev/ttyUSB7"))
    assert "dmesg" in found.advice


async def test_ids_that_two_devices_have_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = machine(tmp_path / "machine")
    monkeypatch.setattr("kiosk.devices.usbname.SYSTEM", here.sys)
    for name in ("ttyUSB0", "ttyUSB1"):
        plug_serial(here, name, "FT232R USB UART", f"usb-FTDI-{name}")
    found = await one(tmp_path, serial_printer("usb:0403:6001"), here)
    assert found.symptom is Symptom.AMBIGUOUS
    assert "/dev/ttyUSB0, /dev/ttyUSB1" in found.says
    assert "usb-FTDI-ttyUSB1" in found.advice


async def test_a_file_is_no_port(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert (await one(tmp_path, serial_reader(tmp_path / "file"))).symptom is Symptom.NOT_A_DEVICE


async def test_a_port_that_the_branch_may_not_open_names_the_group(
    tmp_path: Path, line: SerialLine
) -> None:
    here = machine(tmp_path / "machine", KIOSK)
    line.port.resolve().chmod(0o620)
    found = await one(tmp_path, serial_reader(line.port), here)
    assert found.symptom is Symptom.NO_PERMISSION
    assert re.match(r"sudo usermod -aG \w+ kiosk", found.advice)


async def test_a_log_in_at_the_port_is_sent_away(tmp_path: Path, line: SerialLine) -> None:
    here = machine(tmp_path / "machine")
    add_process(here, 17, "agetty", line.port.resolve().name)
    found = await one(tmp_path, serial_reader(line.port), here)
    assert found.symptom is Symptom.IN_USE
    assert "systemctl disable --now serial-getty@" in found.advice


async def test_a_port_that_another_program_has_taken_is_told(
    tmp_path: Path, line: SerialLine
) -> None:
    wire = await open_serial(DeviceId("other"), str(line.port), 9600)
    found = await one(tmp_path, serial_reader(line.port))
    await wire.close()
    assert (found.status, found.symptom) == (Verdict.WRONG, Symptom.IN_USE)


async def test_swapped_plugs_are_seen_from_both_sides(tmp_path: Path, line: SerialLine) -> None:
    with SerialLine(tmp_path, "other") as other, FarEnd(other, printer()):
        devices = serial_reader(other.port) + serial_printer(line.port)
        reader, slip = await asked(site(tmp_path, devices))
    assert (reader.symptom, slip.symptom) == (Symptom.SWAPPED, Symptom.SWAPPED)
    assert "swipe" in slip.advice
    assert str(other.port) in slip.says


def stations(port: Path, *addresses: int, baud: int = 9600) -> str:
    """LED displays at these addresses of one bus."""
    return "".join(
        f'[[led]]\nid = "led-{n}"\ncounter = "1"\ntemplate = "bar-xor"\nport = "{port}"\n'
        f"baud = {baud}\naddress = {n}\n"
        for n in addresses
    )


async def test_each_address_of_a_bus_is_told_by_itself(tmp_path: Path, line: SerialLine) -> None:
    with FarBus(line) as bus:
        bus.devices[1] = FarDevice()
        there, away = await asked(site(tmp_path, stations(line.port, 1, 2)))
    assert there.status is Verdict.OK
    assert (away.symptom, "Others on this bus" in away.advice) == (Symptom.SILENT, True)


async def test_a_silent_bus_is_tried_at_every_speed(tmp_path: Path, line: SerialLine) -> None:
    found = await one(tmp_path, stations(line.port, 1))
    assert (found.symptom, "A and B" in found.advice) == (Symptom.SILENT, True)


async def test_a_bus_at_another_speed_is_found_at_its_own(tmp_path: Path, line: SerialLine) -> None:
    with FarBus(AtSpeed(line, 9600)) as bus:
        bus.devices[1] = FarDevice()
        found = await one(tmp_path, stations(line.port, 1, baud=19200))
    assert (found.symptom, found.advice) == (
        Symptom.WRONG_SPEED,
        "Write baud = 9600 in its settings.",
    )


def away(fault: Fault | None, detail: str = "") -> DeviceCondition:
    """How a branch finds its printer."""
    return DeviceCondition(
        DeviceId("slip"), DeviceKind.PRINTER, DeviceStatus.OFFLINE, fault, detail
    )


@pytest.mark.parametrize(
    ("condition", "status", "words"),
    [
        (None, Verdict.OK, "works with it"),
        (away(None), Verdict.OK, "works with it"),
        (away(Fault.PAPER_OUT), Verdict.WRONG, "no paper"),
        (away(Fault.PAPER_LOW, "about 50 slips"), Verdict.WARN, "(about 50 slips)"),
    ],
)
def test_of_a_running_branch_nothing_is_opened(
    tmp_path: Path,
    line: SerialLine,
    condition: DeviceCondition | None,
    status: Verdict,
    words: str,
) -> None:
    conditions = {condition.device: condition} if condition else {}
    [found] = told(site(tmp_path, serial_printer(line.port)), conditions)
    assert found.status is status
    assert words in found.says
    assert line.read(0.05) == b""


def test_why_a_running_branch_lost_a_device_is_told(tmp_path: Path) -> None:
    lost = away(Fault.NOT_FOUND)
    [found] = told(site(tmp_path, serial_printer("/dev/ttyUSB7")), {lost.device: lost})
    assert found.symptom is Symptom.MISSING


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (DeviceKind.CARD_READER, ["pcscd", "pyscard"]),
        (DeviceKind.VOICE, ["espeak-ng", "alsa-utils"]),
    ],
)
def test_what_a_missing_program_is_called_is_told(kind: DeviceKind, names: list[str]) -> None:
    _, advice = fault_words("en", Fault.NO_PROGRAM, kind)
    assert [name for name in names if name not in advice] == []


def test_a_running_branch_tells_the_program_that_its_reader_needs(tmp_path: Path) -> None:
    chip = DeviceId("chip")
    away = DeviceCondition(
        chip, DeviceKind.CARD_READER, DeviceStatus.OFFLINE, Fault.NO_PROGRAM, "pcscd has gone"
    )
    [found] = told(site(tmp_path, '[[reader]]\nid = "chip"\ndriver = "pcsc"\n'), {chip: away})
    assert (found.status, found.symptom) == (Verdict.WRONG, Symptom.NO_PROGRAM)
    assert "pcscd has gone" in found.says
    assert "install pcscd" in found.advice


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_has_words_and_advice(fault: Fault) -> None:
    says, advice = fault_words("en", fault)
    assert says.endswith(".")
    assert advice.endswith(".")
