"""Tasks are kept alive, and end when they are told to."""

import asyncio
import logging
from contextlib import AsyncExitStack

import pytest

from kiosk.tasks import Tasks, end
from tests.support.eventually import until


async def drops_one_cancellation(dropped: asyncio.Event) -> None:
    """What a driver does whose line breaks while it is told to end (Python 3.11's task groups)."""

    async def breaks() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise OSError("the line broke") from None

    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(breaks())
            await asyncio.Event().wait()
    except* OSError:
        dropped.set()
    await asyncio.Event().wait()


async def test_a_cancellation_that_is_dropped_is_repeated() -> None:
    dropped = asyncio.Event()
    task = asyncio.create_task(drops_one_cancellation(dropped))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await asyncio.wait_for(end(task), 5)
    assert task.cancelled()
    assert dropped.is_set()


async def test_whoever_is_cancelled_meanwhile_ends_after_the_tasks() -> None:
    dropped = asyncio.Event()
    tasks = [asyncio.create_task(drops_one_cancellation(dropped)) for _ in range(2)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    ending = asyncio.create_task(end(*tasks))
    await dropped.wait()
    ending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(ending, 5)
    assert all(task.cancelled() for task in tasks)


async def test_the_machine_stops_though_a_task_drops_the_word(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.ERROR)
    dropped = asyncio.Event()
    async with asyncio.timeout(5), AsyncExitStack() as ending:
        Tasks(ending).start("deaf", drops_one_cancellation(dropped))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert dropped.is_set()
    assert caplog.records == []


async def test_what_fails_is_begun_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("kiosk.tasks.DELAYS", (0.0,))
    begun: list[int] = []

    async def work() -> None:
        begun.append(1)
        if len(begun) < 3:
            raise OSError("not yet")
        await asyncio.Event().wait()

    async with AsyncExitStack() as ending:
        Tasks(ending).keep("stubborn", work)
        await until(lambda: len(begun) == 3)
    assert [record.getMessage() for record in caplog.records] == [
        "stubborn failed and is begun again"
    ] * 2
