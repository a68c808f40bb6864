"""Trying each device over its real wire, as somebody with hands does it."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from kiosk.doctor.trials import NoSuchDevice, device_called, tried
from kiosk.domain.ids import DeviceId
from kiosk.finding import Finding, Symptom, Verdict
from kiosk.settings import Settings
from kiosk.settings.file import load
from tests.cardreader.cards import GOLD, track_2
from tests.doctor.farend import FarEnd, printer
from tests.support.escpos_decoder import decode
from tests.support.farbus import NEXT, FarBus, FarDevice
from tests.support.farprinter import FarPrinter
from tests.support.runningbranch import RunningBranch
from tests.support.serialline import SerialLine
from tests.support.waiting import until

PRINTER = '[[printer]]\nid = "slip"\ndriver = "escpos-serial"\nport = "{port}"\n'
READER = '[[reader]]\nid = "swipe"\ndriver = "magstripe-serial"\nport = "{port}"\n'
LED = '[[led]]\nid = "led-7"\ncounter = "1"\ntemplate = "bar-xor"\nport = "{port}"\naddress = 7\n'
PAD = (
    '[[callpad]]\nid = "pad-9"\ncounter = "1"\ntemplate = "pad-xor"\nport = "{port}"\naddress = 9\n'
)
VOICE = '[voice]\noutput = "sim"\n'

Does = Callable[[str], None]


@pytest.fixture
def line(tmp_path: Path) -> Iterator[SerialLine]:
    with SerialLine(tmp_path, "line") as plugged:
        yield plugged


@pytest.fixture(autouse=True)
def _haste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.doctor.printerprobe.ANSWER_WITHIN", 0.2)
    monkeypatch.setattr("kiosk.doctor.callingtrial.SHOWN_FOR", 0.5)


@pytest.fixture
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """For trials at which nobody does anything any more."""
    monkeypatch.setattr("kiosk.doctor.atwork.PATIENCE", 2.0)


def settings(folder: Path, devices: str) -> Settings:
    return load(RunningBranch(folder, devices).config)


async def trial(
    folder: Path, devices: str, device: str, does: Does = lambda step: None
) -> tuple[list[str], Finding]:
    """What was told and found; ``does`` is what hands do at each step."""
    steps: list[str] = []
    found: list[Finding] = []
    running = tried(settings(folder, devices), folder / "var", DeviceId(device), "en")
    async with asyncio.timeout(40), aclosing(running) as told:
        async for step in told:
            if isinstance(step, Finding):
                found.append(step)
            else:
                steps.append(step)
                await asyncio.to_thread(does, step)
    [finding] = found
    assert not (folder / "var").exists()
    return steps, finding


async def test_a_test_slip_comes_out_of_the_printer(tmp_path: Path, line: SerialLine) -> None:
    with FarPrinter(line) as far:
        steps, found = await trial(tmp_path, PRINTER.format(port=line.port), "slip")
        [paper] = decode(far.slip())
    assert (found.status, found.symptom) == (Verdict.OK, Symptom.WELL)
    assert "Příliš žluťoučký kůň" in paper.text
    assert "code_pages" in steps[-1]


@pytest.mark.parametrize(
    ("answers", "says"), [(printer(paper=0x72), "no paper"), ({b"?": b""}, "Silent")]
)
async def test_a_printer_that_cant_print_isnt_tried(
    tmp_path: Path, line: SerialLine, answers: dict[bytes, bytes], says: str
) -> None:
    with FarEnd(line, answers) as far:
        steps, found = await trial(tmp_path, PRINTER.format(port=line.port), "slip")
    assert not steps
    assert (found.status, says in found.says) == (Verdict.WRONG, True)
    assert b"\x1d(H" not in far.heard


@pytest.mark.parametrize(
    ("swiped", "status", "words"),
    [
        (track_2(GOLD) + "\r", Verdict.OK, "unionpay"),
        (track_2(GOLD)[:12] + "\r", Verdict.WRONG, "partial"),
    ],
)
async def test_a_swipe_is_told_without_any_number(
    tmp_path: Path, line: SerialLine, swiped: str, status: Verdict, words: str
) -> None:
    devices = READER.format(port=line.port)
    steps, found = await trial(tmp_path, devices, "swipe", lambda step: line.write(swiped.encode()))
    assert (found.status, words in found.says) == (status, True)
    told = " ".join([*steps, found.says, found.advice])
    assert not any(GOLD[at : at + 4] in told for at in range(len(GOLD) - 4))


@pytest.mark.usefixtures("impatience")
async def test_a_reader_that_nobody_uses_is_silent(tmp_path: Path, line: SerialLine) -> None:
    _, found = await trial(tmp_path, READER.format(port=line.port), "swipe")
    assert (found.status, "Nothing came" in found.says) == (Verdict.WRONG, True)


async def test_a_display_shows_its_address_and_every_lamp(tmp_path: Path, line: SerialLine) -> None:
    with FarBus(line) as bus:
        far = bus.devices[7] = FarDevice()
        steps, found = await trial(
            tmp_path,
            LED.format(port=line.port),
            "led-7",
            lambda step: until(lambda: far.text.startswith(b"007"), "text") if far.text else None,
        )
        assert far.bells == 1
    assert len(steps) == 4
    assert found.status is Verdict.UNKNOWN


async def test_keys_of_a_pad_are_told_and_call_nobody(
    tmp_path: Path, line: SerialLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.doctor.atwork.PATIENCE", 9.0)  # of which a third for the next key
    with FarBus(line) as bus:
        far = bus.devices[9] = FarDevice(pad=True)
        pressed: list[str] = []

        def press(step: str) -> None:
            until(lambda: far.text, "digits")
            if not pressed:
                far.press(NEXT)
            pressed.append(step)

        steps, found = await trial(tmp_path, PAD.format(port=line.port), "pad-9", press)
    assert steps[1:] == ["Key: next"]
    assert found.status is Verdict.UNKNOWN


@pytest.mark.usefixtures("impatience")
async def test_a_pad_that_nobody_presses_is_silent(tmp_path: Path, line: SerialLine) -> None:
    with FarBus(line) as bus:
        bus.devices[9] = FarDevice(pad=True)
        _, found = await trial(tmp_path, PAD.format(port=line.port), "pad-9")
    assert (found.status, found.symptom) == (Verdict.WRONG, Symptom.SILENT)


async def test_a_call_is_spoken(tmp_path: Path) -> None:
    steps, found = await trial(tmp_path, VOICE, "voice")
    assert (len(steps), found.status) == (1, Verdict.UNKNOWN)


async def test_a_sound_output_that_isnt_there_is_told(tmp_path: Path) -> None:
    _, found = await trial(tmp_path, VOICE.replace("sim", "nowhere"), "voice")
    assert found.status is Verdict.WRONG


@pytest.mark.parametrize(
    ("name", "meant"), [("slip", "slip"), ("printer", "slip"), ("reader", "swipe")]
)
def test_a_device_goes_by_its_id_or_its_kind(tmp_path: Path, name: str, meant: str) -> None:
    devices = PRINTER.format(port="sim") + READER.format(port="sim")
    assert device_called(settings(tmp_path, devices), name) == meant


@pytest.mark.parametrize(
    ("name", "words"),
    [("slipp", "did you mean 'slip'"), ("led", "there are: slip"), ("", "there are: slip")],
)
def test_a_name_that_nothing_has_is_refused(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(NoSuchDevice, match=words):
        device_called(settings(tmp_path, PRINTER.format(port="sim")), name)


def doctor(branch: RunningBranch, *arguments: str) -> list[str]:
    where = ("--config", str(branch.config), "--var", str(branch.var))
    return [sys.executable, "-m", "kiosk", "doctor", *arguments, *where, "--language", "en"]


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=40,
        stdin=subprocess.DEVNULL,
    )


def test_devices_of_a_running_branch_are_tried_by_it(tmp_path: Path, line: SerialLine) -> None:
    with SerialLine(tmp_path, "other") as other, FarPrinter(other) as far:
        devices = PRINTER.format(port=other.port) + READER.format(port=line.port)
        with RunningBranch(tmp_path, devices) as branch:
            assert far.initialised.wait(20)
            printed = run(doctor(branch, "printer", "--json"))
            assert printed.returncode == 0, printed.stderr
            assert json.loads(printed.stdout)["findings"][0]["subject"] == "slip"
            assert "A test slip is being printed." in printed.stderr
            assert "請" not in printed.stdout
            [paper] = decode(far.slip())
            assert "Съешь ещё этих булок" in paper.text
            _swipe_meanwhile(branch, line)
            monitor = branch.client(branch.token("watch", "monitoring"))
            assert b"kiosk_tickets{" not in monitor.answer("GET", "/metrics")[1]


def _swipe_meanwhile(branch: RunningBranch, line: SerialLine) -> None:
    command = doctor(branch, "swipe")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as trying:
        assert trying.stdout is not None
        assert "Use it now" in trying.stdout.readline()
        line.write(f"{track_2(GOLD)}\r".encode())
        assert "unionpay" in trying.communicate(timeout=40)[0]
        assert trying.returncode == 0


def test_whoever_stops_it_leaves_it_clean(tmp_path: Path) -> None:
    branch = RunningBranch(tmp_path, READER.format(port="sim"))
    command = doctor(branch, "swipe")
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as trying:
        assert trying.stdout is not None
        assert "Use it now" in trying.stdout.readline()
        trying.send_signal(signal.SIGINT)
        _, complaint = trying.communicate(timeout=20)
    assert (trying.returncode, complaint) == (1, "Stopped.\n")
