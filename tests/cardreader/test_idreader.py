"""The driver of identity-card readers, before a reader that does what real ones and copies do."""

import asyncio
import logging
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from kiosk.cardreader.idreader import ATTEMPTS, IdCardReader
from kiosk.cardreader.idsimulator import (
    SampleIdCard,
    SimulatedIdReader,
    Spoil,
    sample_id_cards,
)
from kiosk.cardreader.sdt import Question
from kiosk.devices.serialport import open_serial
from kiosk.domain.device import DeviceCondition, DeviceStatus, Fault
from kiosk.domain.ids import DeviceId
from kiosk.identities import CardReading, CardUnreadable, DocumentPresented, Unreadable
from tests.support.keys import always

READER = DeviceId("id-card")
KEY = b"d" * 32
CARDS = sample_id_cards()
GOLD, EVERYDAY = CARDS["gold"], CARDS["everyday"]
BAUD = 115200


class Bench:
    """A driver at work, a reader at the far end of its line, and what was told."""

    def __init__(self, folder: Path) -> None:
        self.far = SimulatedIdReader(folder, READER)
        self.told: list[DeviceCondition] = []
        self._news = asyncio.Event()
        wire = partial(open_serial, READER, self.far.port, BAUD)
        self.driver = IdCardReader(READER, wire, always(KEY), self._tell, poll=0.01, delays=(0.01,))
        self._readings = self.driver.readings()

    def _tell(self, condition: DeviceCondition) -> None:
        self.told.append(condition)
        self._news.set()

    async def reading(self) -> CardReading:
        return await asyncio.wait_for(anext(self._readings), 10)

    async def until_told(self, fault: Fault | None) -> DeviceCondition:
        async with asyncio.timeout(10):
            while not self.told or self.told[-1].fault is not fault:
                self._news.clear()
                await self._news.wait()
        return self.told[-1]

    async def polled(self, times: int = 3) -> None:
        """Until the driver has asked for a card so often again."""
        self.far.questions.clear()
        await self.until_asked(Question.FIND, times)

    async def until_asked(self, question: Question, times: int = 1) -> None:
        async with asyncio.timeout(10):
            while self.far.questions.count(question) < times:
                self.far.asked.clear()
                await self.far.asked.wait()


@pytest.fixture
async def unplugged(tmp_path: Path) -> AsyncIterator[Bench]:
    bench = Bench(tmp_path)
    running = [asyncio.create_task(bench.far.run()), asyncio.create_task(bench.driver.run())]
    yield bench
    for task in running:
        task.cancel()
    await asyncio.wait(running)
    bench.far.unplug()


@pytest.fixture
async def bench(unplugged: Bench) -> Bench:
    unplugged.far.plug()
    await unplugged.until_told(None)
    unplugged.told.clear()
    return unplugged


def presented(card: SampleIdCard) -> DocumentPresented:
    return DocumentPresented(READER, card.token(KEY), card.initial, card.masked)


UNREADABLE = CardUnreadable(READER, Unreadable.INVALID)


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
async def test_a_card_is_presented_by_token_initial_and_masked_number(
    bench: Bench, card: SampleIdCard
) -> None:
    bench.far.put(card)
    reading = await bench.reading()
    assert reading == presented(card)
    assert (card.initial, card.masked) != ("", "")
    assert card.initial not in repr(reading)
    assert card.masked not in repr(reading)


@pytest.mark.parametrize("finds_again", [False, True], ids=["as it should", "copy"])
async def test_a_card_that_is_left_lying_is_one_reading(bench: Bench, finds_again: bool) -> None:
    bench.far.find_again(finds_again)
    bench.far.put(GOLD)
    assert await bench.reading() == presented(GOLD)
    await bench.polled()
    assert Question.READ not in bench.far.questions
    bench.far.lift()
    await bench.polled()
    bench.far.put(EVERYDAY)
    assert await bench.reading() == presented(EVERYDAY)


async def test_a_card_is_lifted_for_another_one(bench: Bench) -> None:
    for card in (GOLD, EVERYDAY, CARDS["stranger"]):
        bench.far.put(card)
        assert await bench.reading() == presented(card)


async def test_the_same_card_again_at_once_is_the_same_reading(bench: Bench) -> None:
    bench.far.put(GOLD)
    assert await bench.reading() == presented(GOLD)
    bench.far.lift()
    await bench.polled()
    bench.far.put(GOLD)
    await bench.polled()
    bench.far.lift()
    await bench.polled()
    bench.far.put(EVERYDAY)
    assert await bench.reading() == presented(EVERYDAY)


async def test_a_card_that_cannot_be_read_is_told_once(bench: Bench) -> None:
    bench.far.put_askew(GOLD)
    assert await bench.reading() == UNREADABLE
    assert bench.far.questions.count(Question.SELECT) == ATTEMPTS
    await bench.polled()
    assert Question.SELECT not in bench.far.questions
    bench.far.put(EVERYDAY)
    await bench.polled()
    bench.far.lift()
    await bench.polled()
    bench.far.put(EVERYDAY)
    assert await bench.reading() == presented(EVERYDAY)


async def test_a_card_that_is_lifted_too_early_is_told(bench: Bench) -> None:
    bench.far.spoil(Spoil.NOISE, Spoil.CHECK)
    bench.far.put_askew(GOLD)
    await bench.until_asked(Question.SELECT)
    bench.far.lift()
    assert await bench.reading() == CardUnreadable(READER, Unreadable.PARTIAL)


@pytest.mark.parametrize("how", [Spoil.CHECK, Spoil.LENGTH, Spoil.NOISE])
async def test_a_spoilt_answer_is_asked_for_again(bench: Bench, how: Spoil) -> None:
    for place, card in enumerate((GOLD, EVERYDAY, CARDS["stranger"])):
        await bench.polled()
        bench.far.spoil(*[Spoil.NOISE] * place, how)
        bench.far.put(card)
        assert await bench.reading() == presented(card)
        bench.far.lift()
        await bench.polled()
    assert bench.told == []


async def test_half_an_answer_is_waited_for_no_longer_than_a_second(bench: Bench) -> None:
    bench.far.spoil(Spoil.HALF)
    bench.far.put(GOLD)
    assert await bench.reading() == presented(GOLD)
    assert bench.told == []


@pytest.mark.parametrize(
    ("how", "detail"),
    [
        (Spoil.LOST, "no answer"),
        (Spoil.HALF, "what answers is no SDT reader, or has another speed"),
        (Spoil.ANOTHER, "what answers is no SDT reader, or has another speed"),
        (Spoil.LENGTH, "an answer with a wrong length"),
        (Spoil.CHECK, "an answer with a wrong check"),
    ],
)
async def test_three_bad_answers_in_a_row_are_a_reader_that_is_away(
    bench: Bench, how: Spoil, detail: str
) -> None:
    bench.far.spoil(*[how] * 3)
    told = await bench.until_told(Fault.NO_ANSWER)
    assert (told.status, told.detail) == (DeviceStatus.OFFLINE, detail)
    await bench.until_told(None)
    bench.far.put(GOLD)
    assert await bench.reading() == presented(GOLD)


async def test_what_comes_unasked_is_passed_over(bench: Bench) -> None:
    bench.far.put(GOLD)
    assert await bench.reading() == presented(GOLD)
    bench.far.lift()
    await bench.polled()
    for noise in (b"ST,+000.00 kg\r\n" * 50, bytes.fromhex("AAAAAA9669 0004 000080 84") * 9):
        await bench.far.write(noise)
        await bench.polled(1)
    bench.far.put(EVERYDAY)
    assert await bench.reading() == presented(EVERYDAY)
    assert bench.told == []


async def test_a_reader_that_is_out_of_order_says_so(bench: Bench) -> None:
    bench.far.broken = True
    told = await bench.until_told(Fault.OFFLINE)
    assert told.detail == "its self-test failed: replace the reader"
    bench.far.broken = False
    await bench.until_told(None)


async def test_unplugged_and_plugged_again(unplugged: Bench) -> None:
    await unplugged.until_told(Fault.NOT_FOUND)
    unplugged.far.plug()
    await unplugged.until_told(None)
    unplugged.far.unplug()
    await unplugged.until_told(Fault.CONNECTION_LOST)
    unplugged.far.plug()
    await unplugged.until_told(None)
    unplugged.far.put(GOLD)
    assert await unplugged.reading() == presented(GOLD)
    faults = [Fault.NOT_FOUND, None, Fault.CONNECTION_LOST, None]
    assert [one.fault for one in unplugged.told] == faults


async def test_no_number_stands_in_a_log_or_a_repr(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    content = GOLD.content()[126:162].decode("utf-16-le")
    bench.far.put(GOLD)
    reading = await bench.reading()
    bench.far.unplug()
    await bench.until_told(Fault.CONNECTION_LOST)
    shown = f"{caplog.text} {reading!r} {bench.driver!r} {bench.far!r} {GOLD!r} {bench.told!r}"
    assert len(content) == 18
    assert content not in shown
    assert content[6:14] not in shown
