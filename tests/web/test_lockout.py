"""Lock-out: who is kept waiting after wrong passwords, and who never is."""

from collections.abc import Iterator

import pytest

from kiosk.flow.attempts import TooManyAttempts
from kiosk.web.lockout import (
    MINUTE,
    TEN_MINUTES,
    WRONG_A_MINUTE,
    WRONG_FROM_A_SOURCE,
    WRONG_FROM_STRANGERS,
    Lockout,
    Place,
)

DESK, ELSEWHERE = Place("10.0.0.5"), Place("10.0.0.66")
AMYS_BROWSER = Place("10.0.0.66", "amys")
"""As the attacker's address: behind one proxy all have the same."""


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def lockout(time: Time) -> Lockout:
    return Lockout(time)


def wrong(lockout: Lockout, user: str, place: Place) -> bool:
    """A wrong password; whether it was looked at."""
    try:
        lockout.attempt(user, place)
    except TooManyAttempts:
        return False
    lockout.wrong(user, place)
    return True


def passes(lockout: Lockout, user: str, place: Place) -> bool:
    """Whether a right password would be looked at."""
    try:
        lockout.attempt(user, place)
    except TooManyAttempts:
        return False
    lockout.right(user, place)
    return True


def sources() -> Iterator[Place]:
    return (Place(f"10.1.{number // 250}.{number % 250}") for number in range(5000))


def test_ten_wrong_ones_in_a_minute_are_enough_at_one_place(lockout: Lockout, time: Time) -> None:
    assert [wrong(lockout, "amy", DESK) for _ in range(12)] == [True] * WRONG_A_MINUTE + [False] * 2
    with pytest.raises(TooManyAttempts) as many:
        lockout.attempt("amy", DESK)
    assert many.value.retry_after == MINUTE
    time.now = MINUTE
    assert passes(lockout, "amy", DESK)


def test_an_attacker_elsewhere_keeps_nobody_out(lockout: Lockout) -> None:
    for _ in range(10_000):
        wrong(lockout, "amy", ELSEWHERE)
    assert not passes(lockout, "amy", ELSEWHERE)
    assert passes(lockout, "amy", DESK)
    assert passes(lockout, "amy", AMYS_BROWSER)


def test_ten_thousand_wrong_ones_are_hardly_looked_at(lockout: Lockout, time: Time) -> None:
    looked_at = 0
    for _ in range(10_000):
        looked_at += wrong(lockout, "amy", ELSEWHERE)
        time.now += 0.36  # an hour
    assert looked_at <= 60 * WRONG_A_MINUTE


def test_a_known_browser_has_a_count_of_its_own(lockout: Lockout) -> None:
    while wrong(lockout, "amy", AMYS_BROWSER):
        pass
    assert not passes(lockout, "amy", AMYS_BROWSER)
    assert passes(lockout, "amy", Place("10.0.0.66", "amys other one"))
    assert passes(lockout, "amy", ELSEWHERE)


def test_one_password_for_all_names_is_found_out(lockout: Lockout) -> None:
    looked_at = sum(wrong(lockout, f"user{number}", ELSEWHERE) for number in range(500))
    assert looked_at == WRONG_FROM_A_SOURCE
    assert passes(lockout, "amy", DESK)
    assert passes(lockout, "amy", AMYS_BROWSER)


def test_from_many_addresses_each_has_one_more_attempt(lockout: Lockout, time: Time) -> None:
    looked_at = sum(
        wrong(lockout, "amy", place) for place in sources() for _ in range(WRONG_A_MINUTE)
    )
    assert looked_at < WRONG_FROM_STRANGERS + 5000 + WRONG_A_MINUTE
    assert passes(lockout, "amy", DESK)  # a first attempt: it may be her, at a new desk
    assert passes(lockout, "amy", AMYS_BROWSER)
    assert not wrong(lockout, "amy", Place("10.1.19.249"))
    time.now = TEN_MINUTES + 1
    assert passes(lockout, "amy", Place("10.1.0.1"))


def test_what_was_mistyped_is_forgiven_at_that_place_alone(lockout: Lockout) -> None:
    for place in (DESK, ELSEWHERE):
        for _ in range(WRONG_A_MINUTE - 1):
            assert wrong(lockout, "amy", place)
    assert passes(lockout, "amy", DESK)
    assert [wrong(lockout, "amy", DESK) for _ in range(WRONG_A_MINUTE)] == [True] * WRONG_A_MINUTE
    assert wrong(lockout, "amy", ELSEWHERE)
    assert not wrong(lockout, "amy", ELSEWHERE)


def test_right_passwords_use_nothing_up(lockout: Lockout) -> None:
    """A whole shift behind one address, again and again."""
    for number in range(10 * WRONG_FROM_A_SOURCE):
        assert passes(lockout, f"user{number % 20}", DESK)


def test_who_signs_in_in_between_is_counted_all_the_same(lockout: Lockout) -> None:
    """An attacker with an account of their own."""
    looked_at = 0
    for number in range(500):
        looked_at += wrong(lockout, f"user{number}", ELSEWHERE)
        passes(lockout, "mallory", ELSEWHERE)
    assert looked_at == WRONG_FROM_A_SOURCE


def test_what_is_mistyped_in_a_known_browser_is_no_strangers(lockout: Lockout, time: Time) -> None:
    for _ in range(2 * WRONG_FROM_STRANGERS):
        assert wrong(lockout, "amy", AMYS_BROWSER)
        time.now += MINUTE / WRONG_A_MINUTE
    assert wrong(lockout, "amy", DESK)
    assert wrong(lockout, "amy", DESK)
