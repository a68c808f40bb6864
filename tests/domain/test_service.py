"""When a service can be had."""

from datetime import datetime, time

import pytest

from kiosk.domain.service import Hours, Service, closes_soon
from tests.support.branch import CASH, EN, A

WORKDAYS = frozenset(range(5))
TWICE = (Hours(WORKDAYS, time(9), time(12)), Hours(WORKDAYS, time(12), time(17)))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-03-02 09:00", None),
        ("2026-03-02 11:45", None),  # the next span follows at once
        ("2026-03-02 16:29", None),
        ("2026-03-02 16:30", time(17)),
        ("2026-03-02 16:59", time(17)),
        ("2026-03-02 17:00", None),  # is closed
        ("2026-03-07 16:45", None),  # a Saturday
    ],
)
def test_the_end_is_told_half_an_hour_before(at: str, expected: time | None) -> None:
    service = Service(CASH, {EN: "Cash"}, A, hours=TWICE)
    assert closes_soon(service, datetime.fromisoformat(at)) == expected


def test_a_service_without_hours_has_no_end() -> None:
    assert closes_soon(Service(CASH, {EN: "Cash"}, A), datetime(2026, 3, 2, 23, 59)) is None
