"""The far ends of wires, for devices that aren't there: a serial line and a network socket.

A simulated device reads and writes here what a real one would; the real driver works at the near
end. ``unplug`` and ``plug`` are hands. A far end outlives any number of drivers.
"""

import asyncio
import contextlib
import math
import os
import socket
import tty
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Protocol, Self

from kiosk.devices.descriptor import DescriptorWire, Readiness
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError

_GIVE_UP = 2.0
_TICK = 0.002
_CHUNK = 65536


class FarEnd(Protocol):
    """The device's end of a wire."""

    async def read(self, timeout: float) -> bytes:
        """What the driver sent; ``b""`` after ``timeout`` seconds without any or unplugged."""
        ...

    async def write(self, data: bytes) -> None:
        """Send to the driver. What nobody takes within 2 s, or finds the plug out, is lost."""
        ...

    def plug(self) -> None:
        """Put the plug in, at the same place as before. Twice does nothing."""
        ...

    def unplug(self) -> None:
        """Pull the plug: the place is gone and the driver loses its wire. Twice does nothing."""
        ...


class _FarEnd(ABC):
    """What a plug can be put into: ``with`` does it, and reading waits for it."""

    def __init__(self) -> None:
        self._plugged = asyncio.Event()

    def __enter__(self) -> Self:
        self.plug()
        return self

    def __exit__(self, *_: object) -> None:
        self.unplug()

    @abstractmethod
    def plug(self) -> None:
        """See :class:`FarEnd`."""

    @abstractmethod
    def unplug(self) -> None:
        """See :class:`FarEnd`."""

    async def read(self, timeout: float) -> bytes:
        """See :class:`FarEnd`."""
        clock = asyncio.get_running_loop().time
        until = clock() + timeout
        with contextlib.suppress(TimeoutError):
            while not (data := await self._heard(until - clock())) and clock() < until:
                async with asyncio.timeout_at(until):
                    await self._plugged.wait()
            return data
        return b""

    @abstractmethod
    async def _heard(self, timeout: float) -> bytes:
        """What came within the time; ``b""`` at once while it can't."""


class SimulatedSerialLine(_FarEnd):
    """A serial line made of a pseudo-terminal. Born unplugged; ``with`` plugs and unplugs it.

    ``port`` is what the driver opens: a link in ``folder`` that stays the same when the line is
    replugged. With ``baud`` the bytes trickle at baud/10 a second in both directions, otherwise
    they pass at once.
    """

    def __init__(self, folder: Path, name: str, baud: int | None = None) -> None:
        super().__init__()
        self.port = str(folder / name)
        self._device = DeviceId(name)
        self._inward = _Pace(baud)
        self._outward = _Pace(baud)
        self._far: DescriptorWire | None = None
        self._near = -1

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.port} {'plugged' if self._far else 'unplugged'}>"

    def plug(self) -> None:
        """See :class:`FarEnd`."""
        if self._far is not None:
            return
        far, self._near = os.openpty()
        # A fresh terminal echoes and edits lines. The near end stays open here, or else the far one
        # could not be read between two drivers.
        tty.setraw(self._near)
        self._far = DescriptorWire(self._device, self.port, far, lambda: os.close(far))
        link = Path(self.port + ".new")
        link.unlink(missing_ok=True)
        link.symlink_to(os.ttyname(self._near))
        link.replace(self.port)
        self._plugged.set()

    def unplug(self) -> None:
        """See :class:`FarEnd`."""
        if self._far is None:
            return
        Path(self.port).unlink(missing_ok=True)
        self._far.shut()
        os.close(self._near)
        self._far = None
        self._plugged.clear()

    async def write(self, data: bytes) -> None:
        """See :class:`FarEnd`."""
        self._outward.begin()
        size = self._outward.chunk
        for start in range(0, len(data), size):
            piece = data[start : start + size]
            await self._outward.carry(len(piece))
            if self._far is not None:
                with contextlib.suppress(DeviceError):
                    await self._far.write(piece, _GIVE_UP)

    async def _heard(self, timeout: float) -> bytes:
        if self._far is None:
            return b""
        try:
            data = await self._far.read(0, self._inward.chunk)
            if not data:
                data = await self._far.read(timeout, self._inward.chunk)
                self._inward.begin()
        except DeviceError:
            return b""
        await self._inward.carry(len(data))
        return data


class SimulatedSocket(_FarEnd):
    """A device on the loopback network. Born unplugged; ``with`` plugs and unplugs it.

    It talks to one client at a time, as most printers do: the next one is connected by the system
    and gets no answer until the first has gone. ``port`` 0 takes a free one when first plugged in,
    and keeps it.
    """

    def __init__(self, port: int = 0) -> None:
        super().__init__()
        self.host = "127.0.0.1"
        self.port = port
        self._listener: socket.socket | None = None
        self._callers: Readiness | None = None
        self._client: DescriptorWire | None = None

    def __repr__(self) -> str:
        state = "plugged" if self._listener else "unplugged"
        return f"<{type(self).__name__} {self.host}:{self.port} {state}>"

    def plug(self) -> None:
        """See :class:`FarEnd`."""
        if self._listener is not None:
            return
        self._listener = socket.create_server((self.host, self.port))
        self._listener.setblocking(False)
        self.port = self._listener.getsockname()[1]
        self._callers = Readiness(self._listener.fileno())
        self._plugged.set()

    def unplug(self) -> None:
        """See :class:`FarEnd`."""
        if self._listener is None or self._callers is None:
            return
        self._callers.close()
        self._listener.close()
        self._hang_up()
        self._listener = self._callers = None
        self._plugged.clear()

    async def write(self, data: bytes) -> None:
        """See :class:`FarEnd`."""
        if self._client is None:
            await self._answer(0)
        if self._client is not None:
            try:
                await self._client.write(data, _GIVE_UP)
            except DeviceError:
                self._hang_up()

    async def _heard(self, timeout: float) -> bytes:
        if self._client is None:
            await self._answer(timeout)
            return b""
        try:
            return await self._client.read(timeout)
        except DeviceError:
            self._hang_up()
            return b""

    async def _answer(self, timeout: float) -> None:
        if self._callers is None or not await self._callers.readable(timeout):
            return
        if self._listener is None or self._client is not None:
            return
        with contextlib.suppress(OSError):
            line, _ = self._listener.accept()
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            where = f"{self.host}:{self.port}"
            self._client = DescriptorWire(DeviceId(where), where, line.fileno(), line.close)

    def _hang_up(self) -> None:
        if self._client is not None:
            self._client.shut()
            self._client = None


class _Pace:
    """How fast a line carries bytes: ten bits each at ``baud``; None: at once."""

    def __init__(self, baud: int | None) -> None:
        self._rate = math.inf if baud is None else baud / 10
        self._free_at = 0.0
        self.chunk = _CHUNK if baud is None else max(1, int(self._rate * _TICK))
        """How many bytes it carries within a tick of the event loop."""

    def begin(self) -> None:
        """The line was idle until now."""
        self._free_at = asyncio.get_running_loop().time()

    async def carry(self, count: int) -> None:
        """Returns when the line has carried that many more bytes.

        A wait that lasted too long is made up for by the next ones, within two ticks.
        """
        now = asyncio.get_running_loop().time()
        self._free_at = max(self._free_at, now - 2 * _TICK) + count / self._rate
        if self._free_at > now:
            await asyncio.sleep(self._free_at - now)
