"""Turns: nobody waits behind all that somebody else has asked for."""

import asyncio

import pytest

from kiosk.flow.attempts import TooManyAttempts
from kiosk.web.turns import Turns


async def queued(turns: Turns, *sources: str) -> tuple[list[str], list["asyncio.Task[None]"]]:
    """Tasks that wait in this order behind one that is at it; and whose turn it was, in order."""
    order: list[str] = []

    async def take(source: str) -> None:
        async with turns.turn(source):
            order.append(source)
            await asyncio.sleep(0)

    tasks = []
    for source in sources:
        tasks.append(asyncio.create_task(take(source)))
        await asyncio.sleep(0)
    return order, tasks


async def test_sources_take_turns() -> None:
    turns = Turns(20, 100)
    async with turns.turn("somebody"):
        order, tasks = await queued(turns, "greedy", "greedy", "greedy", "greedy", "amy", "bob")
    await asyncio.gather(*tasks)
    assert order == ["greedy", "amy", "bob", "greedy", "greedy", "greedy"]


async def test_one_source_cant_fill_the_room() -> None:
    turns = Turns(2, 4)
    async with turns.turn("somebody"):
        order, tasks = await queued(turns, "greedy", "greedy", "greedy", "amy", "bob", "carl")
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    assert order == ["greedy", "amy", "bob", "greedy"]
    refused = [type(end) for end in ends]
    assert refused == [type(None)] * 2 + [TooManyAttempts] + [type(None)] * 2 + [TooManyAttempts]


async def test_who_goes_away_keeps_nobody_waiting() -> None:
    turns = Turns(20, 100)
    async with turns.turn("somebody"):
        order, tasks = await queued(turns, "amy", "bob", "carl")
        tasks[0].cancel()
    tasks[1].cancel()  # whose turn has just come
    await asyncio.gather(*tasks, return_exceptions=True)
    assert order == ["carl"]
    async with asyncio.timeout(10), turns.turn("dora"):
        pass


async def test_a_turn_that_fails_is_over() -> None:
    turns = Turns(20, 100)
    with pytest.raises(ZeroDivisionError):
        async with turns.turn("amy"):
            raise ZeroDivisionError
    async with asyncio.timeout(10), turns.turn("amy"):
        pass
