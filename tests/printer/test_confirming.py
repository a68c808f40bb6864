"""What confirms a slip and what doesn't, at a far end that says whatever it likes."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.domain.device import DeviceStatus, Fault
from kiosk.domain.slip import SlipState
from kiosk.ports import PrintResult
from kiosk.printer.encoder import TextMode
from tests.printer.atwork import (
    NOT_CONFIRMED,
    PRINTED,
    WELL,
    AtWork,
    Line,
    Stranger,
    at_work,
    confirm_id,
    make_wire,
)
from tests.support.eventually import until


@pytest.fixture
def stranger(line: Line) -> Stranger:
    return Stranger(line)


@pytest.fixture
async def counter(line: Line, stranger: Stranger) -> AsyncIterator[AtWork]:
    async with at_work(line, stranger.run(), grace=0.3) as counter:
        await counter.is_now(DeviceStatus.ONLINE)
        yield counter


async def test_a_clone_confirms_by_the_fence_alone(counter: AtWork, stranger: Stranger) -> None:
    stranger.on_fence = lambda: b"\0"
    assert [await counter.print(f"job-{n}") for n in range(3)] == [PRINTED] * 3
    assert stranger.slips == 3


async def test_a_fence_is_no_confirmation_when_the_printer_isnt_well_after_it(
    counter: AtWork, stranger: Stranger
) -> None:
    def out_of_paper() -> bytes:
        stranger.health |= {1: 0x1A, 2: 0x32, 4: 0x7E}
        return b"\0"

    stranger.on_fence = out_of_paper
    assert await counter.print() == PrintResult(SlipState.UNKNOWN, Fault.PAPER_OUT)


async def test_a_process_id_confirms_whatever_comes_after_it(
    counter: AtWork, stranger: Stranger
) -> None:
    def out_of_paper(id_: bytes) -> bytes:
        stranger.health |= {1: 0x1A, 2: 0x32, 4: 0x7E}
        return confirm_id(id_)

    stranger.on_id = out_of_paper
    assert await counter.print() == PrintResult(SlipState.PRINTED, Fault.PAPER_OUT)


async def test_without_a_word_the_outcome_is_unknown_and_nothing_is_sent_again(
    counter: AtWork, stranger: Stranger
) -> None:
    assert await counter.print() == NOT_CONFIRMED
    await asyncio.sleep(0.2)
    assert stranger.slips == 1


async def test_the_id_of_another_job_confirms_nothing(counter: AtWork, stranger: Stranger) -> None:
    stranger.on_id = lambda id_: confirm_id(bytes(reversed(id_)))
    assert await counter.print() == NOT_CONFIRMED


async def test_noise_confirms_nothing_and_doesnt_hide_a_confirmation(
    counter: AtWork, stranger: Stranger
) -> None:
    stranger.on_id = lambda id_: b"\xff\x80\x37\x22\xfe\x00\xc1"
    assert await counter.print("job-1") == NOT_CONFIRMED
    stranger.on_fence = lambda: b"\0"
    stranger.on_id = lambda id_: b"\xff=\x9f\x00\x10\x00" + confirm_id(id_)
    assert await counter.print("job-2") == PRINTED


async def test_a_confirmation_that_comes_late_isnt_the_next_jobs(
    counter: AtWork, stranger: Stranger
) -> None:
    """The printer works its buffer off only when the second slip is on its way."""
    held: list[bytes] = []

    def hold() -> bytes:
        held.append(b"\0")
        return b""

    stranger.on_fence = hold
    assert await counter.print("job-1") == NOT_CONFIRMED

    async def say_what_was_held() -> None:
        await stranger.line.write(b"".join(held))
        held.clear()

    second = asyncio.create_task(counter.print("job-2"))
    await until(lambda: len(held) > 1, "the question whether it is settled")
    await say_what_was_held()
    assert await second == NOT_CONFIRMED
    assert stranger.slips == 2


async def test_what_another_line_left_behind_isnt_the_next_jobs(
    counter: AtWork, stranger: Stranger
) -> None:
    """The line breaks behind the slip; the printer has it still, and answers on the next line."""
    stranger.on_cut = stranger.line.unplug
    assert (await counter.print("job-1")).state is SlipState.UNKNOWN
    # for the slip and for the question whether it is settled; and whether half of it is cut off
    answers = [b"\0", b"\0\0"]
    stranger.on_fence = lambda: answers.pop() if answers else b""
    stranger.on_cut = lambda: None
    stranger.line.plug()
    await counter.is_now(DeviceStatus.ONLINE)
    assert await counter.print("job-2") == NOT_CONFIRMED


async def test_half_a_slip_inside_the_printer_keeps_the_next_one_out(
    counter: AtWork, stranger: Stranger
) -> None:
    """A raster command that waits for the rest of its data swallows whatever comes."""
    stranger.on_cut = stranger.line.unplug
    assert (await counter.print("job-1")).state is SlipState.UNKNOWN
    stranger.line.plug()
    await until(lambda: counter.told[-1].fault is Fault.NO_ANSWER, "a report")
    assert (await counter.print("job-2")).state is SlipState.FAILED
    assert stranger.slips == 1


@pytest.mark.parametrize("answered", [{}, {1: 0x16, 2: 0x12}, {1: 0x16, 3: 0x12, 4: 0x12}])
async def test_a_preflight_with_an_open_question_sends_nothing(
    counter: AtWork, stranger: Stranger, answered: dict[int, int]
) -> None:
    stranger.health = answered
    result = await counter.print()
    assert result.state is SlipState.FAILED
    assert result.fault in {Fault.NO_ANSWER, Fault.CONNECTION_LOST}
    assert counter.digests == []
    assert stranger.slips == 0


async def test_status_told_unasked_in_the_middle_of_a_preflight_does_no_harm(
    line: Line,
) -> None:
    stranger = Stranger(line, on_id=confirm_id, on_fence=lambda: b"\0")
    async with at_work(line, stranger.run()) as counter:
        await counter.is_now(DeviceStatus.ONLINE)
        stranger.health = {}
        printing = asyncio.create_task(counter.print())
        await until(lambda: stranger.received.endswith(b"\x10\x04\x04"), "the questions")
        await line.write(b"\x16\x10\x00\x12\x00\x00\x12\x12")
        stranger.health = WELL
        assert await printing == PRINTED


async def test_what_changes_while_answers_come_in_is_told_once(line: Line) -> None:
    stranger = Stranger(line, on_id=confirm_id, on_fence=lambda: b"\0")
    async with at_work(line, stranger.run()) as counter:
        await counter.is_now(DeviceStatus.ONLINE)
        counter.told.clear()
        stranger.health = {}
        heard = len(stranger.received)
        await until(lambda: len(stranger.received) >= heard + 12, "the questions")
        await line.write(b"\x16\x12\x12\x38\x00\x00\x00\x12")
        await until(lambda: counter.told, "a report")
        await asyncio.sleep(0.02)
        assert counter.faults == [Fault.COVER_OPEN]


async def test_a_printer_that_stops_taking_bytes_leaves_the_outcome_unknown(
    tmp_path: Path,
) -> None:
    with make_wire("serial", tmp_path) as line:
        stranger = Stranger(line)
        async with at_work(line, stranger.run(), mode=TextMode.RASTER, grace=0.1) as counter:
            await counter.is_now(DeviceStatus.ONLINE)

            async def stop_reading() -> None:
                stranger.reading = False
                await asyncio.sleep(0.25)

            assert await counter.print(meanwhile=stop_reading) == PrintResult(
                SlipState.UNKNOWN, Fault.NO_ANSWER
            )


async def test_a_printer_that_is_never_heard_of_is_told_once(line: Line) -> None:
    stranger = Stranger(line, health={})
    async with at_work(line, stranger.run()) as counter:
        await until(lambda: counter.told, "a report")
        assert (await counter.print()).state is SlipState.FAILED
        await asyncio.sleep(0.7)  # a second attempt
        assert counter.faults == [Fault.NO_ANSWER]
        assert counter.driver.status is DeviceStatus.OFFLINE


@pytest.mark.parametrize("late", range(1, 5))
async def test_a_roll_near_its_end_whose_answers_come_late_is_no_other_fault(
    line: Line, late: int
) -> None:
    """Answers to a preflight that had been given up come with those to the next questions."""
    stranger = Stranger(line, on_fence=lambda: b"\0", health={1: 0x16, 2: 0x12, 3: 0x12, 4: 0x1E})
    async with at_work(line, stranger.run(), grace=0.3) as counter:
        await counter.is_now(DeviceStatus.ONLINE)
        said, stranger.health = stranger.health, {}
        heard = len(stranger.received)
        await until(lambda: len(stranger.received) >= heard + 12, "the questions")
        answers = bytes(said.values())
        await line.write(answers[:-late])
        await asyncio.sleep(0.6)
        stranger.health = said
        await line.write(answers[-late:])
        assert await counter.print() == PRINTED
        assert set(counter.faults) == {None, Fault.PAPER_LOW}


async def test_answers_to_an_earlier_look_say_nothing_of_the_printer_now(tmp_path: Path) -> None:
    """A line that carries everything a second and a half late: what it says is never believed."""
    with make_wire("serial", tmp_path) as line:
        loop = asyncio.get_running_loop()
        stranger = Stranger(line, health={})

        def late(answer: bytes) -> bytes:
            loop.call_later(1.5, lambda: loop.create_task(line.write(answer)))
            return b""

        stranger.on_questions = lambda: late(bytes(WELL.values()))
        stranger.on_fence = lambda: late(b"\0")
        async with at_work(line, stranger.run(), grace=2.0) as counter:
            await asyncio.sleep(6)
            assert counter.faults == [Fault.NO_ANSWER]
            assert (await counter.print()).state is SlipState.FAILED
            assert stranger.slips == 0
