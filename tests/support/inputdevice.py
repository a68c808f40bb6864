"""A USB card reader that types, as the kernel would show it, for a program run under umockdev.

The answers to the ioctls have the very sizes that python-evdev asks for; others are not found.
"""

import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from typing import Self

import pytest
from evdev import ecodes

NODE = "/dev/input/event7"
SYSFS = "/devices/usb1/1-1/1-1:1.0/input/input7/event7"

NEEDS_UMOCKDEV = pytest.mark.skipif(
    shutil.which("umockdev-run") is None, reason="the Debian package umockdev is missing"
)

_DESCRIPTION = f"""P: {SYSFS}
N: {{name}}
E: DEVNAME={{node}}
E: ID_INPUT=1
E: ID_INPUT_KEYBOARD=1
E: SUBSYSTEM=input
E: MAJOR=13
E: MINOR=71
A: dev=13:71

P: /devices/usb1/1-1/1-1:1.0/input/input7
E: SUBSYSTEM=input
E: PRODUCT=3/801/{{product:x}}/110

P: /devices/usb1/1-1
E: SUBSYSTEM=usb
E: DEVTYPE=usb_device
A: idVendor=0801
A: idProduct={{product:04x}}
"""


def run_beside_a_reader(
    folder: Path, command: list[str], *, events: bytes = b"", product: int = 1
) -> subprocess.CompletedProcess[str]:
    """Run the command on a machine with this reader, which types the events a second later."""
    description, answers, typing = (folder / f"reader.{end}" for end in ("umockdev", "ioctl", "ev"))
    description.write_text(_description(NODE, product))
    answers.write_text(_ioctls(NODE, product))
    typing.write_text(_evemu(events))
    testbed = ["umockdev-run", "-d", str(description), "-i", f"{NODE}={answers}"]
    testbed += ["-e", f"{NODE}={typing}"] if events else []
    return subprocess.run(
        [*testbed, "--", *command], capture_output=True, text=True, timeout=30, check=False
    )


class TypingMachine:
    """A machine with a reader at ``node`` that types when it is told to.

    ``wrapper`` goes before the command that is to run on it; ``with`` gives the hand.
    """

    def __init__(self, folder: Path, node: str) -> None:
        description, answers, self._pipe = (
            folder / f"typing.{end}" for end in ("umockdev", "ioctl", "pipe")
        )
        description.write_text(_description(node, 1))
        answers.write_text(_ioctls(node, 1))
        os.mkfifo(self._pipe)
        started = ["umockdev-wrapper", sys.executable, "-m", "tests.support.typingmachine"]
        paths = (str(description), str(answers), node, str(self._pipe))
        self.wrapper = (*started, *paths)

    def __enter__(self) -> Self:
        # Also for reading, so that it opens before the machine is there.
        self._hand = os.open(self._pipe, os.O_RDWR)
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._hand)

    def write(self, events: bytes) -> None:
        """Have it type them."""
        os.write(self._hand, events)


def _description(node: str, product: int) -> str:
    return _DESCRIPTION.format(node=node, name=node.removeprefix("/dev/"), product=product)


def _evemu(events: bytes) -> str:
    """Each event with its time, and the first a second after the start."""
    lines = ["E: 0.000000 0000 0000 0000"]
    for number, (_, _, kind, code, value) in enumerate(struct.iter_unpack("llHHi", events)):
        lines.append(f"E: {1 + number * 0.0005:.6f} {kind:04x} {code:04x} {value:04d}")
    return "\n".join(lines) + "\n"


def _ioctls(node: str, product: int) -> str:
    kinds = [ecodes.EV_SYN, ecodes.EV_KEY, ecodes.EV_MSC, ecodes.EV_LED, ecodes.EV_REP]
    lines = [
        f"@DEV {node}",
        "EVIOCGID 0 " + struct.pack("HHHH", 3, 0x0801, product, 0x110).hex().upper(),
        "EVIOCGVERSION 0 " + struct.pack("i", 0x10001).hex().upper(),
        "EVIOCGEFFECTS 0 " + struct.pack("i", 0).hex().upper(),
        "EVIOCGREP 0 " + struct.pack("ii", 250, 33).hex().upper(),
        f"EVIOCGBIT({ecodes.EV_SYN}) 4 " + _bits(4, kinds),
        f"EVIOCGBIT({ecodes.EV_SYN}) 96 " + _bits(96, kinds),
        f"EVIOCGBIT({ecodes.EV_KEY}) 96 " + _bits(96, list(range(1, 127))),
        f"EVIOCGBIT({ecodes.EV_MSC}) 96 " + _bits(96, [ecodes.MSC_SCAN]),
        f"EVIOCGBIT({ecodes.EV_LED}) 96 " + _bits(96, [0, 1, 2]),
        f"EVIOCGBIT({ecodes.EV_REP}) 96 " + _bits(96, [0, 1]),
    ]
    for name, text in (("NAME", b"Sample Reader"), ("PHYS", b"usb-1/input0"), ("UNIQ", b"")):
        lines.append(f"EVIOCG{name} {len(text) + 1} " + text.ljust(256, b"\0").hex().upper())
    return "\n".join(lines) + "\n"


def _bits(size: int, numbers: list[int]) -> str:
    field = sum(1 << number for number in numbers)
    return field.to_bytes(size, "little").hex().upper()
