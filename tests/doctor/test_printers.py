"""What is found of printers: which it is, how it is, and what answers in its place."""

import re
import socket
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.doctor.printers import better_profile
from kiosk.finding import Symptom, Verdict
from tests.doctor.cables import network_printer, one, serial_printer
from tests.doctor.farend import AtSpeed, FarEnd, printer
from tests.support.farprinter import Network
from tests.support.ports import free_port
from tests.support.serialline import SerialLine

pytestmark = pytest.mark.usefixtures("impatience")


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
