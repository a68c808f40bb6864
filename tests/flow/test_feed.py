"""Followers of the feed get every fact in order, or learn that they missed some."""

import asyncio
from datetime import date

from kiosk.domain.events import SYSTEM, DayOpened, Fact
from kiosk.flow.feed import Feed
from tests.domain.day import MORNING


def facts(first: int, last: int) -> list[Fact]:
    event = DayOpened(date(2026, 3, 2))
    return [Fact(n, f"f{n}", MORNING, event.day, event, SYSTEM, n) for n in range(first, last + 1)]


async def test_each_follower_gets_everything_in_order() -> None:
    feed = Feed()
    with feed.follow() as one, feed.follow() as other:
        feed.publish(facts(1, 2))
        feed.publish(facts(3, 3))
        assert await one.next() == facts(1, 3)
        feed.publish(facts(4, 4))
        assert await one.next() == facts(4, 4)
        assert await other.next() == facts(1, 4)


async def test_who_waits_is_woken() -> None:
    feed = Feed()
    with feed.follow() as follower:
        waiting = asyncio.create_task(follower.next())
        await asyncio.sleep(0)
        feed.publish(facts(1, 1))
        assert await waiting == facts(1, 1)


async def test_nothing_within_the_time() -> None:
    with Feed().follow() as follower:
        assert await follower.next(timeout=0.01) == []


async def test_who_falls_too_far_behind_is_told() -> None:
    feed = Feed()
    with feed.follow(most=3) as follower:
        feed.publish(facts(1, 3))
        assert not follower.missed
        feed.publish(facts(4, 4))
        assert follower.missed
        assert await follower.next() == []
        follower.missed = False
        feed.publish(facts(5, 6))
        assert await follower.next() == facts(5, 6)


async def test_who_has_left_gets_nothing_more() -> None:
    feed = Feed()
    with feed.follow() as follower:
        pass
    feed.publish(facts(1, 1))
    assert await follower.next(timeout=0.01) == []
