"""Who has a device: one program at a time (flock(2)), and which one that is (proc(5))."""

import asyncio
import contextlib
import errno
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from kiosk.domain.device import Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError

PROCESSES = Path("/proc")
TAKEN = frozenset({errno.EAGAIN, errno.EBUSY})
"""How the system says that another program has a device."""


def take(fd: int) -> None:
    """Keep other programs that ask for it from the device. Raises OSError of ``TAKEN``."""
    fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)


async def in_use(device: DeviceId, name: str, path: str) -> DeviceError:
    """What to raise when another program has the device whose node is at ``path``."""
    who = await asyncio.to_thread(holder, path) or "another program"
    return DeviceError(device, Fault.IN_USE, f"{name}: in use by {who}")


def holder(path: str, processes: Path = PROCESSES) -> str:
    """Who has the file open, as ``name (pid)``; empty when that can't be seen. Takes some 10 ms.

    The files of other users' programs are seen by root alone.
    """
    real = os.path.realpath(path)
    others = (one for one in processes.glob("[0-9]*") if one.name != str(os.getpid()))
    who = next((one for one in others if real in _open_files(one)), processes / "self")
    if real not in _open_files(who):
        return ""
    with contextlib.suppress(OSError):
        return f"{(who / 'comm').read_text().strip()} ({who.resolve().name})"
    return ""


def _open_files(process: Path) -> Iterator[str]:
    with contextlib.suppress(OSError):
        for link in (process / "fd").iterdir():
            with contextlib.suppress(OSError):
                yield str(link.readlink())
