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
    now = 60.5
    attempts.count("amy")
    attempts.clear("amy")
    attempts.count("amy")
