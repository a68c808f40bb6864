"""What is found at each kind of wrong cable: real opens on pseudo-terminals and loopback."""

import asyncio
import re
import socket
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.cardreader.sdt import Question, frame, request
from kiosk.devices.serialport import open_serial
from kiosk.doctor.devices import asked, told
from kiosk.doctor.machine import Machine
from kiosk.doctor.nodes import obstacle
from kiosk.doctor.place import InputNode, UsbNode
from kiosk.doctor.printers import better_profile
from kiosk.doctor.site import Site
from kiosk.domain.device import DeviceCondition, DeviceKind, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.faultwords import fault_words
from kiosk.finding import Finding, Subject, Symptom, Verdict
from kiosk.settings.file import load
from tests.doctor.farend import AtSpeed, FarEnd, printer
from tests.doctor.laidout import KIOSK, add_process, machine, plug_serial
from tests.support.farbus import FarBus, FarDevice
from tests.support.farprinter import Network
from tests.support.inputdevice import NEEDS_UMOCKDEV, NODE, run_beside_a_reader
from tests.support.runningbranch import RunningBranch, free_port
from tests.support.serialline import SerialLine


def site(folder: Path, devices: str, here: Machine | None = None) -> Site:
    """A branch with these devices that doesn't run."""
    settings = load(RunningBranch(folder, devices).config)
    here = here or machine(folder / "machine")
    return Site.seen(settings, folder / "var", "en", here)


def serial_printer(port: Path | str, baud: int = 19200) -> str:
    return f'[[printer]]\nid = "slip"\ndriver = "escpos-serial"\nport = "{port}"\nbaud = {baud}\n'


def serial_reader(port: Path | str) -> str:
    return f'[[reader]]\nid = "swipe"\ndriver = "magstripe-serial"\nport = "{port}"\n'


def network_printer(port: int, host: str = "127.0.0.1", profile: str = "generic") -> str:
    return (
        f'[[printer]]\nid = "slip"\ndriver = "escpos-tcp"\nhost = "{host}"\nport = {port}\n'
        f'profile = "{profile}"\n'
    )


async def one(folder: Path, devices: str, here: Machine | None = None) -> Finding:
    """What is found of the only device."""
    [finding] = await asked(site(folder, devices, here))
    return finding


@pytest.fixture(autouse=True)
def _impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence is no longer waited for than these far ends take."""
    monkeypatch.setattr("kiosk.doctor.printerprobe.ANSWER_WITHIN", 0.2)


@pytest.fixture
def line(tmp_path: Path) -> Iterator[SerialLine]:
    with SerialLine(tmp_path, "line") as plugged:
        yield plugged


async def test_a_printer_that_is_well_says_which_it_is(tmp_path: Path, line: SerialLine) -> None:
    with FarEnd(line, printer("TM-T20III")) as far:
        found = await one(tmp_path, serial_printer(line.port) + 'profile = "epson-tm-t20iii"\n')
    assert (found.status, found.symptom) == (Verdict.OK, Symptom.WELL)
    assert "EPSON TM-T20III 1.02 ESC/POS" in found.says
    assert re.fullmatch(rb"(\x10\x04[\x01-\x04]){4}(\x1dI[BCA]){3}", far.heard)


@pytest.mark.parametrize(
    ("answers", "status", "words"),
    [
        (printer(offline=0x16), Verdict.WRONG, "cover"),
        (printer(paper=0x72), Verdict.WRONG, "no paper"),
        (printer(paper=0x1E), Verdict.WARN, "running low"),
        (printer(error=0x1A), Verdict.WRONG, "cutter"),
        (printer(printer=0x1E), Verdict.WRONG, "on-line"),
    ],
)
async def test_a_printer_that_needs_a_hand_says_so(
    tmp_path: Path, line: SerialLine, answers: dict[bytes, bytes], status: Verdict, words: str
) -> None:
    with FarEnd(line, answers):
        found = await one(tmp_path, serial_printer(line.port))
    assert (found.status, found.symptom) == (status, Symptom.FAULT)
    assert words in f"{found.says} {found.advice}"


async def test_another_model_than_the_profile_is_told(tmp_path: Path, line: SerialLine) -> None:
    with FarEnd(line, printer("TM-T88VI")):
        found = await one(tmp_path, serial_printer(line.port))
    assert (found.status, found.symptom) == (Verdict.WARN, Symptom.WRONG_MODEL)
    assert 'profile = "epson-tm-t88vi"' in found.advice


@pytest.mark.parametrize(
    ("model", "profile", "better"),
    [
        ("TM-T20III", "generic", "epson-tm-t20iii"),
        ("TM-T20III", "epson-tm-t20iii", ""),
        ("", "generic", ""),
        ("Unheard Of", "generic", ""),
    ],
)
def test_only_a_known_model_makes_another_profile_better(
    model: str, profile: str, better: str
) -> None:
    assert better_profile(model, profile) == better


@pytest.mark.parametrize("right", [9600, 38400])
async def test_a_printer_at_another_speed_is_found_at_its_own(
    tmp_path: Path, line: SerialLine, right: int
) -> None:
    with FarEnd(AtSpeed(line, right), printer()):
        found = await one(tmp_path, serial_printer(line.port, 19200))
    assert (found.status, found.symptom) == (Verdict.WRONG, Symptom.WRONG_SPEED)
    assert f"baud = {right}" in found.advice


@pytest.mark.parametrize(
    ("answers", "symptom", "words"),
    [
        ({}, Symptom.SILENT, "2 and 3"),
        ({b"\x10\x04\x01": b"hello"}, Symptom.GARBLED, "8 data bits"),
        ({bytes([n]): bytes([n]) for n in (0x10, 1, 2, 3, 4)}, Symptom.GARBLED, "bridged"),
    ],
)
async def test_what_is_no_printer_is_told_by_what_it_says(
    tmp_path: Path,
    line: SerialLine,
    answers: dict[bytes, bytes],
    symptom: Symptom,
    words: str,
) -> None:
    with FarEnd(line, answers or {b"never": b""}):
        found = await one(tmp_path, serial_printer(line.port))
    assert (found.status, found.symptom) == (Verdict.WRONG, symptom)
    assert words in found.advice


async def test_a_network_printer_is_asked_like_any_other(tmp_path: Path) -> None:
    with Network() as network, FarEnd(network, printer("TM-m30")):
        found = await one(tmp_path, network_printer(network.port, profile="epson-tm-m30"))
    assert found.status is Verdict.OK


async def test_a_network_printer_that_refuses_is_told(tmp_path: Path) -> None:
    found = await one(tmp_path, network_printer(free_port()))
    assert (found.symptom, "9100" in found.advice) == (Symptom.REFUSED, True)


async def test_a_network_printer_that_another_computer_holds_is_told(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as full:
        found = await one(tmp_path, network_printer(full.getsockname()[1]))
    assert (found.symptom, "Another computer" in found.advice) == (Symptom.BUSY, True)


async def test_a_network_printer_that_hangs_is_out_of_reach(tmp_path: Path) -> None:
    with closing(socket.socket()) as full, closing(socket.socket()) as first:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        first.connect(full.getsockname())  # one more than the system lets wait
        found = await one(tmp_path, network_printer(full.getsockname()[1]))
    assert (found.symptom, "network cable" in found.advice) == (Symptom.UNREACHABLE, True)


async def test_a_printer_with_a_name_that_nobody_knows_is_told(tmp_path: Path) -> None:
    found = await one(tmp_path, network_printer(9100, host="printer.invalid"))
    assert (found.symptom, "in numbers" in found.advice) == (Symptom.UNKNOWN_HOST, True)


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


def test_an_input_device_that_others_listen_to_too_isnt_taken(tmp_path: Path) -> None:
    here = machine(tmp_path / "machine")
    (add_process(here, 17, "systemd-logind") / "fd/5").symlink_to("/dev/null")
    found, subject = site(tmp_path, "", here), Subject("swipe", "magstripe-evdev")
    assert obstacle(found, subject, InputNode("/dev/null")) is None
    taken = obstacle(found, subject, UsbNode("/dev/null"))
    assert taken is not None
    assert "systemd-logind (17)" in taken.says


async def test_a_reader_on_a_line_can_only_be_tried(tmp_path: Path, line: SerialLine) -> None:
    found = await one(tmp_path, serial_reader(line.port))
    assert (found.status, found.symptom) == (Verdict.UNKNOWN, Symptom.UNTESTED)
    assert "kiosk doctor swipe" in found.advice


@NEEDS_UMOCKDEV
@pytest.mark.parametrize(
    ("node", "symptom"), [(NODE, Symptom.WELL), ("/dev/input/event8", Symptom.MISSING)]
)
def test_a_reader_that_types_is_opened_on_the_kernels_own_device(
    tmp_path: Path, node: str, symptom: Symptom
) -> None:
    config = RunningBranch(tmp_path).config
    probe = [sys.executable, "-m", "tests.doctor.inputprobe", node, str(config)]
    done = run_beside_a_reader(tmp_path, probe)
    assert done.stdout.strip() == symptom, done.stderr


async def test_a_reader_that_chatters_is_none(tmp_path: Path, line: SerialLine) -> None:
    begun = one(tmp_path, serial_reader(line.port))
    looking = asyncio.create_task(begun)
    while not looking.done():
        line.write(b"\x80\x00")
        await asyncio.sleep(0.02)
    assert (await looking).symptom is Symptom.GARBLED


def id_reader(port: Path) -> str:
    return f'[[reader]]\nid = "id-card"\ndriver = "idcard-sdt"\nport = "{port}"\nbaud = 115200\n'


@pytest.mark.parametrize(
    ("speed", "status", "symptom", "words"),
    [
        (115200, "00 00 90", Symptom.WELL, "in order"),
        (9600, "00 00 90", Symptom.WRONG_SPEED, "baud = 9600"),
        (115200, "00 00 60", Symptom.FAULT, "replace the reader"),
    ],
)
async def test_a_reader_of_identity_cards_is_asked_how_it_is(
    tmp_path: Path, line: SerialLine, *, speed: int, status: str, symptom: Symptom, words: str
) -> None:
    answers = {request(Question.STATUS): frame(bytes.fromhex(status))}
    with FarEnd(AtSpeed(line, speed), answers):
        found = await one(tmp_path, id_reader(line.port))
    assert found.symptom is symptom
    assert words in f"{found.says} {found.advice}"


async def test_a_silent_reader_of_identity_cards_is_told(tmp_path: Path, line: SerialLine) -> None:
    found = await one(tmp_path, id_reader(line.port))
    assert (found.symptom, "2 and 3" in found.advice) == (Symptom.SILENT, True)


CHIP = '[[reader]]\nid = "chip"\ndriver = "pcsc"\nreader = "Sample"\n'


async def test_without_pyscard_a_chip_reader_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "smartcard.scard", None)
    found = await one(tmp_path, CHIP)
    assert (found.symptom, "pyscard" in found.says) == (Symptom.FAULT, True)


async def test_a_card_service_that_isnt_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("smartcard.scard", reason="pyscard isn't built here")
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(tmp_path / "nobody"))
    found = await one(tmp_path, CHIP)
    assert (found.symptom, "pcscd" in found.advice) == (Symptom.NO_PROGRAM, True)


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


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_has_words_and_advice(fault: Fault) -> None:
    says, advice = fault_words("en", fault)
    assert says.endswith(".")
    assert advice.endswith(".")
