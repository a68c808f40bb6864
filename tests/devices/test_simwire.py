"""The far ends keep what they promise."""

import asyncio
import time
from pathlib import Path

from kiosk.devices.serialport import open_serial
from kiosk.devices.simwire import SimulatedSerialLine
from kiosk.devices.transport import Wire
from kiosk.domain.ids import DeviceId

PRINTER = DeviceId("slip")


async def test_a_far_end_outlives_its_drivers(tmp_path: Path) -> None:
    with SimulatedSerialLine(tmp_path, "line") as line:
        for round_ in (b"one", b"two", b"three"):
            wire = await open_serial(PRINTER, line.port, 9600)
            await wire.write(round_, 1)
            await wire.close()
            assert await line.read(1) == round_


async def test_a_far_end_does_not_hear_itself(tmp_path: Path) -> None:
    with SimulatedSerialLine(tmp_path, "line") as line:
        await line.write(b"before any driver\r")
        assert await line.read(0.02) == b""


async def test_a_far_end_waits_out_an_unplugged_time(tmp_path: Path) -> None:
    line = SimulatedSerialLine(tmp_path, "line")
    assert await line.read(0.02) == b""
    await line.write(b"into the air")
    reading = asyncio.create_task(line.read(5))
    await asyncio.sleep(0)
    line.plug()
    line.plug()
    wire = await open_serial(PRINTER, line.port, 9600)
    await wire.write(b"at last", 1)
    assert await reading == b"at last"
    assert await wire.read(0) == b""
    await wire.close()
    line.unplug()
    line.unplug()
    assert list(tmp_path.iterdir()) == []


async def test_plugging_over_a_link_left_behind_works(tmp_path: Path) -> None:
    (tmp_path / "line").symlink_to("/nonexistent")
    with SimulatedSerialLine(tmp_path, "line") as line:
        wire = await open_serial(PRINTER, line.port, 9600)
        await line.write(b"x")
        assert await wire.read(1) == b"x"
        await wire.close()


async def test_a_paced_line_takes_the_time_of_its_baud_rate(tmp_path: Path) -> None:
    """192 bytes at 19,200 baud are 0.1 s on the wire, each way."""
    with SimulatedSerialLine(tmp_path, "line", baud=19_200) as line:
        wire = await open_serial(PRINTER, line.port, 19_200)
        taken = [await _there_and_back(line, wire) for _ in range(3)]
        await wire.close()
    given, outward, inward = (min(times) for times in zip(*taken, strict=True))
    assert given < 0.05
    assert 0.095 <= outward < 0.3
    assert 0.099 <= inward < 0.3


async def _there_and_back(line: SimulatedSerialLine, wire: Wire) -> tuple[float, float, float]:
    """Seconds until 192 bytes are given to the line, are through, and others have come back."""
    begin = time.perf_counter()
    await wire.write(bytes(192), 1)
    given = time.perf_counter()
    got = b""
    while len(got) < 192:
        got += await line.read(1)
    through = time.perf_counter()
    await line.write(bytes(192))
    back = time.perf_counter()
    came = b""
    while len(came) < 192:
        came += await wire.read(1)
    return given - begin, through - begin, back - through


async def test_the_first_byte_on_a_paced_line_is_not_kept_back(tmp_path: Path) -> None:
    with SimulatedSerialLine(tmp_path, "line", baud=19_200) as line:
        wire = await open_serial(PRINTER, line.port, 19_200)
        first = [await _first_bytes(line, wire) for _ in range(5)]
        await wire.close()
    assert 0 < min(count for count, _ in first) < 10
    assert min(taken for _, taken in first) < 0.05


async def _first_bytes(line: SimulatedSerialLine, wire: Wire) -> tuple[int, float]:
    """How many of 192 come at first, and after how many seconds."""
    reading = asyncio.create_task(line.read(1))
    await asyncio.sleep(0.01)
    begin = time.perf_counter()
    await wire.write(bytes(192), 1)
    count = came = len(await reading)
    taken = time.perf_counter() - begin
    while came < 192:
        came += len(await line.read(1))
    return count, taken
