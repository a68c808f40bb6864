"""Strangers are held to a measure, each address by itself, in bounded memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.web.public.visitors import AT_ONCE, PER_SECOND, REMEMBERED, Visitors, address_of


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_then_a_steady_trickle() -> None:
    hand = Hand()
    visitors = Visitors(hand)
    assert sum(visitors.welcome("a") for _ in range(1000)) == AT_ONCE
    hand.now += 2
    assert sum(visitors.welcome("a") for _ in range(1000)) == 2 * PER_SECOND
    hand.now += 3600
    assert sum(visitors.welcome("a") for _ in range(1000)) == AT_ONCE


def test_one_flood_keeps_nobody_else_out() -> None:
    visitors = Visitors(Hand())
    for _ in range(1000):
        visitors.welcome("flood")
    assert visitors.welcome("somebody")
    assert not visitors.welcome("flood")


def test_the_memory_has_an_end() -> None:
    visitors = Visitors(Hand())
    for number in range(3 * REMEMBERED):
        assert visitors.welcome(str(number))
    assert len(visitors._left) == REMEMBERED


@given(st.lists(st.floats(0, 5), max_size=200))
def test_never_more_than_the_measure(pauses: list[float]) -> None:
    hand = Hand()
    visitors = Visitors(hand)
    welcome = 0
    for pause in pauses:
        hand.now += pause
        welcome += sum(visitors.welcome("a") for _ in range(20))
    assert welcome <= AT_ONCE + sum(pauses) * PER_SECOND + 1


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("192.0.2.7", None, "192.0.2.7"),
        ("192.0.2.7", "198.51.100.1", "192.0.2.7"),  # anybody can write that
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "203.0.113.9, 198.51.100.1", "198.51.100.1"),  # what the proxy itself saw
        ("127.0.0.1", "nonsense", "unknown"),
        ("127.0.0.1", "", "unknown"),
        ("127.0.0.1", None, "local"),
        ("::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", None, "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", None, "192.0.2.7"),
        ("::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("", None, "unknown"),
    ],
)
def test_who_is_asking(peer: str, forwarded: str | None, expected: str) -> None:
    headers = [] if forwarded is None else [(b"x-forwarded-for", forwarded.encode())]
    scope = {"type": "http", "client": (peer, 5) if peer else None, "headers": headers}
    assert address_of(scope) == expected
