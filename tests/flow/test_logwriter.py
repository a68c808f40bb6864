"""The log's only writer: in order, off the event loop, with the exception of what was to be done."""

import asyncio
import threading

import pytest

from kiosk.flow.logwriter import LogWriter
from kiosk.ports import LogUnavailable


async def test_work_is_done_in_order_while_the_loop_goes_on() -> None:
    let, done = threading.Event(), list[str]()

    def first() -> None:
        let.wait(10)
        done.append(f"first in {threading.current_thread().name}")

    with LogWriter() as writer:
        slow, quick = writer.do(first), writer.do(lambda: done.append("second"))
        await asyncio.sleep(0)
        assert not slow.done()
        assert not quick.done()
        let.set()
        await slow
        await quick
    assert done == ["first in log-writer", "second"]


async def test_who_ordered_it_gets_the_exception_and_the_next_work_is_done() -> None:
    def fail() -> None:
        raise LogUnavailable("the disk is full")

    done = list[str]()
    with LogWriter() as writer:
        with pytest.raises(LogUnavailable, match="the disk is full"):
            await writer.do(fail)
        await writer.do(lambda: done.append("next"))
    assert done == ["next"]


async def test_who_goes_away_takes_nothing_back() -> None:
    let, done = threading.Event(), list[str]()

    def write() -> None:
        let.wait(10)
        done.append("written")

    with LogWriter() as writer:
        writer.do(write).cancel()
        let.set()
        await writer.do(lambda: done.append("next"))
    assert done == ["written", "next"]
