"""Calls are spoken in the order of the calls, one at a time, never late and never in vain."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from kiosk.domain.commands import (
    CallNext,
    CallPaperNumber,
    Command,
    FinishServing,
    MarkNoShow,
    OpenCounter,
    RecallTicket,
    ServeWithoutTicket,
    StartServing,
)
from kiosk.domain.device import Fault
from kiosk.domain.ids import TicketId, VisitId
from kiosk.domain.ticketcommands import DropTicket, ReturnTicket
from kiosk.flow.announcing import CallAnnouncements
from kiosk.flow.desk import Desk
from kiosk.ports import Announcement
from tests.domain.day import LI, ONE, TWO, WANG, issue
from tests.flow.clock import HandClock
from tests.flow.work import at_work
from tests.support.eventually import until


class Voice:
    """A ``Voice`` that speaks as long as the test holds it."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.calls: list[Announcement] = []
        self.speaking = 0
        self.free = asyncio.Event()
        self.free.set()

    async def say(self, call: Announcement) -> Fault | None:
        assert not self.speaking, "two calls at once"
        self.speaking += 1
        self.calls.append(call)
        self.said.append(f"{call.number} to {call.counter.id}")
        await self.free.wait()
        self.speaking -= 1
        return None


@pytest.fixture
def voice() -> Voice:
    return Voice()


@pytest.fixture
async def spoken(desk: Desk, voice: Voice, clock: HandClock) -> AsyncIterator[Desk]:
    """Three tickets wait, two counters are open, calls are spoken."""
    announcements = CallAnnouncements(desk, voice, clock)
    desk.listen(announcements.take)
    for command in (OpenCounter(ONE, LI), OpenCounter(TWO, WANG)):
        await desk.submit(command)
    for name in ("t1", "t2", "t3"):
        await desk.submit(issue(name))
        clock.move(seconds=1)
    async with at_work(announcements.run()):
        yield desk


async def told(desk: Desk, *commands: Command) -> None:
    for command in commands:
        await desk.submit(command)


NEXT_AT_ONE, NEXT_AT_TWO = CallNext(ONE, LI), CallNext(TWO, WANG)


async def test_in_the_order_of_the_calls_one_at_a_time(spoken: Desk, voice: Voice) -> None:
    voice.free.clear()
    await told(spoken, NEXT_AT_ONE, NEXT_AT_TWO)
    await until(lambda: voice.said == ["A001 to 1"])
    voice.free.set()
    await until(lambda: voice.said == ["A001 to 1", "A002 to 2"])
    assert voice.calls[0].language == "zh"


async def test_a_recall_is_spoken_again(spoken: Desk, voice: Voice, clock: HandClock) -> None:
    await told(spoken, NEXT_AT_ONE)
    await until(lambda: len(voice.said) == 1)
    clock.move(seconds=40)
    await told(spoken, RecallTicket(ONE, LI))
    await until(lambda: voice.said == ["A001 to 1", "A001 to 1"])


async def test_a_recall_of_what_still_waits_to_be_spoken_is_spoken_once_in_its_place(
    spoken: Desk, voice: Voice, clock: HandClock
) -> None:
    voice.free.clear()
    await told(spoken, NEXT_AT_ONE)
    await until(lambda: voice.said)
    await told(spoken, NEXT_AT_TWO)
    clock.move(seconds=25)
    await told(spoken, RecallTicket(ONE, LI), RecallTicket(TWO, WANG))
    clock.move(seconds=10)  # the call of A002 is old by now, its recall isn't
    voice.free.set()
    await until(lambda: len(voice.said) == 3)
    assert voice.said == ["A001 to 1", "A002 to 2", "A001 to 1"]


@pytest.mark.parametrize(("seconds", "said"), [(30, True), (31, False)])
async def test_nothing_is_spoken_that_is_older_than_30_seconds(
    spoken: Desk, voice: Voice, clock: HandClock, seconds: int, said: bool
) -> None:
    voice.free.clear()
    await told(spoken, NEXT_AT_ONE)
    await until(lambda: voice.said)
    await told(spoken, NEXT_AT_TWO)
    clock.move(seconds=seconds)
    await told(spoken, RecallTicket(ONE, LI))
    voice.free.set()
    await until(lambda: voice.said[-1] == "A001 to 1" and len(voice.said) > 1)
    assert ("A002 to 2" in voice.said) is said


@pytest.mark.parametrize(
    "then",
    [
        StartServing(TWO, WANG),
        FinishServing(TWO, WANG),
        MarkNoShow(TWO, WANG),
        ReturnTicket(TicketId("t2"), WANG),
        DropTicket(TicketId("t2"), "left"),
    ],
    ids=lambda command: type(command).__name__,
)
async def test_who_is_no_longer_called_is_not_spoken(
    spoken: Desk, voice: Voice, clock: HandClock, then: Command
) -> None:
    """LOB-50: nobody who was dropped is spoken."""
    voice.free.clear()
    await told(spoken, NEXT_AT_ONE)
    await until(lambda: voice.said)
    await told(spoken, NEXT_AT_TWO, then, RecallTicket(ONE, LI))
    voice.free.set()
    await until(lambda: len(voice.said) > 1)
    assert voice.said == ["A001 to 1", "A001 to 1"]


async def test_a_number_of_the_paper_roll_is_spoken(spoken: Desk, voice: Voice) -> None:
    paper = CallPaperNumber(ONE, LI, TicketId("p57"), VisitId("v57"), 57)
    await told(spoken, paper)
    await until(lambda: voice.said == ["57 to 1"])


async def test_who_has_no_number_is_not_spoken(spoken: Desk, voice: Voice) -> None:
    without = ServeWithoutTicket(ONE, LI, TicketId("w1"), VisitId("vw1"))
    await told(spoken, without, NEXT_AT_TWO)
    await until(lambda: voice.said == ["A001 to 2"])


async def test_the_desk_never_waits_for_the_voice(spoken: Desk, voice: Voice) -> None:
    voice.free.clear()
    async with asyncio.timeout(5):
        await told(spoken, NEXT_AT_ONE, NEXT_AT_TWO, *[RecallTicket(ONE, LI)] * 20)
        await told(spoken, FinishServing(ONE, LI), NEXT_AT_ONE)
    await until(lambda: voice.said == ["A001 to 1"])
    voice.free.set()
    await until(lambda: voice.said == ["A001 to 1", "A002 to 2", "A003 to 1"])


async def test_after_a_restart_nothing_is_spoken_late(
    desk: Desk, voice: Voice, clock: HandClock
) -> None:
    await desk.submit(OpenCounter(ONE, LI))
    await desk.submit(issue("t1"))
    await desk.submit(NEXT_AT_ONE)
    announcements = CallAnnouncements(desk, voice, clock)
    desk.listen(announcements.take)
    async with at_work(announcements.run()):
        await desk.submit(issue("t2"))
        await asyncio.sleep(0.01)
    assert voice.said == []
