"""A real PC/SC daemon with a virtual reader, and cards to put into it.

To be used in a network of one's own only: the reader listens on every address there is.
"""

import asyncio
import contextlib
import fcntl
import socket
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Self

DAEMON = "/usr/sbin/pcscd"
DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
NAME = "Virtual PCD 00 00"
"""Of its two slots the first."""
Answer = Callable[[bytes], bytes | None]
_PORT = 0x462B
_SETTINGS = f"""\
FRIENDLYNAME "Virtual PCD"
DEVICENAME /dev/null:0x{_PORT:X}
LIBPATH {DRIVER}
CHANNELID 0x{_PORT:X}
"""
_NOTICED_WITHIN = 0.5
"""Seconds: pcscd looks every 0.4 s, and is blind for a card that comes before it saw the last leave."""
_ATR = bytes.fromhex("3B80800101")
_ASKS_ATR = b"\x04"


def raise_loopback() -> None:
    """In a network of one's own even this machine's own address is down at first."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        up = struct.pack("16sh14x", b"lo", 0x1 | 0x40)  # IFF_UP | IFF_RUNNING
        fcntl.ioctl(any_socket, 0x8914, up)  # SIOCSIFFLAGS


class Daemon:
    """pcscd with the virtual reader; what it says goes to ``pcscd.log`` in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._settings = folder / "reader.conf"
        self._settings.write_text(_SETTINGS)
        self._log = folder / "pcscd.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            command = [DAEMON, "--foreground", "--config", str(self._settings)]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)

    def kill(self) -> None:
        """As it dies when it crashes; twice does nothing."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None


class VirtualCard:
    """In the reader inside ``async with``; ``answer`` is what it says to a command, None: nothing."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    async def __aenter__(self) -> Self:
        await asyncio.sleep(_NOTICED_WITHIN)
        async with asyncio.timeout(10):
            self._reader, self._writer = await _connected()
        self._serving = asyncio.create_task(self._serve())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._serving.cancel()
        await asyncio.wait([self._serving])
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def _serve(self) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            while True:
                size = int.from_bytes(await self._reader.readexactly(2), "big")
                said = await self._reader.readexactly(size)
                if said == _ASKS_ATR:
                    self._send(_ATR)
                elif size > 1:
                    answer = self._answer(said)
                    if answer is None:
                        return self._writer.close()
                    self._send(answer)

    def _send(self, data: bytes) -> None:
        self._writer.write(len(data).to_bytes(2, "big") + data)


async def _connected() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    while True:
        try:
            return await asyncio.open_connection("127.0.0.1", _PORT)
        except OSError:
            await asyncio.sleep(0.02)  # the daemon has just begun
