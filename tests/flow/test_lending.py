"""Devices that are lent: the hall misses nothing that is its own, and gets nothing that isn't."""

import asyncio
from collections.abc import AsyncIterator

from kiosk.counterports import Key, Sign
from kiosk.domain.counter import CounterState
from kiosk.domain.ids import DeviceId
from kiosk.flow.lending import LentButtons, LentDisplay, LentReader
from kiosk.identities import CardReading, CardUnreadable, Unreadable

READING = CardUnreadable(DeviceId("swipe"), Unreadable.PARTIAL)
CLOSED, OPEN = (Sign((state,), state) for state in (CounterState.CLOSED, CounterState.OPEN))


class Reader:
    """Reads what it is given."""

    def __init__(self) -> None:
        self.given: asyncio.Queue[CardReading] = asyncio.Queue()

    async def readings(self) -> AsyncIterator[CardReading]:
        while True:
            yield await self.given.get()


class Pad:
    """Shows, rings, and is pressed."""

    def __init__(self) -> None:
        self.shown: list[tuple[Sign, bool]] = []
        self.given: asyncio.Queue[Key] = asyncio.Queue()

    def show(self, sign: Sign, *, chime: bool = False) -> None:
        self.shown.append((sign, chime))

    async def pressed(self) -> Key:
        return await self.given.get()


async def test_while_a_reader_is_lent_the_hall_reads_nothing() -> None:
    reader = Reader()
    lent = LentReader(reader)
    hall = lent.readings()
    begun = asyncio.ensure_future(anext(hall))
    with lent.borrowed() as borrowed:
        reader.given.put_nowait(READING)
        assert await asyncio.wait_for(borrowed.get(), 5) is READING
        assert not begun.done()
    reader.given.put_nowait(READING)
    assert await asyncio.wait_for(begun, 5) is READING
    assert borrowed.empty()


async def test_the_last_to_borrow_a_reader_has_it() -> None:
    reader = Reader()
    lent = LentReader(reader)
    begun = asyncio.ensure_future(anext(lent.readings()))
    with lent.borrowed() as first:
        with lent.borrowed() as second:
            reader.given.put_nowait(READING)
            assert await asyncio.wait_for(second.get(), 5) is READING
        assert first.empty()
    begun.cancel()
    await asyncio.wait([begun])


def test_a_display_that_is_given_back_shows_what_the_hall_wants_by_then() -> None:
    pad = Pad()
    lent = LentDisplay(pad)
    lent.show(CLOSED, chime=True)
    with lent.borrowed() as display:
        display.show(Sign(("001",), CounterState.OPEN))
        lent.show(OPEN, chime=True)
        assert [sign.texts for sign, _ in pad.shown] == [("closed",), ("001",)]
    assert pad.shown[0] == (CLOSED, True)
    assert pad.shown[-1] == (OPEN, False)


def test_a_display_that_showed_nothing_shows_nothing_afterwards() -> None:
    pad = Pad()
    with LentDisplay(pad).borrowed():
        pass
    assert not pad.shown


async def test_while_a_pad_is_lent_its_keys_call_nobody() -> None:
    pad = Pad()
    lent = LentButtons(pad)
    hall = asyncio.create_task(lent.pressed())
    with lent.borrowed_keys() as (_, keys):
        pad.given.put_nowait(Key.NEXT)
        assert await asyncio.wait_for(keys.get(), 5) is Key.NEXT
        assert not hall.done()
    pad.given.put_nowait(Key.RECALL)
    assert await asyncio.wait_for(hall, 5) is Key.RECALL
