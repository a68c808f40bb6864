"""The master of a bus: one question at a time, whatever else is on the line."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.busframe import Expected, Found, Frame
from kiosk.devices.bus import Bus, Missed, Question, without_echo
from kiosk.devices.simwire import SimulatedSerialLine
from kiosk.domain.device import Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError
from tests.flow.work import at_work
from tests.support.eventually import until

PAD = DeviceId("pad-5")
POLL = bytes.fromhex("05 05 00 00")
FRAME = Frame.parse("( 06 address sequence key ) xor", frozenset({"address", "sequence", "key"}))
ANSWER = Expected(FRAME, {"address": 5})
SOUND = bytes.fromhex("06 05 03 01 01")
"""Device 5: press 3, key 1."""
OTHER = bytes.fromhex("06 06 03 01 02")
"""The same of device 6."""
QUESTION = Question(POLL, ANSWER, within=0.1)
PATIENT = Question(POLL, ANSWER, within=10)
"""Where an answer comes, however long the machine takes for it."""

Script = Callable[[bytes], Iterable[bytes]]


@asynccontextmanager
async def far_end(folder: Path, script: Script) -> AsyncIterator[tuple[Bus, list[bytes]]]:
    """A bus whose far end answers each question with these pieces, and what it was asked."""
    asked: list[bytes] = []
    line = SimulatedSerialLine(folder, "bus")

    async def answer() -> None:
        heard = b""
        while True:
            heard += await line.read(1)
            while len(heard) >= len(POLL):
                asked.append(heard[: len(POLL)])
                heard = heard[len(POLL) :]
                for piece in script(asked[-1]):
                    await line.write(piece)
                    await asyncio.sleep(0.002)

    with line:
        bus = Bus(line.port, 9600)
        async with at_work(answer()):
            yield bus, asked
        await bus.close()


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([SOUND], SOUND),
        ([bytes([byte]) for byte in SOUND], SOUND),
        ([POLL + SOUND], SOUND),
        ([POLL, SOUND], SOUND),
        ([POLL[:2], POLL[2:] + SOUND[:1], SOUND[1:]], SOUND),
        ([b"\x00\xff" + SOUND + b"\xfe"], SOUND),
        ([OTHER, SOUND], SOUND),
        ([SOUND[:3], SOUND], SOUND),
        ([b"\x06" * 9 + SOUND], SOUND),
        ([], Missed.SILENT),
        ([POLL], Missed.SILENT),
        ([SOUND[:-1]], Missed.GARBLED),
        ([SOUND[:-1] + b"\x00"], Missed.GARBLED),
        ([OTHER], Missed.GARBLED),
        ([bytes(4000)], Missed.GARBLED),
    ],
    ids=[
        "sound",
        "byte by byte",
        "echo glued",
        "echo",
        "echo in pieces",
        "noise around",
        "a neighbour first",
        "half, then again",
        "many beginnings",
        "silence",
        "echo only",
        "half",
        "wrong check",
        "a neighbour only",
        "never silent",
    ],
)
async def test_what_may_be_heard(
    tmp_path: Path, pieces: list[bytes], expected: bytes | Missed
) -> None:
    async with far_end(tmp_path, lambda asked: pieces) as (bus, asked):
        found = await bus.ask(PAD, PATIENT if expected == SOUND else QUESTION)
        assert asked == [POLL]
    if isinstance(expected, Missed):
        assert found is expected
    else:
        assert isinstance(found, Found)
        assert found.values == {"address": 5, "sequence": 3, "key": 1}


async def test_an_answer_that_was_in_time_counts_however_late_it_is_looked_for(
    tmp_path: Path,
) -> None:
    def answered_while_the_loop_stands_still(asked: bytes) -> Iterator[bytes]:
        yield SOUND
        time.sleep(3 * QUESTION.within)

    async with far_end(tmp_path, answered_while_the_loop_stands_still) as (bus, _):
        found = await bus.ask(PAD, QUESTION)
    assert isinstance(found, Found)


async def test_a_late_answer_is_not_taken_for_the_next_one(tmp_path: Path) -> None:
    with SimulatedSerialLine(tmp_path, "bus") as line:
        bus = Bus(line.port, 9600)
        assert await bus.ask(PAD, QUESTION) is Missed.SILENT
        await line.write(SOUND)
        assert await bus.ask(PAD, QUESTION) is Missed.SILENT
        await bus.close()


async def test_questions_of_many_go_one_after_the_other(tmp_path: Path) -> None:
    """Nobody's question begins while another's answer is awaited."""
    going = 0

    def script(asked: bytes) -> list[bytes]:
        nonlocal going
        going += 1
        assert going == 1
        going -= 1
        return [SOUND[:2], SOUND[2:]]

    async with far_end(tmp_path, script) as (bus, asked):
        found = await asyncio.gather(*(bus.ask(PAD, PATIENT) for _ in range(20)))
        assert len(asked) == 20
    assert all(isinstance(one, Found) for one in found)


async def test_a_lost_line_is_told_and_opened_anew(tmp_path: Path) -> None:
    line = SimulatedSerialLine(tmp_path, "bus")
    bus = Bus(line.port, 9600)
    with pytest.raises(DeviceError) as missing:
        await bus.ask(PAD, QUESTION)
    assert (missing.value.device, missing.value.fault) == (PAD, Fault.NOT_FOUND)
    line.plug()
    assert await bus.ask(PAD, QUESTION) is Missed.SILENT
    line.unplug()
    with pytest.raises(DeviceError):
        await bus.ask(PAD, QUESTION)
    line.plug()
    resting = asyncio.create_task(bus.plug().rest(30))
    await asyncio.sleep(0)
    assert await bus.ask(PAD, QUESTION) is Missed.SILENT
    await asyncio.wait_for(resting, 10)  # whoever waited for the line is woken by it
    await bus.close()
    line.unplug()


async def test_a_question_given_up_half_way_does_not_hold_the_bus(tmp_path: Path) -> None:
    async with far_end(tmp_path, lambda asked: [SOUND] if len(questions) > 1 else []) as (
        bus,
        questions,
    ):
        asking = asyncio.create_task(bus.ask(PAD, QUESTION))
        await until(lambda: questions)
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking
        found = await asyncio.wait_for(bus.ask(PAD, PATIENT), 20)
    assert isinstance(found, Found)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(noise=st.lists(st.binary(min_size=1, max_size=30), max_size=6), seed=st.integers(0, 9))
async def test_noise_never_raises_and_never_lasts(
    tmp_path: Path, noise: list[bytes], seed: int
) -> None:
    chance = random.Random(seed)

    def script(asked: bytes) -> list[bytes]:
        return [*noise, SOUND] if chance.random() < 0.5 else noise

    async with far_end(tmp_path, script) as (bus, _):
        for _ in range(2):
            async with asyncio.timeout(10):
                found = await bus.ask(PAD, QUESTION)
            if isinstance(found, Found):
                assert found.values["address"] == 5


@pytest.mark.parametrize(
    ("heard", "left"),
    [(b"", b""), (b"\x05\x05", b""), (POLL, b""), (POLL + b"x", b"x"), (b"x" + POLL, b"x" + POLL)],
)
def test_echo(heard: bytes, left: bytes) -> None:
    assert without_echo(heard, POLL) == left
