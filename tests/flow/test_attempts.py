import pytest

from kiosk.flow.attempts import Attempts, TooManyAttempts


def test_attempts_are_forgiven_after_their_time() -> None:
    now = 0.0
    attempts = Attempts(2, 60, lambda: now)
    attempts.count("amy")
    now = 30.0
    attempts.count("amy")
    with pytest.raises(TooManyAttempts) as many:
        attempts.count("amy")
    assert many.value.retry_after == 30
    now = 60.0
    attempts.count("amy")
    attempts.clear("amy")
    attempts.count("amy")


def test_of_too_many_names_the_one_that_was_quiet_longest_is_forgotten() -> None:
    now = 0.0
    attempts = Attempts(1, 60, lambda: now, remembered=2)
    for name in ("amy", "bob", "cleo"):
        attempts.count(name)
    attempts.check("amy")
    for name in ("bob", "cleo"):
        with pytest.raises(TooManyAttempts):
            attempts.check(name)
