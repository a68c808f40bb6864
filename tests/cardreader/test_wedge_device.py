"""The driver on an input device of the kernel's, as python-evdev meets it: under umockdev."""

import errno
import json
import os
import sys
from pathlib import Path

import pytest
from evdev import ecodes

from kiosk.cardreader.pan import Pan
from kiosk.cardreader.token import card_token
from kiosk.devices.inputdevice import open_input
from kiosk.domain.device import Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError
from tests.cardreader.cards import GOLD, VISA, track_1, track_2
from tests.cardreader.keyboard import event, typed
from tests.support.inputdevice import NEEDS_UMOCKDEV, NODE, run_beside_a_reader

KEY = b"k" * 32
GRABBED = """
import evdev, sys
real = evdev.InputDevice.grab
evdev.InputDevice.grab = lambda self: (real(self), print('{"grabbed": true}', flush=True))
import runpy
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__")
"""


def token(number: str) -> str:
    return card_token(Pan(number), KEY)


@NEEDS_UMOCKDEV
def test_swipes_become_tokens(tmp_path: Path) -> None:
    lost = event(ecodes.EV_SYN, ecodes.SYN_DROPPED)
    events = (
        typed(track_1(GOLD) + track_2(GOLD) + "\r")
        + typed(track_2(VISA)[:-1] + "\r")
        + typed(track_2(VISA) + "\r")
        + typed(track_2(GOLD)[:12])
        + lost
        + typed(track_2(GOLD)[15:] + "\r")
    )
    probe = ["tests.cardreader.wedgeprobe", NODE, "4"]
    run = run_beside_a_reader(tmp_path, [sys.executable, "-c", GRABBED, *probe], events=events)
    assert run.returncode == 0, run.stderr
    said = [json.loads(line) for line in run.stdout.splitlines()]
    assert said == [
        {"grabbed": True},
        {"status": "online", "detail": ""},
        {"reading": token(GOLD)},
        {"reading": "partial"},
        {"reading": token(VISA)},
        {"reading": "partial"},
    ]
    assert GOLD[:8] not in run.stdout + run.stderr


async def refusal(path: str) -> DeviceError:
    with pytest.raises(DeviceError) as refused:
        await open_input(DeviceId("swipe"), path)
    return refused.value


async def test_a_device_that_is_not_there() -> None:
    error = await refusal("/dev/input/by-id/nobody")
    assert error.fault is Fault.NOT_FOUND
    assert error.detail == "/dev/input/by-id/nobody: No such file or directory"


async def test_a_file_that_is_no_input_device(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    error = await refusal(str(path))
    assert (error.fault, error.detail) == (Fault.NOT_FOUND, f"{path}: not an input device")


async def test_a_device_that_another_program_has_grabbed(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = []

    class Grabbed:
        def __init__(self, path: str) -> None:
            self.path = path

        def grab(self) -> None:
            raise OSError(errno.EBUSY, "Device or resource busy")

        def close(self) -> None:
            closed.append(self.path)

    monkeypatch.setattr("evdev.InputDevice", Grabbed)
    error = await refusal("/dev/input/kiosk-swipe")
    assert error.fault is Fault.IN_USE
    assert error.detail == "/dev/input/kiosk-swipe: in use by another program"
    assert closed == ["/dev/input/kiosk-swipe"]


async def test_a_device_that_is_pulled_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel answers ENODEV, which supervision takes for a lost connection."""
    near, far = os.pipe()
    os.write(far, typed(track_2(GOLD))[:48])

    class Pulled:
        def __init__(self, _: str) -> None:
            self.fd = near

        def grab(self) -> None:
            pass

        def close(self) -> None:
            os.close(near)

    def read(*_: object) -> bytes:
        raise OSError(errno.ENODEV, "No such device")

    monkeypatch.setattr("evdev.InputDevice", Pulled)
    wire = await open_input(DeviceId("swipe"), "/dev/input/kiosk-swipe")
    assert await wire.read(1) == typed(track_2(GOLD))[:48]
    os.write(far, b"more")
    with monkeypatch.context() as patch:
        patch.setattr(os, "read", read)
        with pytest.raises(DeviceError) as lost:
            await wire.read(1)
    assert lost.value.fault is Fault.CONNECTION_LOST
    assert "No such device" in lost.value.detail
    await wire.close()
    os.close(far)
