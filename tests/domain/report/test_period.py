"""Periods of business days."""

from datetime import date

import pytest

from kiosk.domain.report.period import Period

MONDAY, SUNDAY = date(2026, 3, 2), date(2026, 3, 8)


def test_a_day_is_written_once_and_a_week_by_its_ends() -> None:
    assert str(Period(MONDAY, MONDAY)) == "2026-03-02"
    assert str(Period(MONDAY, SUNDAY)) == "2026-03-02..2026-03-08"
    assert (Period(MONDAY, MONDAY).length, Period(MONDAY, SUNDAY).length) == (1, 7)


def test_what_it_is_compared_with_is_as_long() -> None:
    assert Period(MONDAY, SUNDAY).earlier(7) == Period(date(2026, 2, 23), date(2026, 3, 1))
    assert Period(MONDAY, SUNDAY).begun_at(SUNDAY) == Period(SUNDAY, date(2026, 3, 14))


def test_a_period_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="ends on its first day"):
        Period(SUNDAY, MONDAY)
