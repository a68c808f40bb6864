"""What report is wanted."""

from datetime import date

import pytest

from kiosk.domain.report.period import Period
from kiosk.reports.wanted import PeriodFault, compared_with, period_of

MONDAY, SUNDAY = date(2026, 3, 2), date(2026, 3, 8)
WEEK = Period(MONDAY, SUNDAY)


def test_a_day_or_two_of_them() -> None:
    assert period_of("2026-03-02") == Period(MONDAY, MONDAY)
    assert period_of("2026-03-02..2026-03-08") == WEEK
    assert period_of("2026-01-01..2026-04-02").length == 92


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no day such as 2026-11-20"),
        ("today", "'today' is no day such as 2026-11-20"),
        ("20260302", "no day such as"),
        ("2026-W10-1", "no day such as"),
        ("2026-02-29", "2026-02-29: day is out of range"),
        ("2026-03-02...2026-03-08", "no day such as"),
        ("..", "no day such as"),
        ("2026-03-08..2026-03-02", "write the earlier day first"),
        ("2026-01-01..2026-04-03", "has 93 days; a report has 92 at most"),
    ],
)
def test_anything_else_is_said_to_be_none(text: str, problem: str) -> None:
    with pytest.raises(PeriodFault, match=problem) as fault:
        period_of(text)
    assert fault.value.exit_code == 2


def test_what_it_is_compared_with_is_as_long() -> None:
    assert compared_with("day", Period(MONDAY, MONDAY)).first == date(2026, 3, 1)
    assert compared_with("week", WEEK) == Period(date(2026, 2, 23), date(2026, 3, 1))
    assert compared_with("2026-01-01", WEEK) == Period(date(2026, 1, 1), date(2026, 1, 7))


@pytest.mark.parametrize("text", ["month", "", "9999-12-31"])
def test_there_is_nothing_else_to_compare_with(text: str) -> None:
    with pytest.raises(PeriodFault):
        compared_with(text, WEEK)
