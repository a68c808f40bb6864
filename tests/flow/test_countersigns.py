"""What is to be read at counters, from the hall's facts."""

from contextlib import AsyncExitStack

import pytest

from kiosk.counterports import Sign
from kiosk.domain.commands import (
    CallNext,
    CloseCounter,
    FinishServing,
    KeyCommand,
    OpenCounter,
    PauseCounter,
    RecallTicket,
    StartServing,
)
from kiosk.domain.counter import CounterState
from kiosk.flow.countersigns import CounterDigits, CounterLed, CounterSigns, led_sign, pad_sign
from kiosk.flow.desk import Desk
from kiosk.flow.feed import Feed
from kiosk.flow.hall import Hall
from tests.domain.day import LI, ONE, TWO, Day, issue
from tests.flow.clock import HandClock
from tests.flow.memorylog import MemoryLog
from tests.flow.work import at_work
from tests.support.branch import EN, small_plan
from tests.support.eventually import until

OPEN, NEXT, RECALL = OpenCounter(ONE, LI), CallNext(ONE, LI), RecallTicket(ONE, LI)
PAUSE, START, FINISH = PauseCounter(ONE, LI), StartServing(ONE, LI), FinishServing(ONE, LI)
CLOSED, PAUSED = CounterState.CLOSED, CounterState.PAUSED


class Remembered:
    """A ``CounterDisplay`` that keeps what it was shown."""

    def __init__(self) -> None:
        self.signs: list[Sign] = []
        self.chimes = 0

    def show(self, sign: Sign, *, chime: bool = False) -> None:
        self.signs.append(sign)
        self.chimes += chime


@pytest.mark.parametrize(
    ("done", "led", "blinking", "pad", "state"),
    [
        ([], "This counter is closed", False, "----", CLOSED),
        ([OPEN], "Counter 1", False, "       2", CounterState.OPEN),
        ([OPEN, NEXT], "A001, please", False, "A001   1", CounterState.SERVING),
        ([OPEN, NEXT, RECALL], "A001, please", True, "A001   1", CounterState.SERVING),
        ([OPEN, NEXT, RECALL, START], "Serving A001", False, "A001   1", CounterState.SERVING),
        ([OPEN, NEXT, PAUSE], "A001, please", False, "A001   1", CounterState.SERVING),
        ([OPEN, NEXT, FINISH], "Counter 1", False, "       1", CounterState.OPEN),
        ([OPEN, PAUSE], "Back in a moment", False, "PAUS   2", PAUSED),
        ([OPEN, CloseCounter(ONE, LI)], "This counter is closed", False, "----", CLOSED),
    ],
)
def test_signs(
    done: list[KeyCommand], led: str, blinking: bool, pad: str, state: CounterState
) -> None:
    day = Day()
    day.issue("a")
    day.issue("b")
    for command in done:
        day.wait(seconds=1)
        day.do(command)
    sign = led_sign(day.branch, ONE, "en")
    assert (sign.texts[0], sign.blinking, sign.state) == (led, blinking, state)
    assert pad_sign(day.branch, ONE).texts[0] == pad
    assert pad_sign(day.branch, ONE).state is state
    for shown in (sign, pad_sign(day.branch, ONE)):
        assert shown.texts[-1]


def test_shorter_ways_to_say_it() -> None:
    day = Day()
    day.issue("a")
    day.do(OPEN, NEXT)
    assert led_sign(day.branch, ONE, "zh").texts[-1] == "A001"
    assert pad_sign(day.branch, ONE).texts == ("A001   0", "A001", "001", "001")


async def test_displays_follow_the_hall_and_ring_for_each_call() -> None:
    log, clock, feed = MemoryLog(), HandClock(), Feed()
    desk = Desk(Hall(small_plan(), log, clock), log)
    desk.listen(feed.publish)
    led, pad, elsewhere = Remembered(), Remembered(), Remembered()
    signs = CounterSigns(
        desk,
        feed,
        [CounterLed(led, ONE, EN), CounterDigits(pad, ONE), CounterLed(elsewhere, TWO, EN)],
    )
    async with AsyncExitStack() as parts:
        for work in (desk.run(), signs.run()):
            await parts.enter_async_context(at_work(work))
        await until(lambda: led.signs and pad.signs and elsewhere.signs)
        for command in (OPEN, issue("a"), issue("b")):
            await desk.submit(command)
        await until(lambda: pad.signs[-1].texts[0].strip() == "2")
        await desk.submit(NEXT)
        await until(lambda: led.signs[-1].texts[0] == "A001, please")
        assert (led.chimes, pad.chimes) == (1, 1)
        clock.move(seconds=30)
        await desk.submit(RECALL)
        await until(lambda: led.signs[-1].blinking)
        assert (led.chimes, elsewhere.chimes) == (2, 0)
        assert [sign.texts[0] for sign in elsewhere.signs] == ["This counter is closed"]
