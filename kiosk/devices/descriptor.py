"""A wire over a non-blocking file descriptor: what serial lines and sockets share."""

import asyncio
import os
import select
from collections.abc import Callable

from kiosk.domain.device import Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError


class Readiness:
    """Waits until a descriptor can be read or written, in the event loop and without threads."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.closed = False
        self._waiting: set[asyncio.Future[bool]] = set()

    async def readable(self, timeout: float) -> bool:
        """Whether it became readable, or its far end went away, within ``timeout`` seconds."""
        loop = asyncio.get_running_loop()
        return await self._wait(select.POLLIN, loop.add_reader, loop.remove_reader, timeout)

    async def writable(self, timeout: float) -> bool:
        """Whether it became writable, or its far end went away, within ``timeout`` seconds."""
        loop = asyncio.get_running_loop()
        return await self._wait(select.POLLOUT, loop.add_writer, loop.remove_writer, timeout)

    def close(self) -> None:
        """Wake whoever waits, with False. Call it before the descriptor is closed."""
        if self.closed:
            return
        self.closed = True
        for waiter in self._waiting:
            loop = waiter.get_loop()
            loop.remove_reader(self.fd)
            loop.remove_writer(self.fd)
            _settle(waiter, False)

    async def _wait(
        self,
        event: int,
        add: Callable[..., object],
        remove: Callable[[int], object],
        timeout: float,
    ) -> bool:
        if timeout <= 0:
            return not self.closed and _is_ready(self.fd, event)
        if self.closed:
            return False
        loop = asyncio.get_running_loop()
        ready: asyncio.Future[bool] = loop.create_future()
        timer = loop.call_later(timeout, _settle, ready, False)
        add(self.fd, _settle, ready, True)
        self._waiting.add(ready)
        try:
            return await ready
        finally:
            timer.cancel()
            self._waiting.discard(ready)
            # Once closed, the number may already be another file's.
            if not self.closed:
                remove(self.fd)


def _is_ready(fd: int, event: int) -> bool:
    poll = select.poll()
    poll.register(fd, event)
    return bool(poll.poll(0))


def _settle(waiter: "asyncio.Future[bool]", value: bool) -> None:
    if not waiter.done():
        waiter.set_result(value)


class DescriptorWire:
    """A :class:`~kiosk.devices.transport.Wire` over a descriptor, which it makes non-blocking.

    ``release`` closes the descriptor.
    """

    def __init__(self, device: DeviceId, name: str, fd: int, release: Callable[[], object]) -> None:
        if os.get_blocking(fd):
            os.set_blocking(fd, False)
        self._device = device
        self._name = name
        self._readiness = Readiness(fd)
        self._release = release

    def __repr__(self) -> str:
        state = "closed" if self._readiness.closed else "open"
        return f"<{type(self).__name__} {self._name} {state}>"

    @property
    def name(self) -> str:
        """Where it leads."""
        return self._name

    async def read(self, timeout: float, limit: int = 65536) -> bytes:
        """See :class:`~kiosk.devices.transport.Wire`; at most ``limit`` bytes."""
        ready = timeout <= 0 or await self._readiness.readable(timeout)
        self._check_open()
        return self._take(limit) if ready else b""

    async def write(self, data: bytes, deadline: float) -> None:
        """See :class:`~kiosk.devices.transport.Wire`."""
        clock = asyncio.get_running_loop().time
        until = clock() + deadline
        rest = memoryview(data)
        while rest:
            self._check_open()
            rest = rest[self._push(rest) :]
            if rest and not await self._readiness.writable(until - clock()):
                self._check_open()
                taken = f"{len(data) - len(rest)} of {len(data)} bytes taken"
                raise DeviceError(self._device, Fault.NO_ANSWER, taken)

    async def close(self) -> None:
        """See :class:`~kiosk.devices.transport.Wire`."""
        self.shut()

    def shut(self) -> None:
        """Like :meth:`close`, from where nothing can be awaited."""
        if not self._readiness.closed:
            self._readiness.close()
            self._release()

    def _take(self, limit: int) -> bytes:
        try:
            data = os.read(self._readiness.fd, limit)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise self._lost(error.strerror) from error
        # A tty that is readable and has nothing is a tty that is gone, as a socket at its end is.
        if not data:
            raise self._lost("the far end is gone")
        return data

    def _push(self, data: memoryview) -> int:
        try:
            return os.write(self._readiness.fd, data)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise self._lost(error.strerror) from error

    def _check_open(self) -> None:
        if self._readiness.closed:
            raise self._lost("closed")

    def _lost(self, why: str | None) -> DeviceError:
        return DeviceError(self._device, Fault.CONNECTION_LOST, f"{self._name}: {why}")
