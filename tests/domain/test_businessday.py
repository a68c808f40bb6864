"""The business day by the branch's wall clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.businessday import business_day

PRAGUE, SHANGHAI = ZoneInfo("Europe/Prague"), ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("zone", "starts", "utc", "day"),
    [
        (SHANGHAI, "04:00", "2026-03-01T19:59:59.999", "2026-03-01"),
        (SHANGHAI, "04:00", "2026-03-01T20:00", "2026-03-02"),
        (SHANGHAI, "00:00", "2026-03-01T15:59:59.999", "2026-03-01"),
        (SHANGHAI, "00:00", "2026-03-01T16:00", "2026-03-02"),
        (SHANGHAI, "04:30", "2026-03-01T20:29", "2026-03-01"),
        (SHANGHAI, "04:30", "2026-03-01T20:30", "2026-03-02"),
        # Clocks go from 2:00 to 3:00 at 1:00 UTC: the day before has 23 hours.
        (PRAGUE, "04:00", "2026-03-28T03:00", "2026-03-28"),
        (PRAGUE, "04:00", "2026-03-29T01:59:59.999", "2026-03-28"),
        (PRAGUE, "04:00", "2026-03-29T02:00", "2026-03-29"),
        # Clocks go from 3:00 back to 2:00 at 1:00 UTC: the day before has 25 hours.
        (PRAGUE, "04:00", "2026-10-25T00:30", "2026-10-24"),
        (PRAGUE, "04:00", "2026-10-25T02:59:59.999", "2026-10-24"),
        (PRAGUE, "04:00", "2026-10-25T03:00", "2026-10-25"),
        (PRAGUE, "04:00", "2028-02-29T02:59", "2028-02-28"),
        (PRAGUE, "04:00", "2028-02-29T12:00", "2028-02-29"),
        (PRAGUE, "04:00", "2028-03-01T02:00", "2028-02-29"),
        (PRAGUE, "04:00", "2028-03-01T03:00", "2028-03-01"),
        (PRAGUE, "04:00", "2027-01-01T02:59", "2026-12-31"),
        (PRAGUE, "04:00", "2027-01-01T03:00", "2027-01-01"),
    ],
)
def test_business_day(zone: ZoneInfo, starts: str, utc: str, day: str) -> None:
    now = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert business_day(now, zone, time.fromisoformat(starts)) == date.fromisoformat(day)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)),
    st.sampled_from([PRAGUE, SHANGHAI]),
    st.sampled_from([time(0), time(4), time(5, 30)]),
)
def test_days_follow_each_other_without_a_gap(now: datetime, zone: ZoneInfo, starts: time) -> None:
    today = business_day(now, zone, starts)
    after_an_hour = business_day(now + timedelta(hours=1), zone, starts)
    assert after_an_hour - today in (timedelta(0), timedelta(days=1))
    assert business_day(now + timedelta(hours=25), zone, starts) > today
