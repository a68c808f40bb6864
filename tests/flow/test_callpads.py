"""Call pads: the same rules as at a console, and a short word for each refusal."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from kiosk.counterports import Key, Sign
from kiosk.domain import refusals
from kiosk.domain.commands import CallNext, Command, OpenCounter, PauseCounter
from kiosk.domain.counter import CounterState
from kiosk.domain.events import Actor
from kiosk.domain.ids import CounterId, DeviceId, StaffRef, TicketId
from kiosk.domain.refusals import Refused
from kiosk.domain.ticket import TicketState
from kiosk.flow.callpads import CallPadPlan, CallPads, refusal_code
from kiosk.flow.desk import Desk
from kiosk.flow.hall import Hall
from kiosk.ports import LogUnavailable
from tests.domain.day import LI, ONE, TWO, WANG, issue
from tests.flow.clock import HandClock
from tests.flow.memorylog import MemoryLog
from tests.flow.work import at_work
from tests.support.branch import B, small_plan
from tests.support.eventually import until

PAD = DeviceId("pad-1")
OPEN = OpenCounter(ONE, LI)


class Pad:
    """``Buttons`` under the test's fingers."""

    def __init__(self) -> None:
        self.signs: list[Sign] = []
        self.waits = asyncio.Event()
        self.answered = asyncio.Event()
        self._waiting: asyncio.Future[Key] | None = None

    def show(self, sign: Sign, *, chime: bool = False) -> None:
        self.signs.append(sign)
        self.answered.set()

    async def pressed(self) -> Key:
        self._waiting = asyncio.get_running_loop().create_future()
        self.waits.set()
        return await self._waiting

    async def press(self, key: Key) -> None:
        await asyncio.wait_for(self.waits.wait(), 5)
        self.waits.clear()
        assert self._waiting is not None
        self._waiting.set_result(key)

    @property
    def text(self) -> str:
        return self.signs[-1].texts[0].strip() if self.signs else ""


class Counter:
    """The counter with its pad, desk and log."""

    def __init__(self) -> None:
        self.log, self.clock, self.pad = MemoryLog(), HandClock(), Pad()
        self.desk = Desk(Hall(small_plan(), self.log, self.clock), self.log)

    async def done(self, *commands: Command) -> None:
        for command in commands:
            self.clock.move(seconds=1)
            await self.desk.submit(command)

    async def press(self, *keys: Key) -> str:
        """What the pad shows after the last of them."""
        for key in keys:
            self.clock.move(seconds=1)
            self.pad.answered.clear()
            await self.pad.press(key)
            await asyncio.wait_for(self.pad.answered.wait(), 5)
        return self.pad.text


@pytest.fixture
async def counter() -> AsyncIterator[Counter]:
    there = Counter()
    pads = CallPads(there.desk, code_shown=0.05)
    async with AsyncExitStack() as parts:
        await parts.enter_async_context(at_work(there.desk.run()))
        plan = CallPadPlan(PAD, ONE, B)
        await parts.enter_async_context(at_work(pads.run(plan, there.pad)))
        yield there


async def test_a_pad_acts_for_the_teller_who_has_the_counter_open(counter: Counter) -> None:
    await counter.done(OPEN, issue("a"), issue("b"))
    assert await counter.press(Key.NEXT) == "A001   1"
    called = counter.log.facts[-1]
    assert called.by == Actor("callpad", LI, PAD)
    branch = await counter.desk.branch()
    assert branch.tickets[TicketId("a")].teller == LI
    assert await counter.press(Key.START, Key.NEXT) == "A002   0"
    assert await counter.press(Key.FINISH) == "0"
    assert await counter.press(Key.PAUSE) == "PAUS   0"
    assert await counter.press(Key.OPEN) == "0"
    assert await counter.press(Key.CLOSE) == "----"


async def test_at_a_closed_counter_it_calls_nobody_and_opens_nothing(counter: Counter) -> None:
    await counter.done(issue("a"))
    facts = len(counter.log.facts)
    for key in Key:
        assert await counter.press(key) == "E01"
    assert len(counter.log.facts) == facts


async def test_the_transfer_key_sends_to_the_queue_of_the_settings(counter: Counter) -> None:
    await counter.done(OPEN, issue("a"))
    assert await counter.press(Key.NEXT, Key.TRANSFER) == "0"
    ticket = (await counter.desk.branch()).tickets[TicketId("a")]
    assert (ticket.queue, ticket.state, ticket.number) == (B, TicketState.WAITING, "A001")


async def test_a_refusal_is_shown_and_then_the_number_again(counter: Counter) -> None:
    await counter.done(OPEN, issue("a"))
    await counter.press(Key.NEXT, Key.START)
    assert await counter.press(Key.NO_SHOW) == "E07"
    await until(lambda: counter.pad.text == "A001   0")


async def test_nothing_written_nothing_called(counter: Counter) -> None:
    await counter.done(OPEN, issue("a"))
    counter.log.failures = 1
    assert await counter.press(Key.NEXT) == "E09"
    assert await counter.press(Key.NEXT) == "A001   0"


async def test_a_break_is_told(counter: Counter) -> None:
    await counter.done(OPEN, PauseCounter(ONE, LI))
    assert await counter.press(Key.NEXT) == "E02"


async def test_a_pad_without_a_transfer_queue_says_so() -> None:
    there = Counter()
    pads = CallPads(there.desk, code_shown=0.05)
    async with (
        at_work(there.desk.run()),
        at_work(pads.run(CallPadPlan(PAD, TWO), there.pad)),
    ):
        await there.done(OpenCounter(TWO, WANG), issue("a"), CallNext(TWO, WANG))
        assert await there.press(Key.TRANSFER) == "E08"


@pytest.mark.parametrize(
    ("why", "code"),
    [
        (refusals.CounterIs(ONE, CounterState.CLOSED), "E01"),
        (refusals.CounterTaken(ONE), "E01"),
        (refusals.CounterIs(ONE, CounterState.PAUSED), "E02"),
        (refusals.NoOpenTicket(ONE), "E03"),
        (refusals.TooSoon(TicketId("a"), "A001", 9), "E04"),
        (refusals.RecallsMissing(TicketId("a"), "A001", 0, 2), "E05"),
        (refusals.RecallsExhausted(TicketId("a"), "A001", 3), "E06"),
        (refusals.TicketIs(TicketId("a"), "A001", TicketState.SERVING), "E07"),
        (refusals.SameQueue(TicketId("a"), "A001", B), "E08"),
        (LogUnavailable("full"), "E09"),
        (refusals.TellerElsewhere(StaffRef("li"), CounterId("2")), "E10"),
    ],
)
def test_codes(why: Refused | LogUnavailable, code: str) -> None:
    assert refusal_code(why) == code
