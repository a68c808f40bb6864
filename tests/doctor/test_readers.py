"""What is found of readers: of cards, of identity cards, of chips."""

import asyncio
import sys
from pathlib import Path

import pytest

from kiosk.cardreader.sdt import Question, frame, request
from kiosk.doctor.nodes import obstacle
from kiosk.doctor.place import InputNode, UsbNode
from kiosk.finding import Subject, Symptom, Verdict
from tests.doctor.cables import id_reader, one, serial_reader, site
from tests.doctor.farend import AtSpeed, FarEnd
from tests.doctor.laidout import add_process, machine
from tests.support.inputdevice import NEEDS_UMOCKDEV, NODE, run_beside_a_reader
from tests.support.runningbranch import RunningBranch
from tests.support.serialline import SerialLine

pytestmark = pytest.mark.usefixtures("impatience")


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
    assert (found.symptom, "pyscard isn't installed" in found.says) == (Symptom.NO_PROGRAM, True)
    assert "how pyscard is built" in found.advice


async def test_a_card_service_that_isnt_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("smartcard.scard", reason="pyscard isn't built here")
    monkeypatch.setenv("PCSCLITE_CSOCK_NAME", str(tmp_path / "nobody"))
    found = await one(tmp_path, CHIP)
    assert (found.symptom, "install pcscd" in found.advice) == (Symptom.NO_PROGRAM, True)
