"""Real pyserial on a pseudo-terminal whose far end misbehaves."""

import asyncio
import os
import resource
import termios
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kiosk.devices.serialport import Handshake, open_serial
from kiosk.devices.simwire import SimulatedSerialLine
from kiosk.domain.device import Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError

READER = DeviceId("swipe")
FD_SETSIZE = 1024
"""select(2) takes no higher descriptor than the one before."""


@pytest.fixture
def line(tmp_path: Path) -> Iterator[SimulatedSerialLine]:
    with SimulatedSerialLine(tmp_path, "line") as plugged:
        yield plugged


@pytest.fixture
def full_house() -> Iterator[None]:
    """As many open files as select(2) can tell apart: the next ones are beyond it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 2 * FD_SETSIZE)), hard))
    with ExitStack() as closing:
        closing.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        opened = 0
        while opened < FD_SETSIZE:
            opened = closing.enter_context(Path(os.devnull).open("rb")).fileno()
        yield


async def test_bytes_pass_unchanged_in_both_directions(line: SimulatedSerialLine) -> None:
    wire = await open_serial(READER, line.port, 9600)
    every_byte = bytes(range(256))
    await wire.write(every_byte, 1)
    assert await line.read(1) == every_byte
    await line.write(every_byte)
    assert await wire.read(1) == every_byte
    await wire.close()


@pytest.mark.usefixtures("full_house")
async def test_a_line_works_above_what_select_can_take(line: SimulatedSerialLine) -> None:
    wire = await open_serial(READER, line.port, 9600)
    await line.write(b"question")
    assert await wire.read(5) == b"question"
    reading = asyncio.create_task(wire.read(5))
    await asyncio.sleep(0)
    await line.write(b"waited for")
    assert await reading == b"waited for"
    writing = asyncio.create_task(wire.write(bytes(100_000), 5))  # more than fits at once
    got = 0
    while got < 100_000:
        got += len(await line.read(5))
    await writing
    await wire.close()


async def test_silence_ends_a_read_in_time(line: SimulatedSerialLine) -> None:
    wire = await open_serial(READER, line.port, 9600)
    begin = time.monotonic()
    assert await wire.read(0.05) == b""
    assert await wire.read(0) == b""
    assert 0.04 < time.monotonic() - begin < 1
    await wire.close()


async def test_a_read_without_patience_takes_what_is_there(line: SimulatedSerialLine) -> None:
    wire = await open_serial(READER, line.port, 9600)
    await line.write(b"x")
    assert await wire.read(0) == b"x"
    await wire.close()


async def test_a_byte_arrives_within_a_moment(line: SimulatedSerialLine) -> None:
    wire = await open_serial(READER, line.port, 9600)
    taken = []
    for _ in range(20):
        reading = asyncio.create_task(wire.read(1))
        await asyncio.sleep(0)
        begin = time.perf_counter()
        await line.write(b"x")
        assert await reading == b"x"
        taken.append(time.perf_counter() - begin)
    assert min(taken) < 0.001
    await wire.close()


async def test_a_port_has_one_owner(line: SimulatedSerialLine) -> None:
    wire = await open_serial(READER, line.port, 9600)
    with pytest.raises(DeviceError) as second:
        await open_serial(READER, line.port, 9600)
    assert second.value.fault is Fault.IN_USE
    assert f"({os.getpid()})" in second.value.detail
    await wire.close()
    await (await open_serial(READER, line.port, 9600)).close()


@pytest.mark.parametrize("port", ["missing", "file"])
async def test_what_is_no_port_is_not_found(tmp_path: Path, port: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DeviceError) as refused:
        await open_serial(READER, str(tmp_path / port), 9600)
    assert refused.value.fault is Fault.NOT_FOUND
    assert port in refused.value.detail


async def test_a_far_end_that_never_reads_is_told_by_the_deadline(
    line: SimulatedSerialLine,
) -> None:
    wire = await open_serial(READER, line.port, 9600)
    begin = time.monotonic()
    with pytest.raises(DeviceError) as stuck:
        await wire.write(bytes(1_000_000), 0.1)
    assert stuck.value.fault is Fault.NO_ANSWER
    assert "of 1000000 bytes taken" in stuck.value.detail
    assert time.monotonic() - begin < 2
    await wire.close()


async def test_a_slow_far_end_gets_everything(line: SimulatedSerialLine) -> None:
    wire = await open_serial(READER, line.port, 9600)
    data = os.urandom(100_000)
    writing = asyncio.create_task(wire.write(data, 5))
    got = b""
    while len(got) < len(data) and (piece := await line.read(5)):
        got += piece
    await writing
    assert got == data
    await wire.close()


async def test_pulling_the_plug_ends_a_waiting_read(line: SimulatedSerialLine) -> None:
    wire = await open_serial(READER, line.port, 9600)
    reading = asyncio.create_task(wire.read(5))
    await asyncio.sleep(0)
    line.unplug()
    with pytest.raises(DeviceError) as lost:
        await reading
    assert lost.value.fault is Fault.CONNECTION_LOST
    with pytest.raises(DeviceError) as lost:
        await wire.write(b"x", 1)
    assert lost.value.fault is Fault.CONNECTION_LOST
    await wire.close()
    await wire.close()


async def test_after_a_replug_the_same_port_works_again(line: SimulatedSerialLine) -> None:
    first = await open_serial(READER, line.port, 9600)
    line.unplug()
    with pytest.raises(DeviceError) as gone:
        await open_serial(READER, line.port, 9600)
    assert gone.value.fault is Fault.NOT_FOUND
    line.plug()
    second = await open_serial(READER, line.port, 9600)
    await line.write(b"again")
    assert await second.read(1) == b"again"
    await second.close()
    await first.close()


async def test_closing_tells_the_task_that_reads(line: SimulatedSerialLine) -> None:
    wire = await open_serial(READER, line.port, 9600)
    reading = asyncio.create_task(wire.read(5))
    await asyncio.sleep(0)
    await wire.close()
    with pytest.raises(DeviceError) as lost:
        await reading
    assert lost.value.fault is Fault.CONNECTION_LOST
    with pytest.raises(DeviceError):
        await wire.read(0)
    assert "closed" in repr(wire)


async def test_a_closed_wire_leaves_the_next_one_with_the_same_descriptor_alone(
    line: SimulatedSerialLine,
) -> None:
    first = await open_serial(READER, line.port, 9600)
    reading = asyncio.create_task(first.read(5))
    await asyncio.sleep(0)
    await first.close()
    second = await open_serial(READER, line.port, 9600)
    await line.write(b"for the second")
    assert await second.read(1) == b"for the second"
    with pytest.raises(DeviceError):
        await reading
    await second.close()


async def test_reading_and_writing_go_on_side_by_side(line: SimulatedSerialLine) -> None:
    wire = await open_serial(READER, line.port, 9600)
    reading = asyncio.create_task(wire.read(5))
    await asyncio.sleep(0)
    await wire.write(b"question", 1)
    assert await line.read(1) == b"question"
    await line.write(b"answer")
    assert await reading == b"answer"
    await wire.close()


async def test_a_cancelled_read_loses_nothing(line: SimulatedSerialLine) -> None:
    wire = await open_serial(READER, line.port, 9600)
    reading = asyncio.create_task(wire.read(5))
    await asyncio.sleep(0)
    reading.cancel()
    await asyncio.wait([reading])
    await line.write(b"later")
    assert await wire.read(1) == b"later"
    await wire.close()


async def test_a_device_that_says_xoff_is_waited_for(line: SimulatedSerialLine) -> None:
    wire = await open_serial(READER, line.port, 9600, Handshake.XON_XOFF)
    await line.write(b"\x13?")
    assert await wire.read(1) == b"?"
    writing = asyncio.create_task(wire.write(b"slip", 5))
    assert await line.read(0.2) == b""
    await line.write(b"\x11")
    await writing
    assert await line.read(2) == b"slip"
    await wire.close()


@pytest.mark.parametrize(
    ("handshake", "held_by"),
    [
        (Handshake.NONE, (False, False)),
        (Handshake.XON_XOFF, (True, False)),
        (Handshake.RTS_CTS, (False, True)),
    ],
)
async def test_the_system_is_told_what_holds_the_line(
    line: SimulatedSerialLine, handshake: Handshake, held_by: tuple[bool, bool]
) -> None:
    wire = await open_serial(READER, line.port, 9600, handshake)
    near = os.open(line.port, os.O_RDWR | os.O_NOCTTY)
    attributes = termios.tcgetattr(near)
    os.close(near)
    found = bool(attributes[0] & termios.IXON), bool(attributes[2] & termios.CRTSCTS)
    assert found == held_by
    await wire.close()
