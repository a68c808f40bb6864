"""Swipes of a reader that types: where they begin and end, and what lost events do to them."""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
from evdev import ecodes

from kiosk.cardreader.framing import SILENCE, Swipe
from kiosk.cardreader.magstripe import MagstripeReader
from kiosk.cardreader.pan import Pan
from kiosk.cardreader.simulator import SimulatedWedgeReader, sample_cards
from kiosk.cardreader.token import card_token
from kiosk.cardreader.track import read_swipe
from kiosk.cardreader.wedge import keys_of_swipes
from kiosk.devices.serialport import open_serial
from kiosk.domain.ids import DeviceId
from kiosk.identities import CardPresented, CardUnreadable, Unreadable
from tests.cardreader.cards import GOLD, VISA, track_1, track_2
from tests.cardreader.keyboard import at, event, press, typed
from tests.support.keys import always

CARD = track_1(GOLD) + track_2(GOLD)
DROPPED = event(ecodes.EV_SYN, ecodes.SYN_DROPPED)
SWIPE = DeviceId("swipe")
KEY = b"k" * 32


def read(found: Sequence[Swipe | Unreadable]) -> list[str]:
    results = [read_swipe(one.tracks) if isinstance(one, Swipe) else one for one in found]
    return [one.digits if isinstance(one, Pan) else str(one) for one in results]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (typed(CARD + "\r"), [GOLD]),
        (typed(CARD) + press(ecodes.KEY_KPENTER), [GOLD]),
        (typed(track_1(GOLD) + "\r" + track_2(GOLD) + "\r"), [GOLD, GOLD]),
        (typed("HELLO\r" + CARD + "\r"), [GOLD]),
        (typed(CARD[:30] + "\r"), ["partial"]),
        (typed(";E?\r"), ["invalid"]),
        (typed(";62001") + press(ecodes.KEY_F5) + typed(track_2(GOLD)[6:] + "\r"), ["invalid"]),
    ],
)
def test_what_enter_ends(events: bytes, expected: list[str]) -> None:
    framing = keys_of_swipes()
    assert read(framing.feed(events, 0.0)) == expected
    assert not framing.busy


def test_silence_ends_a_swipe_without_enter() -> None:
    framing = keys_of_swipes()
    assert framing.feed(typed(CARD), 10.0) == []
    assert framing.idle(10.0 + SILENCE / 2) == []
    assert read(framing.idle(10.0 + SILENCE)) == [GOLD]


@pytest.mark.parametrize("place", [0, 1, 30, len(track_1(GOLD)), len(CARD) - 1, len(CARD)])
def test_lost_events_spoil_the_whole_swipe(place: int) -> None:
    """Also where a track behind the gap is whole: two cards may have met there."""
    framing = keys_of_swipes()
    visa = typed(track_2(VISA) + "\r")
    events = typed(CARD[:place]) + DROPPED + typed(CARD[place:] + "\r") + visa
    assert framing.feed(at(10.0, events, 0), 10.0) == []
    assert framing.feed(at(10.1, visa, 0), 10.1) == []
    assert framing.busy
    assert read(framing.feed(at(10.1 + SILENCE, visa, 0), 10.2)) == ["partial", VISA]
    assert not framing.busy


@pytest.mark.parametrize("taken", [0.0, 10.0, 1e9])
def test_a_machine_that_was_busy_cuts_no_swipe_in_two(taken: float) -> None:
    """What was typed in one go is one swipe, whenever it is taken."""
    framing = keys_of_swipes()
    first, second = at(10.0, typed(CARD[:50])), at(10.2, typed(CARD[50:] + "\r"))
    assert framing.feed(first, taken) == []
    assert read(framing.feed(second, taken + 9 * SILENCE)) == [GOLD]


def test_a_machine_that_was_busy_takes_two_swipes_for_two() -> None:
    framing = keys_of_swipes()
    half, card = typed(track_1(GOLD)[:-1]), typed(track_2(VISA))
    assert read(framing.feed(at(10.0, half) + at(11.0, card), 20.0)) == ["partial"]
    assert read(framing.idle(20.0 + SILENCE)) == [VISA]


@pytest.mark.parametrize("later", [-3600.0, 0.0])
def test_a_clock_that_is_set_back_meanwhile_does_no_harm(later: float) -> None:
    framing = keys_of_swipes()
    assert framing.feed(at(5000.0, typed(CARD[:50])), 10.0) == []
    assert framing.feed(at(5000.1 + later, typed(CARD[50:])), 10.1) == []
    assert read(framing.idle(10.1 + SILENCE)) == [GOLD]


def test_forgetting_what_has_begun() -> None:
    framing = keys_of_swipes()
    framing.feed(typed(CARD[:40]) + DROPPED, 0.0)
    framing.clear()
    assert not framing.busy
    assert framing.idle(9.0) == []


async def test_no_card_number_is_logged_or_shown(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with SimulatedWedgeReader(tmp_path, SWIPE) as far:
        told: list[object] = []
        online = asyncio.Event()

        def tell(condition: object) -> None:
            told.append(condition)
            online.set()

        wire = partial(open_serial, SWIPE, far.port, 9600)
        driver = MagstripeReader(SWIPE, wire, always(KEY), tell, framing=keys_of_swipes)
        readings = driver.readings()
        running = asyncio.create_task(driver.run())
        async with asyncio.timeout(5):
            await online.wait()
            gold = sample_cards()["gold"]
            await far.swipe(gold)
            presented = await anext(readings)
            await far.swipe_too_fast(gold)
            spoiled = await anext(readings)
        running.cancel()
        await asyncio.wait([running])
    assert presented == CardPresented(SWIPE, card_token(gold._pan, KEY), gold.scheme)
    assert spoiled == CardUnreadable(SWIPE, Unreadable.PARTIAL)
    shown = repr((presented, spoiled, driver, told)) + caplog.text
    assert gold._pan.digits[:8] not in shown
