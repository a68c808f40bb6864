"""Real sockets on the loopback interface."""

import asyncio
import socket
import time

import pytest

from kiosk.devices.simwire import SimulatedSocket
from kiosk.devices.tcp import open_tcp
from kiosk.domain.device import Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError

PRINTER = DeviceId("slip")


async def test_bytes_pass_in_both_directions() -> None:
    with SimulatedSocket() as far:
        wire = await open_tcp(PRINTER, far.host, far.port)
        await wire.write(b"question", 1)
        assert await far.read(1) == b"question"
        await far.write(b"answer")
        assert await wire.read(1) == b"answer"
        assert wire.name == f"127.0.0.1:{far.port}"
        await wire.close()


async def test_the_far_end_may_speak_first() -> None:
    with SimulatedSocket() as far:
        wire = await open_tcp(PRINTER, far.host, far.port)
        await far.write(b"hello")
        assert await wire.read(1) == b"hello"
        await wire.close()


async def test_nobody_listening_is_not_found() -> None:
    far = SimulatedSocket()
    far.plug()
    far.unplug()
    with pytest.raises(DeviceError) as refused:
        await open_tcp(PRINTER, far.host, far.port)
    assert refused.value.fault is Fault.NOT_FOUND


async def test_a_host_that_takes_no_connection_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kiosk.devices.tcp._CONNECT_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        host, port = full.getsockname()
        waiting = []
        for _ in range(3):
            caller = socket.socket()
            caller.setblocking(False)
            caller.connect_ex((host, port))
            waiting.append(caller)
        begin = time.monotonic()
        with pytest.raises(DeviceError) as silent:
            await open_tcp(PRINTER, host, port)
        assert silent.value.fault is Fault.NO_ANSWER
        assert time.monotonic() - begin < 2
        for caller in waiting:
            caller.close()


async def test_a_far_end_that_hangs_up_is_a_lost_line() -> None:
    with SimulatedSocket() as far:
        wire = await open_tcp(PRINTER, far.host, far.port)
        await wire.write(b"x", 1)
        assert await far.read(1) == b"x"
        reading = asyncio.create_task(wire.read(5))
        await asyncio.sleep(0)
        far.unplug()
        with pytest.raises(DeviceError) as lost:
            await reading
        assert lost.value.fault is Fault.CONNECTION_LOST
        await wire.close()


async def test_the_next_client_is_served_when_the_first_has_gone() -> None:
    with SimulatedSocket() as far:
        first = await open_tcp(PRINTER, far.host, far.port)
        await first.write(b"1", 1)
        assert await far.read(1) == b"1"
        second = await open_tcp(PRINTER, far.host, far.port)
        await second.write(b"2", 1)
        assert await far.read(0.05) == b""
        await first.close()
        assert await far.read(1) == b"2"
        await second.close()


async def test_after_a_replug_the_same_port_answers() -> None:
    with SimulatedSocket() as far:
        port = far.port
        reading = asyncio.create_task(far.read(5))
        await asyncio.sleep(0)
        far.unplug()
        await asyncio.sleep(0)
        far.plug()
        assert far.port == port
        wire = await open_tcp(PRINTER, far.host, port)
        await wire.write(b"again", 1)
        assert await reading == b"again"
        await wire.close()


async def test_a_far_end_that_never_reads_is_told_by_the_deadline() -> None:
    with SimulatedSocket() as far:
        wire = await open_tcp(PRINTER, far.host, far.port)
        with pytest.raises(DeviceError) as stuck:
            await wire.write(bytes(50_000_000), 0.1)
        assert stuck.value.fault is Fault.NO_ANSWER
        await wire.close()
