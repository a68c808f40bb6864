"""What may happen to a broker and to the network between."""

import asyncio
import contextlib
import dataclasses
import os
import signal
from collections.abc import Iterator

from kiosk.messaging.broker import EmbeddedBroker
from kiosk.messaging.mqtt import BrokerAddress
from kiosk.supervisor import running


def kill(broker: EmbeddedBroker) -> int:
    process = running(broker.child())
    assert process
    os.kill(process, signal.SIGKILL)
    return process


@contextlib.contextmanager
def frozen(broker: EmbeddedBroker) -> Iterator[None]:
    """It answers nothing meanwhile."""
    process = running(broker.child())
    assert process
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


class Relay:
    """A network between a client and the broker that can be cut."""

    def __init__(self, broker: EmbeddedBroker) -> None:
        self._broker = broker
        self._lines: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    @property
    def address(self) -> BrokerAddress:
        assert self._server
        port = self._server.sockets[0].getsockname()[1]
        return dataclasses.replace(self._broker.address, port=port)

    def cut(self) -> None:
        """Both ends see the connection go; nobody says goodbye."""
        for line in self._lines:
            line.transport.abort()

    async def __aenter__(self) -> "Relay":
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server
        self._server.close()
        self.cut()
        await self._server.wait_closed()
        await asyncio.sleep(0)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = self._broker.address
        try:
            far_reader, far_writer = await asyncio.open_connection(address.host, address.port)
        except OSError:
            writer.transport.abort()
            return
        lines = {writer, far_writer}
        self._lines |= lines
        await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))
        self._lines -= lines


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
