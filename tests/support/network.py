"""A network that fails: lines to one port that can be cut, stalled and half closed."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from socket import SHUT_WR
from types import TracebackType
from typing import Self

CHUNK = 65536


class Network:
    """Lines from ports of their own to one port of this machine; a thread carries what goes over."""

    def __init__(self, target: int, lines: int) -> None:
        self._lines = [_Line(target) for _ in range(lines)]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="network")

    def __enter__(self) -> Self:
        self._thread.start()
        for line in self._lines:
            asyncio.run_coroutine_threadsafe(line.open(), self._loop).result(5)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for line in self._lines:
            asyncio.run_coroutine_threadsafe(line.close(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def port(self, line: int) -> int:
        """Where this line begins."""
        return self._lines[line].port

    def cut(self, line: int) -> None:
        """Both ends see their connections reset; a new one may be made at once."""
        self._do(self._lines[line].cut)

    def stall(self, line: int, seconds: float) -> None:
        """Nothing passes for so long, and nobody is told: a cable that was pulled."""
        self._do(lambda: self._lines[line].stall(seconds))

    def half_close(self, line: int, *, towards_client: bool) -> None:
        """One end is told that the other has nothing more to say, which it doesn't know."""
        self._do(lambda: self._lines[line].half_close(towards_client=towards_client))

    def _do(self, deed: Callable[[], None]) -> None:
        self._loop.call_soon_threadsafe(deed)


class _Line:
    """One line, and the connections on it."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._connections: dict[asyncio.Task[None], tuple[asyncio.StreamWriter, ...]] = {}
        self._passing = asyncio.Event()
        self._passing.set()
        self.port = 0

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        self._server.close()
        self._passing.set()
        self.cut()
        if self._connections:
            await asyncio.wait(list(self._connections), timeout=2)

    def cut(self) -> None:
        for writers in self._connections.values():
            for writer in writers:
                writer.transport.abort()

    def stall(self, seconds: float) -> None:
        self._passing.clear()
        asyncio.get_running_loop().call_later(seconds, self._passing.set)

    def half_close(self, *, towards_client: bool) -> None:
        for near, far in list(self._connections.values()):
            end = near if towards_client else far
            with suppress(OSError):
                # The socket's own word: what is still written to it is an error, as it would be.
                end.get_extra_info("socket").shutdown(SHUT_WR)

    async def _carry(self, near_in: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        try:
            far_in, far = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            near.transport.abort()
            return
        task = asyncio.current_task()
        assert task
        self._connections[task] = (near, far)
        try:
            await asyncio.gather(self._copy(near_in, far), self._copy(far_in, near))
        finally:
            del self._connections[task]
            near.transport.abort()
            far.transport.abort()

    async def _copy(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(CHUNK):
                await self._passing.wait()
                target.write(data)
                await target.drain()
            target.write_eof()
