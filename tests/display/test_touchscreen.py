import asyncio
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

from kiosk.display.buttons import repeat_within
from kiosk.display.touchscreen import TouchScreen
from kiosk.domain.branchplan import BranchPlan
from kiosk.domain.ids import BranchId, ServiceId
from kiosk.domain.visit import (
    CancelTouched,
    ChoosingService,
    Identifying,
    Idle,
    ServiceTouched,
    Touch,
)
from kiosk.machine.correlation import correlate
from kiosk.ports import Display
from tests.display.examples import EN, NAMES, ZH, offers, phone
from tests.support.slowmotion import slow_motion

PLAN = BranchPlan(
    id=BranchId("0755"),
    names=NAMES,
    zone=ZoneInfo("Asia/Shanghai"),
    day_starts=time(4),
    languages=(ZH, EN),
    services=MappingProxyType({}),
    queues=MappingProxyType({}),
    counters=MappingProxyType({}),
    classes=MappingProxyType({}),
)

CHOOSING = ChoosingService(EN, (ZH, EN), offers(4))


class Noon:
    def now(self) -> datetime:
        return datetime(2026, 11, 20, 4, tzinfo=UTC)

    def elapsed(self) -> float:
        return 0.0

    @property
    def skew(self) -> timedelta:
        return timedelta()

    def new_id(self) -> str:
        return "unused"


@pytest.fixture
def display() -> TouchScreen:
    return TouchScreen(PLAN, "en", Noon())


def test_each_screen_is_of_a_visit_until_nobody_is_there(display: TouchScreen) -> None:
    correlate("v1")
    display.show(CHOOSING)
    assert display.screen["visit"] == "v1"
    display.show(Idle((ZH, EN)))
    assert display.screen["visit"] is None
    correlate(None)


async def touched(display: TouchScreen, *touches: tuple[str, int]) -> list[Touch]:
    """What comes out when these are handed in."""
    found: list[Touch] = []

    async def listen() -> None:
        async for touch in display.touches():
            found.append(touch)

    listener = asyncio.create_task(listen())
    await asyncio.sleep(0)
    for action, number in touches:
        display.touch(action, number)
    for _ in range(len(touches) + 1):
        await asyncio.sleep(0)
    listener.cancel()
    await asyncio.gather(listener, return_exceptions=True)
    return found


def test_it_is_a_display(display: TouchScreen) -> None:
    port: Display = display
    port.show(Identifying(EN))
    assert display.screen["kind"] == "wait"


def test_before_the_first_stage_it_asks_to_wait(display: TouchScreen) -> None:
    assert display.screen["number"] == 0
    assert display.screen["buttons"] == []


def test_screens_are_numbered_and_the_clock_is_the_branch_s(display: TouchScreen) -> None:
    display.show(Idle((ZH, EN)))
    display.show(CHOOSING)
    assert display.screen["number"] == 2
    assert display.screen["greeting"] == "Good afternoon"


def test_the_same_picture_again_is_no_new_screen(display: TouchScreen) -> None:
    display.show(CHOOSING)
    display.show(CHOOSING)
    assert display.screen["number"] == 1


async def test_a_newer_screen_is_waited_for(display: TouchScreen) -> None:
    display.show(Idle((ZH, EN)))
    assert (await display.next_screen(0))["number"] == 1
    waiting = asyncio.create_task(display.next_screen(1))
    await asyncio.sleep(0)
    assert not waiting.done()
    display.show(CHOOSING)
    assert (await asyncio.wait_for(waiting, 10))["kind"] == "services"


async def test_a_touch_of_the_present_screen_comes_out(display: TouchScreen) -> None:
    display.show(CHOOSING)
    found = await touched(display, ("service:s0", 1), ("cancel", 1))
    assert found == [ServiceTouched(ServiceId("s0")), CancelTouched()]


@pytest.mark.parametrize(
    ("action", "number"),
    [("service:s0", 0), ("service:s0", 2), ("service:s2", 1), ("stay", 1), ("language:en", 1)],
    ids=["older", "unknown screen", "closed service", "not offered", "present language"],
)
async def test_a_touch_of_what_is_not_there_is_dropped(
    display: TouchScreen, action: str, number: int
) -> None:
    display.show(CHOOSING)
    assert await touched(display, (action, number)) == []


async def test_the_same_press_twice_is_one(display: TouchScreen) -> None:
    display.show(CHOOSING)
    press = ("service:s0", 1)
    with slow_motion() as motion:
        assert len(await touched(display, press, press)) == 1
        motion.skip(repeat_within("service:s0"))
        assert len(await touched(display, press)) == 1


async def test_keys_are_typed_quickly_and_twice_on_purpose(display: TouchScreen) -> None:
    display.show(phone(EN, 0))
    with slow_motion():
        bouncing = await touched(display, ("digit:1", 1), ("digit:1", 1))
    assert len(bouncing) == 1
    assert repeat_within("digit:1") == repeat_within("correct") < 0.15 < repeat_within("confirm")


async def test_nonsense_is_refused(display: TouchScreen) -> None:
    display.show(CHOOSING)
    with pytest.raises(ValueError, match="no button"):
        display.touch("explode", 1)
