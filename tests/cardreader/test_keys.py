"""Key events as characters. Codes come from the kernel's own names, by way of python-evdev."""

import string
from collections.abc import Iterable

import pytest
from evdev import ecodes

from kiosk.cardreader.keys import EVENT, UNKNOWN, Code, KeyDecoder, Kind, Stroke
from kiosk.cardreader.simulator import keystrokes
from tests.cardreader.keyboard import at, event, press, typed

ON_CARDS = "".join(chr(code) for code in range(0x20, 0x60))


def characters(strokes: Iterable[Stroke]) -> list[str | None]:
    return [stroke.character for stroke in strokes]


def decoded(data: bytes) -> list[str | None]:
    return characters(KeyDecoder().feed(data))


def test_the_kernels_numbers() -> None:
    for code in Code:
        assert getattr(ecodes, code.name) == code
    for kind in Kind:
        assert getattr(ecodes, kind.name) == kind
    assert EVENT.size == 24


def test_every_character_of_a_card_as_a_us_keyboard_types_it() -> None:
    assert "".join(map(str, decoded(typed(ON_CARDS)))) == ON_CARDS


def test_the_simulated_reader_types_what_a_keyboard_would() -> None:
    assert keystrokes(ON_CARDS) == typed(ON_CARDS)


def test_capitals_whatever_shift_and_caps_lock_are() -> None:
    """Readers that mind Caps Lock press shift the other way round."""
    capslock = press(ecodes.KEY_CAPSLOCK)
    small = b"".join(press(getattr(ecodes, f"KEY_{letter}")) for letter in "BSAMPLE")
    assert decoded(capslock + small) == list("BSAMPLE")
    assert decoded(capslock + typed("%B1")) == list("%B1")


@pytest.mark.parametrize("shift", [ecodes.KEY_LEFTSHIFT, ecodes.KEY_RIGHTSHIFT])
def test_shift_counts_for_as_long_as_it_is_held(shift: int) -> None:
    five = press(ecodes.KEY_5)
    data = event(ecodes.EV_KEY, shift, 1) + five + five + event(ecodes.EV_KEY, shift, 0) + five
    assert decoded(data) == ["%", "%", "5"]


def test_a_key_that_is_held_is_one_character() -> None:
    held = event(ecodes.EV_KEY, ecodes.KEY_7, 2)
    assert decoded(event(ecodes.EV_KEY, ecodes.KEY_7, 1) + held * 40) == ["7"]


def test_what_is_no_key_is_passed_over() -> None:
    scan = event(ecodes.EV_MSC, ecodes.MSC_SCAN, 0x70004)
    light = event(ecodes.EV_LED, ecodes.LED_CAPSL, 1)
    assert decoded(scan + light + press(ecodes.KEY_1)) == ["1"]


@pytest.mark.parametrize("key", [ecodes.KEY_F1, ecodes.KEY_KP5, ecodes.KEY_LEFTCTRL, 767])
def test_a_key_that_is_on_no_card_is_not_left_out(key: int) -> None:
    """Left out it would join the digits around it to another number."""
    assert decoded(press(ecodes.KEY_1) + press(key) + press(ecodes.KEY_2)) == ["1", UNKNOWN, "2"]


def test_events_that_come_in_pieces() -> None:
    decoder = KeyDecoder()
    pieces = [typed(string.digits)[n : n + 7] for n in range(0, len(typed(string.digits)), 7)]
    assert [one for piece in pieces for one in characters(decoder.feed(piece))] == list(
        string.digits
    )


def test_lost_events_are_told_and_release_shift() -> None:
    decoder = KeyDecoder()
    shift = event(ecodes.EV_KEY, ecodes.KEY_LEFTSHIFT, 1)
    dropped = event(ecodes.EV_SYN, ecodes.SYN_DROPPED)
    assert characters(decoder.feed(shift + dropped + press(ecodes.KEY_5))) == [None, "5"]


def test_a_key_has_the_kernels_time_of_its_press() -> None:
    strokes = list(KeyDecoder().feed(at(7.25, press(ecodes.KEY_5) + press(ecodes.KEY_6), 0.125)))
    assert strokes == [Stroke(7.25, "5"), Stroke(7.75, "6")]
