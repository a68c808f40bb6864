"""Which answer is to which question, when answers are late or lost: told on a wire of bytes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from kiosk.domain.device import Fault
from kiosk.domain.ids import DeviceId
from kiosk.ports import DeviceError
from kiosk.printer.enquiry import QUESTIONS, StatusEnquiry
from kiosk.printer.link import PrinterLink
from kiosk.printer.replies import PrinterCondition
from tests.support.eventually import until

WELL = b"\x16\x12\x12\x12"
DRAWER_OPEN_AND_LOW = b"\x16\x12\x12\x1e"
"""Each of its bytes means a fault when it is taken for another question's."""
COVER_OPEN = b"\x1e\x16\x12\x12"
LOW = PrinterCondition(paper_low=True)


@dataclass
class Wire:
    """The near end of a wire whose far end a test plays: ``answers`` by round of questions."""

    answers: list[bytes]
    name: str = "test"
    rounds: int = 0
    arrived: "asyncio.Queue[bytes]" = field(default_factory=asyncio.Queue)

    async def read(self, timeout: float) -> bytes:
        return await self.arrived.get()

    async def write(self, data: bytes, deadline: float) -> None:
        assert data == QUESTIONS
        if self.rounds < len(self.answers):
            self.say(self.answers[self.rounds])
        self.rounds += 1

    def say(self, data: bytes) -> None:
        if data:
            self.arrived.put_nowait(data)

    def say_in(self, seconds: float, data: bytes) -> None:
        asyncio.get_running_loop().call_later(seconds, self.say, data)

    async def close(self) -> None:
        """Nothing is held."""


@dataclass
class Talk:
    wire: Wire
    enquiry: StatusEnquiry


@pytest.fixture
async def talk(request: pytest.FixtureRequest) -> AsyncIterator[Talk]:
    wire = Wire(list(request.param))
    link = PrinterLink(DeviceId("slip"), wire)
    listening = asyncio.create_task(link.listen())
    yield Talk(wire, StatusEnquiry(link))
    listening.cancel()
    await asyncio.wait([listening])


def answering(*rounds: bytes) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("talk", [rounds], indirect=True)


async def refused(enquiry: StatusEnquiry) -> None:
    with pytest.raises(DeviceError) as refusal:
        await enquiry.ask()
    assert refusal.value.fault is Fault.NO_ANSWER


@answering(DRAWER_OPEN_AND_LOW)
async def test_answers_are_taken_in_the_order_of_the_questions(talk: Talk) -> None:
    assert await talk.enquiry.ask() == LOW
    assert not talk.enquiry.in_doubt


@pytest.mark.parametrize("late", range(1, 5))
@answering(b"", DRAWER_OPEN_AND_LOW)
async def test_late_answers_are_not_the_next_questions(talk: Talk, late: int) -> None:
    """The last of them come after the time-out: a roll near its end is no jammed cutter."""
    talk.wire.say(DRAWER_OPEN_AND_LOW[:-late])
    talk.wire.say_in(0.7, DRAWER_OPEN_AND_LOW[-late:])
    assert await talk.enquiry.ask() == LOW
    assert talk.wire.rounds == 2
    assert not talk.enquiry.in_doubt


@answering(DRAWER_OPEN_AND_LOW[:3], DRAWER_OPEN_AND_LOW)
async def test_a_lost_answer_leaves_the_order_in_doubt(talk: Talk) -> None:
    assert await talk.enquiry.ask() == LOW
    assert talk.enquiry.in_doubt
    talk.enquiry.fenced()
    assert not talk.enquiry.in_doubt


@answering(WELL[:2], WELL)
async def test_answers_that_come_in_the_next_ones_place_make_all_of_them_worthless(
    talk: Talk,
) -> None:
    """They were given up, and come with the answers to the next questions."""
    talk.wire.say_in(1.05, WELL[2:])
    await refused(talk.enquiry)
    assert talk.enquiry.in_doubt


@answering(b"", b"")
async def test_a_printer_that_says_nothing_is_asked_twice(talk: Talk) -> None:
    await refused(talk.enquiry)
    assert talk.wire.rounds == 2
    assert talk.enquiry.in_doubt


@answering(WELL, COVER_OPEN)
async def test_an_answer_to_nothing_puts_the_order_in_doubt(talk: Talk) -> None:
    assert await talk.enquiry.ask() == PrinterCondition()
    talk.wire.say(b"\x16")
    await until(lambda: talk.enquiry.in_doubt, "the doubt")
    assert await talk.enquiry.ask() == PrinterCondition(Fault.COVER_OPEN)


@answering(WELL)
async def test_a_line_that_never_falls_silent_is_asked_nothing(talk: Talk) -> None:
    talk.enquiry.in_doubt = True
    for beat in range(1, 12):
        talk.wire.say_in(beat * 0.3, b"\x12")
    await refused(talk.enquiry)
    assert talk.wire.rounds == 0


@answering(b"\x1a\x32\x12\x38\x00\x00\x00\x7e")
async def test_what_changed_while_answers_came_in_is_newer(talk: Talk) -> None:
    assert await talk.enquiry.ask() == PrinterCondition(Fault.COVER_OPEN)
