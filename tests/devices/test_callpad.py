"""Call pads: every press once. A customer is never skipped by a worn key or a lost reply."""

import asyncio
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.counterports import Key
from kiosk.devices.callpad import LOCKOUT, POLL_EVERY, Presses
from kiosk.devices.simbus import SimulatedPad
from kiosk.domain.device import DeviceKind, Fault
from tests.devices.bushall import PADS, Hall, hall, sign
from tests.support.eventually import until

NEXT, RECALL = 1, 2


class Hand:
    """Time, moved by the test."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def taken(reports: list[tuple[float, int | None, int | None]]) -> list[int]:
    """The presses made of (seconds since the last, key, number)."""
    hand = Hand()
    presses = Presses(hand)
    found = []
    for after, key, sequence in reports:
        hand.now += after
        if (press := presses.take(key, sequence)) is not None:
            found.append(press)
    return found


COUNTED = {
    "one press": ([(0, None, 0), (1, NEXT, 1), (0.25, None, 1)], [NEXT]),
    "our answer got lost": ([(0, None, 0), (1, NEXT, 1), (0.25, NEXT, 1), (5, NEXT, 1)], [NEXT]),
    "the pad's answer got lost": ([(0, None, 0), (2, NEXT, 1)], [NEXT]),
    "a contact that bounces": ([(0, None, 0), (1, NEXT, 1), (0.25, NEXT, 2)], [NEXT]),
    "bounces in a slow round": ([(0, None, 0), (1, NEXT, 1), (0.9, NEXT, 2)], [NEXT]),
    "a held key that is told anew": (
        [(0, None, 0), *[(0.5, NEXT, number) for number in range(1, 20)]],
        [NEXT],
    ),
    "two presses": ([(0, None, 0), (1, NEXT, 1), (LOCKOUT + 0.1, NEXT, 2)], [NEXT, NEXT]),
    "two keys": ([(0, None, 0), (1, NEXT, 1), (0.3, RECALL, 2)], [NEXT, RECALL]),
    "pressed before we came": ([(0, NEXT, 7), (0.25, NEXT, 7), (0.25, None, 7)], []),
    "and then once more": ([(0, NEXT, 7), (1.5, NEXT, 8)], [NEXT]),
    "the numbers begin anew": ([(0, None, 255), (1, NEXT, 1)], [NEXT]),
}
UNCOUNTED = {
    "one press": ([(0, None, None), (1, NEXT, None), (0.25, None, None)], [NEXT]),
    "held": ([(0, None, None), *[(0.25, NEXT, None)] * 40, (0.25, None, None)], [NEXT]),
    "held, bounces when let go": (
        [(0, None, None), *[(0.25, NEXT, None)] * 40, (0.25, None, None), (0.25, NEXT, None)],
        [NEXT],
    ),
    "bounces": (
        [(0, None, None), (1, NEXT, None), (0.05, None, None), (0.05, NEXT, None)],
        [NEXT],
    ),
    "two presses": (
        [(0, None, None), (1, NEXT, None), (0.5, None, None), (0.6, NEXT, None)],
        [NEXT, NEXT],
    ),
    "held before we came": ([(0, NEXT, None), (0.25, NEXT, None)], []),
}


@pytest.mark.parametrize(("reports", "expected"), COUNTED.values(), ids=COUNTED)
def test_a_pad_that_counts_its_presses(
    reports: list[tuple[float, int | None, int | None]], expected: list[int]
) -> None:
    assert taken(reports) == expected


@pytest.mark.parametrize(("reports", "expected"), UNCOUNTED.values(), ids=UNCOUNTED)
def test_a_pad_that_tells_what_is_held(
    reports: list[tuple[float, int | None, int | None]], expected: list[int]
) -> None:
    assert taken(reports) == expected


def test_a_key_pressed_while_the_pad_was_away_is_not_carried_out_late() -> None:
    presses = Presses(Hand())
    assert presses.take(None, 4) is None
    presses.begin()
    assert presses.take(NEXT, 5) is None
    assert presses.seen == 5


@given(st.lists(st.tuples(st.floats(0, 0.99), st.sampled_from([None, NEXT]), st.integers(0, 255))))
def test_the_same_key_is_never_two_presses_within_the_lockout(
    reports: list[tuple[float, int | None, int]],
) -> None:
    hand = Hand()
    presses = Presses(hand)
    at = []
    for after, key, sequence in reports:
        hand.now += after
        if presses.take(key, sequence) is not None:
            at.append(hand.now)
    assert all(later - sooner >= LOCKOUT for sooner, later in pairwise(at))


@pytest.mark.parametrize("template", PADS)
class TestOnTheWire:
    async def test_every_key_arrives_and_the_digits_answer(
        self, tmp_path: Path, template: str
    ) -> None:
        async with hall(tmp_path, pads=[template]) as there:
            await there.well()
            for key in Key:
                await _press_and_answer(there, key)
            assert there.presses == [list(Key)]
        assert {one.kind for one in there.told} == {DeviceKind.CALL_PAD}

    @pytest.mark.parametrize("worn", ["bounces", "held"])
    async def test_a_worn_key_is_one_next(self, tmp_path: Path, template: str, worn: str) -> None:
        async with hall(tmp_path, pads=[template]) as there:
            await there.well()
            far, [presses] = there.far_pads[0], there.presses
            if worn == "bounces":
                far.bounce(Key.NEXT, 4)
            else:
                far.hold(Key.NEXT)
            await until(lambda: presses)
            far.press(Key.RECALL) if worn == "bounces" else far.release()
            await _polled(8)
            assert presses.count(Key.NEXT) == 1


@pytest.mark.parametrize("template", ["pad-xor", "pad-modbus"])
async def test_a_lost_reply_neither_skips_nor_swallows(tmp_path: Path, template: str) -> None:
    async with hall(tmp_path, pads=[template]) as there:
        await there.well()
        far, [presses] = there.far_pads[0], there.presses
        there.bus.lost = 2
        far.press(Key.NEXT)
        await until(lambda: presses and there.bus.lost == 0)
        there.bus.garbled = 2
        await until(lambda: there.bus.garbled == 0)
        await _polled(4)
        assert presses == [Key.NEXT]
        assert there.faults("pad-0") == [None]


async def test_one_that_is_away_does_not_hold_up_its_neighbour(tmp_path: Path) -> None:
    async with hall(tmp_path, pads=["pad-xor", "pad-xor"]) as there:
        await there.well()
        there.far_pads[0].unplug()
        await until(lambda: there.faults("pad-0") == [None, Fault.NO_ANSWER])
        there.far_pads[1].press(Key.NEXT)
        await until(lambda: there.presses[1] == [Key.NEXT])
        there.far_pads[0].plug()
        await until(lambda: there.faults("pad-0") == [None, Fault.NO_ANSWER, None])
        there.far_pads[0].press(Key.NEXT)
        await until(lambda: there.presses[0] == [Key.NEXT])


async def test_two_at_one_address_are_told_as_such_and_call_nobody(tmp_path: Path) -> None:
    async with hall(tmp_path, pads=["pad-xor"]) as there:
        await there.well()
        double = SimulatedPad(1, PADS["pad-xor"])
        there.bus.stations.append(double)
        double.press(Key.START)
        double._sequence = 0b10101010
        there.far_pads[0].press(Key.NO_SHOW)
        await until(lambda: there.faults("pad-0") == [None, Fault.NO_ANSWER])
        assert "two devices at one address" in there.told[-1].detail
        assert there.presses == [[]]


async def test_what_is_pressed_while_nobody_waits_is_dropped(tmp_path: Path) -> None:
    async with hall(tmp_path, pads=["pad-xor"]) as there:
        await there.well()
        pad, far = there.pads[0], there.far_pads[0]
        there.far_pads[0].press(Key.NEXT)
        await until(lambda: there.presses[0] == [Key.NEXT])
        pad._waiting = None  # somebody is being called just now
        far.press(Key.RECALL)
        await _polled(2)
        assert there.presses[0] == [Key.NEXT]


async def _press_and_answer(there: Hall, key: Key) -> None:
    far, [presses] = there.far_pads[0], there.presses
    before = len(presses)
    far.press(key)
    await until(lambda: len(presses) > before)
    there.pads[0].show(sign(f"A{before:03}"))
    await until(lambda: far.text == f"A{before:03}")


async def _polled(times: int) -> None:
    """That many rounds of polls later."""
    await asyncio.sleep(POLL_EVERY * times)
