"""The server: where it listens, and that it stops at once whatever is under way."""

import asyncio
import logging
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from kiosk.domain.role import Role
from kiosk.web.server import AddressUnavailable, listening
from tests.support.stopwatch import Stopwatch
from tests.web.conftest import open_house, told


def test_an_address_in_use_is_named() -> None:
    first = listening("127.0.0.1:0")
    taken = f"127.0.0.1:{first.getsockname()[1]}"
    with pytest.raises(AddressUnavailable, match=taken):
        listening(taken)
    first.close()
    listening(taken).close()


async def test_it_stops_within_a_second_with_readers_and_waiters(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_house(tmp_path) as house:
        await house.issue()
        sockets = [await house.feed(Role.TELLER) for _ in range(5)]
        for socket in sockets:
            await told(socket)
        waiting = asyncio.create_task(house.get(Role.CRM, "/events?after=2&wait=60"))
        done, _ = await asyncio.wait({waiting}, timeout=0.2)
        assert not done
        ending = Stopwatch()
        caplog.clear()
        house.serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await house.serving
        assert ending.seconds < 1
        answer = await waiting
        assert (answer.status_code, answer.json()["next"]) == (200, 2)
        for socket in sockets:
            with pytest.raises(ConnectionClosed) as closed:
                await told(socket)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1012
        assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []
