"""Prospects: everybody who waits and whoever comes next is told; slips print round figures."""

import pytest

from kiosk.domain.estimate import Estimate
from kiosk.domain.ids import TicketId
from kiosk.domain.prospects import printed_minutes, prospects
from kiosk.domain.queue import REGULAR, VIP
from kiosk.domain.waiting import scene
from tests.domain.day import NO_PLAN
from tests.domain.test_waiting import LEARNT, busy_day
from tests.support.branch import A, B, V


@pytest.mark.parametrize(
    ("p70", "printed"),
    [(0, 0), (0.2, 1), (14.2, 15), (15, 15), (15.1, 20), (20, 20), (20.1, 25), (61, 65)],
)
def test_slips_print_the_seventieth_percentile_rounded_up(p70: float, printed: int) -> None:
    assert printed_minutes(Estimate(0, 0, p70, 99)) == printed


def test_who_comes_next_waits_longer_than_the_last_in_line() -> None:
    day = busy_day()
    here = scene(day.branch, NO_PLAN, LEARNT, day.now.timestamp())
    standings = [(A, REGULAR), (V, VIP), (B, REGULAR)]
    found = prospects(here, standings, "0")
    assert set(found.tickets) == {TicketId(name) for name in ("t2", "t3", "t4")}
    last, preferred, elsewhere = (found.newcomers[standing] for standing in standings)
    fourth = found.tickets[TicketId("t4")]
    assert last is not None
    assert preferred is not None
    assert fourth is not None
    assert last.p50 > fourth.p50 > preferred.p50
    assert elsewhere is None, "nobody serves that queue"
