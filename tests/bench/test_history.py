"""The log that P8 and P9 are measured on is one that a branch could have written."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from kiosk.bench.history import A_DAY, TODAY, Aged, History, days
from kiosk.bench.site import Site
from kiosk.domain.apply import apply
from kiosk.domain.branch import Branch
from kiosk.domain.counter import CounterState
from kiosk.domain.events import Fact
from kiosk.domain.ticket import TicketState
from kiosk.settings.file import load
from kiosk.settings.plan import branch_plan
from kiosk.store.log import SqliteLog
from kiosk.wire import family_of


def facts_of(aged: Aged) -> list[Fact]:
    log = SqliteLog(aged.place.var / "log.db")
    facts = log.read(0, 1_000_000)
    log.close()
    return facts


def test_it_is_numbered_without_gaps_and_each_family_leads_back(tmp_path: Path) -> None:
    facts = facts_of(Aged(Site(tmp_path), 40))
    assert [fact.sequence for fact in facts] == list(range(1, len(facts) + 1))
    latest: dict[str, int] = {}
    for fact in facts:
        assert fact.prev == latest.get(family_of(fact.event))
        latest[family_of(fact.event)] = fact.sequence
    assert all(before.time <= after.time for before, after in pairwise(facts))


def test_today_is_open_and_everybody_is_served(tmp_path: Path) -> None:
    aged = Aged(Site(tmp_path), 40)
    plan = branch_plan(load(aged.place.config))
    branch = Branch(plan)
    for fact in facts_of(aged):
        apply(branch, fact)
    assert branch.day is not None
    assert abs(branch.day - datetime.now(UTC).astimezone(plan.zone).date()) <= timedelta(1)
    assert {ticket.state for ticket in branch.tickets.values()} == {TicketState.SERVED}
    assert len(branch.tickets) == 20
    assert {one.state for one in branch.counters.values()} == {CounterState.CLOSED}


@pytest.mark.parametrize(
    ("tickets", "expected"),
    [
        (1, [(0, 1)]),
        (2, [(1, 1), (0, 1)]),
        (2 * TODAY, [(3, 1000), (2, A_DAY), (1, A_DAY), (0, TODAY)]),
    ],
)
def test_the_tickets_are_spread_over_days(tickets: int, expected: list[tuple[int, int]]) -> None:
    assert list(days(tickets)) == expected


def test_nothing_is_made_before_it_is_needed_nor_left_behind() -> None:
    with History(4) as history:
        place = history.aged.place
        assert history.aged.place is place
        assert history.empty.place is not place
        assert place.folder.exists()
    assert not place.folder.exists()
