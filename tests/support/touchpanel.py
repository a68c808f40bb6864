"""A USB touch panel, as the kernel would show it, for a compositor run under umockdev.

The answers to the ioctls have the very sizes that libevdev asks for.
"""

import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from evdev import ecodes

from tests.support.compositor import SOMEBODY

NODE = "/dev/input/event8"
SYSFS = "/devices/usb1/1-2/1-2:1.0/input/input8"
WIDEST = 4095
"""The panel's last column and row."""

OPENING_IT = {
    "WLR_BACKENDS": "headless,libinput",
    "WLR_LIBINPUT_NO_DEVICES": "0",
    "LIBSEAT_BACKEND": "noop",
}
"""Of the compositor, beside what it needs anyway."""

_SHIM = Path(__file__).with_name("seatedpanel.c")
_TOUCHES, _PAUSE, _HELD = 60, 0.5, 0.1

_DESCRIPTION = f"""P: {SYSFS}/event8
N: input/event8
E: DEVNAME={NODE}
E: ID_INPUT=1
E: ID_INPUT_TOUCHSCREEN=1
E: SUBSYSTEM=input
E: MAJOR=13
E: MINOR=72
A: dev=13:72

P: {SYSFS}
E: SUBSYSTEM=input
E: PRODUCT=3/eef/1/110

P: /devices/usb1/1-2
E: SUBSYSTEM=usb
E: DEVTYPE=usb_device
A: idVendor=0eef
A: idProduct=0001
"""

# What udev found out about the panel; a mount namespace of one's own keeps it from others.
_KNOWN_TO_UDEV = "I:1\nE:ID_INPUT=1\nE:ID_INPUT_TOUCHSCREEN=1\n"
_NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount")
_IN_IT = (
    "mount -t tmpfs none /run && mkdir -p /run/udev/data && "
    'printf "$KNOWN" > /run/udev/data/c13:72 && exec "$@"'
)


def _missing() -> str:
    for program in ("umockdev-run", "cc"):
        if not shutil.which(program):
            return f"{program} is not installed"
    allowed = subprocess.run(
        [*_NAMESPACE, "mount", "-t", "tmpfs", "none", "/run"], capture_output=True, check=False
    )
    return "no mount namespace is allowed here" if allowed.returncode else ""


MISSING = _missing()
NEEDS_A_PANEL = pytest.mark.skipif(bool(MISSING), reason=MISSING or "it is there")


def beside_a_panel(folder: Path, x: float, y: float) -> list[str]:
    """How to run a program beside a panel that is touched at one place again and again.

    The place is a share of the panel's width and height.
    """
    shim, description, answers, touches = (
        folder / name for name in ("shim.so", "panel.umockdev", "panel.ioctl", "panel.events")
    )
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", shim, _SHIM, "-ldl"], check=True)
    description.write_text(_DESCRIPTION)
    answers.write_text(_ioctls())
    touches.write_text(_evemu(round(x * WIDEST), round(y * WIDEST)))
    mocked = ["umockdev-run", "-d", description, "-i", f"{NODE}={answers}"]
    mocked += ["-e", f"{NODE}={touches}", "--"]
    preloaded = ["env", f"LD_PRELOAD={shim}:libumockdev-preload.so.0"]
    known = ["env", f"KNOWN={_KNOWN_TO_UDEV}"]
    words = [*known, *_NAMESPACE, "sh", "-c", _IN_IT, "sh", *SOMEBODY, *mocked, *preloaded]
    return [str(word) for word in words]


def _evemu(x: int, y: int) -> str:
    lines = ["E: 0.000000 0000 0000 0000"]
    for nth in range(_TOUCHES):
        down = [
            (ecodes.EV_ABS, ecodes.ABS_MT_SLOT, 0),
            (ecodes.EV_ABS, ecodes.ABS_MT_TRACKING_ID, nth + 1),
            (ecodes.EV_ABS, ecodes.ABS_MT_POSITION_X, x),
            (ecodes.EV_ABS, ecodes.ABS_MT_POSITION_Y, y),
            (ecodes.EV_KEY, ecodes.BTN_TOUCH, 1),
            (ecodes.EV_SYN, ecodes.SYN_REPORT, 0),
        ]
        up = [
            (ecodes.EV_ABS, ecodes.ABS_MT_TRACKING_ID, -1),
            (ecodes.EV_KEY, ecodes.BTN_TOUCH, 0),
            (ecodes.EV_SYN, ecodes.SYN_REPORT, 0),
        ]
        moment = 1 + nth * _PAUSE
        for events, at in ((down, moment), (up, moment + _HELD)):
            lines += [f"E: {at:.6f} {kind:04x} {code:04x} {value}" for kind, code, value in events]
    return "\n".join(lines) + "\n"


def _ioctls() -> str:
    axes = {
        ecodes.ABS_X: WIDEST,
        ecodes.ABS_Y: WIDEST,
        ecodes.ABS_MT_SLOT: 9,
        ecodes.ABS_MT_POSITION_X: WIDEST,
        ecodes.ABS_MT_POSITION_Y: WIDEST,
        ecodes.ABS_MT_TRACKING_ID: 65535,
    }
    has = {
        ecodes.EV_SYN: [ecodes.EV_SYN, ecodes.EV_KEY, ecodes.EV_ABS],
        ecodes.EV_KEY: [ecodes.BTN_TOUCH],
        ecodes.EV_ABS: list(axes),
    }
    nothing = [ecodes.EV_REL, ecodes.EV_MSC, ecodes.EV_SW, ecodes.EV_LED, ecodes.EV_SND]
    lines = [
        f"@DEV {NODE}",
        "EVIOCGID 0 " + struct.pack("HHHH", 3, 0x0EEF, 1, 0x110).hex().upper(),
        "EVIOCGVERSION 0 " + struct.pack("i", 0x10001).hex().upper(),
        "EVIOCGPROP 0 " + _bits(8, [ecodes.INPUT_PROP_DIRECT]),
        "EVIOCGKEY 0 " + _bits(96, []),
        "EVIOCGLED 0 " + _bits(8, []),
        "EVIOCGSW 0 " + _bits(8, []),
    ]
    sizes = {ecodes.EV_KEY: 96, ecodes.EV_FF: 16}
    for kind in (*has, *nothing, ecodes.EV_FF):
        size = sizes.get(kind, 8)
        lines.append(f"EVIOCGBIT({kind}) {size} " + _bits(size, has.get(kind, [])))
    for axis, most in axes.items():
        told = struct.pack("iiiiii", 0, 0, most, 0, 0, 0)
        lines.append(f"EVIOCGABS({axis}) 0 " + told.hex().upper())
    for name, text in (("NAME", b"Sample Panel"), ("PHYS", b"usb-2/input0"), ("UNIQ", b"")):
        lines.append(f"EVIOCG{name} {len(text) + 1} " + text.ljust(255, b"\0").hex().upper())
    return "\n".join(lines) + "\n"


def _bits(size: int, numbers: list[int]) -> str:
    field = sum(1 << number for number in numbers)
    return field.to_bytes(size, "little").hex().upper()
