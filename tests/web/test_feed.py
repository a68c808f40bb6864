"""The feed: snapshot, changes, windows, readers that don't keep up."""

import asyncio
import json
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from kiosk.domain.device import DeviceStatus
from kiosk.domain.estimate import Estimate
from kiosk.domain.ids import TicketId
from kiosk.domain.queue import REGULAR
from kiosk.domain.role import Role
from kiosk.flow.estimatebook import Outlook
from kiosk.web import feed
from tests.support.branch import A
from tests.support.eventually import until
from tests.web.conftest import House, told


async def test_a_snapshot_then_every_change(house: House) -> None:
    first = await house.issue(client="c-zhang")
    async with await house.feed(Role.TELLER) as socket:
        message = await told(socket)
        assert message["sequence"] == message["snapshot"]["sequence"] == 2
        assert message["snapshot"]["queues"][0]["tickets"][0]["client"] == "c-zhang"
        await house.work("open")
        await house.work("next")
        opened, called = await told(socket), await told(socket)
        assert (opened["sequence"], opened["event"]["type"]) == (3, "kiosk.counter.opened.v1")
        assert (called["sequence"], called["event"]["subject"]) == (4, first["id"])
        assert called["event"]["data"]["client"] == "c-zhang"


async def test_facts_while_connecting_are_neither_lost_nor_doubled(house: House) -> None:
    issuing = asyncio.create_task(_issue(house, 40))
    sockets = [await house.feed(Role.TELLER) for _ in range(4)]
    await issuing
    last = (await house.desk.branch()).sequence
    for socket in sockets:
        sequence = (await told(socket))["sequence"]
        while sequence < last:
            following = (await told(socket))["sequence"]
            assert following == sequence + 1
            sequence = following
        await socket.close()


async def _issue(house: House, count: int) -> None:
    for _ in range(count):
        await house.issue()


async def test_estimates_are_told_when_they_change(house: House) -> None:
    first = await house.issue()
    book = house.context.book
    async with await house.feed(Role.TELLER) as socket:
        snapshot = (await told(socket))["snapshot"]
        assert snapshot["queues"][0]["estimated_wait"] is None
        outlook = Outlook(Estimate(6, 11, 14, 19), house.context.clock.now())
        gone = TicketId("gone")
        book.write({TicketId(first["id"]): outlook, gone: outlook}, {(A, REGULAR): outlook})
        house.context.feed.publish(())
        message = await told(socket)
        assert message["sequence"] == 2
        assert message["estimates"]["tickets"] == {first["id"]: outlook.json()}
        assert message["estimates"]["queues"]["A"] == outlook.json()
        assert message["estimates"]["queues"]["V"] is None
        house.context.feed.publish(())  # nothing new to tell
        await house.work("open")
        assert (await told(socket))["event"]["type"] == "kiosk.counter.opened.v1"
    queue = (await house.get(Role.TELLER, "/queues/A")).json()
    assert queue["estimated_wait"] == queue["tickets"][0]["estimated_wait"] == outlook.json()


async def test_a_display_sees_neither_clients_nor_slips(house: House) -> None:
    await house.issue(client="c-zhang")
    async with await house.feed(Role.DISPLAY) as socket:
        text = await socket.recv()
        assert "c-zhang" not in str(text)
        await house.post(Role.TELLER, "/tickets", {"service": "cash"})  # issued, slip prepared
        await house.issue(client="c-zhang")
        issued, another = await told(socket), await told(socket)
        assert (issued["sequence"], another["sequence"]) == (3, 5)
        assert another["event"]["data"]["client"] is None


async def test_a_board_window_gets_its_settings_and_screens(house: House) -> None:
    async with await house.feed(Role.DISPLAY, "?display=hall") as socket:
        message = await told(socket)
        assert message["window"] == {"kind": "board", "output": "", "rotate": 0}
        assert message["screen"]["screen"] == "board"
        assert message["screen"]["waiting"] == 0
        await house.issue()
        screens: list[dict[str, Any]] = []
        while not screens:
            message = await told(socket)
            screens += [message["screen"]] if "screen" in message else []
        assert screens[0]["waiting"] == 1
    await until(lambda: len(house.reported) == 2)
    assert [one.status for one in house.reported] == [DeviceStatus.ONLINE, DeviceStatus.OFFLINE]
    assert {one.device for one in house.reported} == {"hall"}


async def test_a_touch_window_gets_screens_and_sends_touches(house: House) -> None:
    await house.token(Role.DISPLAY, "window-touch")
    async with await house.feed(Role.DISPLAY, "?display=touch") as socket:
        assert (await told(socket))["screen"] == {"number": 1, "screen": "idle"}
        house.touch.show(screen="services")
        assert (await told(socket))["screen"] == {"number": 2, "screen": "services"}
        for nonsense in ("x", "[]", "{}", '{"touch": "nonsense", "screen": 2}', "null"):
            await socket.send(nonsense)
        await socket.send(json.dumps({"touch": "service:cash", "screen": 2}))
        await until(lambda: bool(house.touch.touches))
        assert house.touch.touches == [("service:cash", 2)]


@pytest.mark.parametrize(
    ("role", "query", "status"),
    [
        (Role.TELLER, "?display=hall", 403),
        (Role.DISPLAY, "?display=nowhere", 404),
        (Role.DISPLAY, "?display=touch", 403),  # of another maker: it isn't that window's token
    ],
)
async def test_windows_that_there_arent(house: House, role: Role, query: str, status: int) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await house.feed(role, query)
    assert refused.value.response.status_code == status


async def test_a_reader_that_doesnt_keep_up_begins_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "MOST_BEHIND", 3)
    async with await house.feed(Role.TELLER) as socket:
        await told(socket)
        await _issue(house, 1)
        house.context.feed.publish(house.context.log.read(0, 10) * 4)  # more than it may miss
        await asyncio.wait_for(socket.wait_closed(), 5)
        assert socket.close_code == 1013
    async with await house.feed(Role.TELLER) as socket:
        assert (await told(socket))["sequence"] == 2


async def test_the_feed_ends_with_the_session(house: House) -> None:
    async with await house.feed(Role.TELLER) as socket:
        await told(socket)
        assert (await house.post(Role.TELLER, "/logout")).status_code == 204
        with pytest.raises(ConnectionClosed) as closed:
            await told(socket)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1008
